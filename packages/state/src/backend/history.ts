import type { Json, JsonObject } from '../deployment/deployment-json.ts';
import type { Store } from '../store/store.ts';
import { type CheckpointSuffix, historyFolder } from './layout.ts';
import type { StackRef } from './names.ts';

const historyKinds = ['update', 'preview', 'refresh', 'destroy', 'import', 'rename'] as const;

export type HistoryKind = (typeof historyKinds)[number];

export function isHistoryKind(text: string): text is HistoryKind {
  return (historyKinds as readonly string[]).includes(text);
}

/** What is remembered of an operation (Pulumi: backend.UpdateInfo). */
export interface UpdateInfo {
  readonly kind: HistoryKind;
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly message: string;
  /** `exec.kind`, `git.head`, `pulumi.version` and so on. */
  readonly environment: { readonly [name: string]: string };
  /** As in the stack's file: secrets sealed (`{secure}`). */
  readonly config: { readonly [key: string]: Json };
  readonly result: 'in-progress' | 'succeeded' | 'failed';
  readonly endTime: number;
  readonly resourceChanges?: { readonly [op: string]: number } | undefined;
}

/** An entry as it is read. `version` is its place in the history: 1 for the oldest. */
export interface HistoryEntry extends UpdateInfo {
  readonly version: number;
}

/** Writes the entry of an operation. `name` is `historyName()`, shared with the copy of the checkpoint. */
export async function writeHistory(store: Store, ref: StackRef, name: string, info: UpdateInfo): Promise<void> {
  const json = { ...info, version: 0 };
  await store.put(`${historyFolder(ref)}/${name}.history.json`, Buffer.from(JSON.stringify(json)), 'passing');
}

export function checkpointCopyKey(ref: StackRef, name: string, suffix: CheckpointSuffix): string {
  return `${historyFolder(ref)}/${name}.checkpoint${suffix}`;
}

let lastNanoseconds = 0n;

/** Nanoseconds since 1970, never the same twice in a process: Pulumi's names sort by them. */
export function nextNanoseconds(nowMs: number): bigint {
  const now = BigInt(Math.trunc(nowMs)) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
  lastNanoseconds = now > lastNanoseconds ? now : lastNanoseconds + 1n;
  return lastNanoseconds;
}

/** Newest first. Entries that cannot be read are left out. */
export async function readHistory(
  store: Store,
  ref: StackRef,
  page: { readonly size: number; readonly number: number },
): Promise<readonly HistoryEntry[]> {
  const names = historyNames((await store.list(historyFolder(ref))).map(({ name }) => name));
  const versions = names.map((name, index) => ({ name, version: index + 1 })).reverse();
  const start = page.size * (page.number - 1);
  const chosen = page.size > 0 ? versions.slice(start, start + page.size) : versions;
  const entries = await Promise.all(
    chosen.map(async ({ name, version }) => {
      const entry = await readEntry(store, `${historyFolder(ref)}/${name}`);
      return entry === undefined ? undefined : { version, ...entry };
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

/** The files of entries among the names of a history's folder, oldest first. */
export function historyNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.endsWith('.history.json')).sort((a, b) => (stampOf(a) < stampOf(b) ? -1 : 1));
}

export function stampOf(name: string): bigint {
  return BigInt(/-(\d+)\.history\.json$/.exec(name)?.[1] ?? 0);
}

async function readEntry(store: Store, key: string): Promise<UpdateInfo | undefined> {
  const object = await store.get(key);
  if (object === undefined) return undefined;
  try {
    const json = JSON.parse(Buffer.from(object.bytes).toString()) as JsonObject & Partial<UpdateInfo>;
    return {
      kind: json.kind ?? 'update',
      startTime: Number(json.startTime ?? 0),
      message: String(json.message ?? ''),
      environment: json.environment ?? {},
      config: json.config ?? {},
      result: json.result ?? 'succeeded',
      endTime: Number(json.endTime ?? 0),
      ...(json.resourceChanges === undefined || json.resourceChanges === null
        ? {}
        : { resourceChanges: json.resourceChanges }),
    };
  } catch {
    return undefined;
  }
}
