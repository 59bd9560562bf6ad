import type { Clock } from '@radiant/model';
import type { Store } from '../store/store.ts';
import type { Processes, ProcessIdentity } from './process-identity.ts';
import { beatName, claimName, endName, parseStackFiles, type StackFiles, startName } from './stack-files.ts';

/** Who holds, or held, a stack. */
export interface Holder {
  /** Fencing token: grows with every claim of the stack. */
  readonly token: number;
  /** One operation: a UUID. */
  readonly run: string;
  readonly user: string;
  readonly process: ProcessIdentity;
  /** `update`, `destroy` and so on; `cancel` for a claim that only revokes. */
  readonly operation: string;
  readonly claimedAtMs: number;
}

/** The right to change one stack, until it ends or a claim with a higher token appears. */
export interface Lease {
  /** That of the holder. */
  readonly token: number;
  readonly holder: Holder;
  /**
   * Whether no newer claim has appeared. A claim that appears later finds all that was durable when this was asked.
   * Cheap on every store.
   */
  isHeld(): Promise<boolean>;
  /** Shows a sign of life. */
  beat(): Promise<void>;
  /** Gives the stack free. */
  end(): Promise<void>;
}

export interface LeaseSettings {
  readonly clock: Clock;
  readonly processes: Processes;
  /** How long a holder on another machine, or one that is stopped, is waited for after its last sign of life. */
  readonly ttlMs: number;
}

export type ClaimResult =
  /** `previous` did not end in order: it died, fell silent or was revoked. */
  | { readonly kind: 'claimed'; readonly lease: Lease; readonly previous?: Holder }
  /** `holder` is undefined when its claim cannot be read (yet). */
  | { readonly kind: 'held'; readonly holder: Holder | undefined };

/**
 * Claims a stack, whose files are in `folder`. Claims are objects with ascending numbers, each made at most once: the
 * number is the fencing token. `revokes` takes the stack from whoever holds it.
 */
export async function claimLease(
  store: Store,
  folder: string,
  who: Pick<Holder, 'run' | 'user' | 'operation'>,
  settings: LeaseSettings,
  intent: 'waits-its-turn' | 'revokes' = 'waits-its-turn',
): Promise<ClaimResult> {
  const identity = await settings.processes.self();
  for (let attempt = 0; ; attempt += 1) {
    // Others claim at the same moment; what they did is visible at the next look.
    if (attempt > 0) await settings.clock.sleep(attempt);
    const files = parseStackFiles(await store.list(folder));
    const last = files.claims.at(-1);
    const standing = last === undefined ? undefined : await standingOf(store, folder, last, files, settings);
    if (standing?.kind === 'holds' && intent === 'waits-its-turn') return { kind: 'held', holder: standing.holder };
    const claimedAtMs = settings.clock.nowMs();
    const token = (files.greatest === 0 ? await startOf(store, folder, claimedAtMs) : files.greatest) + 1;
    const holder: Holder = { ...who, token, process: identity, claimedAtMs };
    if (!(await store.create(`${folder}/${claimName(token)}`, encode(holder), 'passing'))) continue;
    // Else the first listing was old, and this number past when the claim was made. It stays: claims have no gaps.
    if (parseStackFiles(await store.list(folder)).greatest > token) continue;
    const previous = standing?.holder;
    const lease = leaseOf(store, folder, holder, settings);
    return { kind: 'claimed', lease, ...(previous === undefined ? {} : { previous }) };
  }
}

/**
 * The number before the first claim of a stack: the time, so that tokens of a removed stack of the same name stay lower.
 * All who come at the same moment must agree on it, or claims would have gaps.
 */
async function startOf(store: Store, folder: string, nowMs: number): Promise<number> {
  const key = `${folder}/${startName}`;
  await store.create(key, encode({ start: nowMs }), 'lasting');
  const object = await store.get(key);
  const start = object === undefined ? undefined : decodeJson(object.bytes)?.start;
  return typeof start === 'number' ? start : nowMs;
}

function leaseOf(store: Store, folder: string, holder: Holder, settings: LeaseSettings): Lease {
  const { token } = holder;
  return {
    token,
    holder,
    isHeld: () =>
      store.isListingCostly ? isNewestByNumber(store, folder, holder) : isNewestListed(store, folder, token),
    beat: () => store.put(`${folder}/${beatName(token)}`, encode({ atMs: settings.clock.nowMs() }), 'passing'),
    end: async () => {
      await store.create(`${folder}/${endName(token)}`, encode({}), 'passing');
    },
  };
}

async function isNewestListed(store: Store, folder: string, token: number): Promise<boolean> {
  return parseStackFiles(await store.list(folder)).claims.at(-1) === token;
}

/**
 * Claims have no gaps, so a newer one, had there been any, was the next; and they are swept away from the oldest, so where
 * the next is gone, ours went before it. In this order. The run tells our claim from one that somebody with an old listing
 * has made since. A disk may lose claims with its power, and so get gaps: there this would not do.
 */
async function isNewestByNumber(store: Store, folder: string, { token, run }: Holder): Promise<boolean> {
  if ((await store.get(`${folder}/${claimName(token + 1)}`)) !== undefined) return false;
  const own = await store.get(`${folder}/${claimName(token)}`);
  return own !== undefined && decodeHolder(own.bytes)?.run === run;
}

/** Who holds the stack now; undefined when nobody does. */
export async function currentHolder(
  store: Store,
  folder: string,
  settings: LeaseSettings,
): Promise<{ readonly holder: Holder | undefined } | undefined> {
  const files = parseStackFiles(await store.list(folder));
  const last = files.claims.at(-1);
  if (last === undefined) return undefined;
  const standing = await standingOf(store, folder, last, files, settings);
  return standing.kind === 'holds' ? { holder: standing.holder } : undefined;
}

type Standing =
  | { readonly kind: 'ended'; readonly holder?: undefined }
  | { readonly kind: 'holds'; readonly holder: Holder | undefined }
  | { readonly kind: 'lapsed'; readonly holder: Holder | undefined };

async function standingOf(
  store: Store,
  folder: string,
  token: number,
  files: StackFiles,
  { clock, processes, ttlMs }: LeaseSettings,
): Promise<Standing> {
  if (files.ends.has(token)) return { kind: 'ended' };
  const object = await store.get(`${folder}/${claimName(token)}`);
  const holder = object === undefined ? undefined : decodeHolder(object.bytes);
  if (holder !== undefined && (await processes.livenessOf(holder.process)) === 'dead')
    return { kind: 'lapsed', holder };
  const beat = await store.get(`${folder}/${beatName(token)}`);
  const lastSignMs = Math.max(
    beat === undefined ? 0 : decodeBeat(beat.bytes),
    holder?.claimedAtMs ?? object?.modifiedMs ?? 0,
  );
  return { kind: clock.nowMs() - lastSignMs < ttlMs ? 'holds' : 'lapsed', holder };
}

function encode(json: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(json)}\n`);
}

function decodeBeat(bytes: Uint8Array): number {
  const atMs = decodeJson(bytes)?.atMs;
  return typeof atMs === 'number' ? atMs : 0;
}

function decodeJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function decodeHolder(bytes: Uint8Array): Holder | undefined {
  const json = decodeJson(bytes);
  const identity = json?.process as Partial<ProcessIdentity> | undefined;
  const isWhole =
    typeof json?.token === 'number' &&
    typeof json.run === 'string' &&
    typeof json.user === 'string' &&
    typeof json.operation === 'string' &&
    typeof json.claimedAtMs === 'number' &&
    typeof identity?.host === 'string' &&
    typeof identity.realm === 'string' &&
    typeof identity.pid === 'number' &&
    typeof identity.startedAt === 'string';
  return isWhole ? (json as unknown as Holder) : undefined;
}
