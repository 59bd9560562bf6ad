import { setTimeout as sleep } from 'node:timers/promises';
import {
  type IntegrityViolation,
  type JournalEntry,
  OperationError,
  replay,
  type SecretsManager,
  type SecretsProvider,
  type Snapshot,
  verifySnapshot,
} from '@radiant/model';
import type { CiphertextMemory } from '../deployment/ciphertext-memory.ts';
import {
  collectDeploymentCiphertexts,
  decodeEnvelope,
  type Manifest,
  magicOf,
  openCollected,
  readSecretsProvider,
  type SecretsSource,
} from '../deployment/deployment.ts';
import type { JsonObject } from '../deployment/deployment-json.ts';
import type { Envelope } from '../deployment/envelope.ts';
import type { OpenedSecrets } from '../deployment/secret-decoding.ts';
import { collectEntryCiphertexts, decodeEntries, type JournalHeader } from '../journal/journal-format.ts';
import { givingUpJournal, type JournalText, readJournal } from '../journal/read-journal.ts';
import { joinRescued } from '../journal/records.ts';
import { salvageEntries } from '../journal/salvage-entries.ts';
import { journalName, parseStackFiles } from '../lease/stack-files.ts';
import type { Store } from '../store/store.ts';
import { openCheckpoint, type StoredCheckpoint } from './checkpoint.ts';
import { radiantFolder } from './layout.ts';
import type { StackRef } from './names.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { Rescue } from './rescue.ts';
import { readVersion } from './versions.ts';

/** A stack's files, read but not decoded. */
export interface RawState {
  readonly checkpoint: StoredCheckpoint;
  readonly envelope: Envelope;
  /** What an operation did that the checkpoint does not have yet: it runs now, or was interrupted. */
  readonly journal?: JournalText | undefined;
}

export interface StackReader {
  readonly store: Store;
  readonly rescueOf: (ref: StackRef, token: number) => Rescue;
}

/** How often a reader that meets a compaction half-way looks again. */
const readAttempts = 20;
const readRetryMs = 25;

/** Whether who asks is content with those entries of a damaged journal that can be read. */
export type Damage = 'refused' | 'salvaged';

/**
 * Reads checkpoint and journal as of one moment, while others may be writing. Throws an OperationError:
 * `STACK_NOT_FOUND`, `STATE_INVALID`, `STATE_JOURNAL_DAMAGED` unless it is salvaged, `STATE_JOURNAL_ORPHANED`.
 */
export async function readRawState(reader: StackReader, ref: StackRef, damage: Damage = 'refused'): Promise<RawState> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await tryReadRawState(reader, ref);
    if (result.kind === 'read') {
      const { journal } = result.state;
      if (journal?.damage !== undefined && damage === 'refused') throw journal.damage.error;
      return result.state;
    }
    if (attempt === readAttempts) throw result.error;
    await sleep(readRetryMs);
  }
}

/** The state that an earlier operation left, from the history. Throws what `readVersion` throws. */
export async function readRawVersion({ store }: StackReader, ref: StackRef, version: number): Promise<RawState> {
  const checkpoint = await readVersion(store, ref, version);
  return { checkpoint, envelope: openCheckpoint(store, ref, checkpoint) };
}

type ReadResult =
  | { readonly kind: 'read'; readonly state: RawState }
  | { readonly kind: 'in-between'; readonly error: OperationError };

async function tryReadRawState(reader: StackReader, ref: StackRef): Promise<ReadResult> {
  const { store } = reader;
  const folder = radiantFolder(ref);
  const files = parseStackFiles(await store.list(folder));
  const journals: { readonly token: number; readonly text: JournalText }[] = [];
  for (const token of files.journals) {
    const text = await readJournalOf(reader, ref, token);
    if (text !== undefined && (text.entries.length > 0 || text.damage !== undefined)) journals.push({ token, text });
  }
  const checkpoint = await requireCheckpoint(store, ref);
  const merged = await readMerges(store, folder, files.merges, checkpoint.hash);
  const open = journals.filter(({ token }) => !merged.has(token));
  // Where that record is damaged, nothing says that the checkpoint is another.
  const live = open.filter(({ text }) => text.header === undefined || text.header.base === checkpoint.hash);
  if (open.length > live.length || live.length > 1)
    return {
      kind: 'in-between',
      error: orphaned(
        open.map(({ text }) => text),
        store.locate(checkpoint.key),
      ),
    };
  const envelope = openCheckpoint(store, ref, checkpoint);
  return { kind: 'read', state: { checkpoint, envelope, journal: live[0]?.text } };
}

async function readJournalOf(reader: StackReader, ref: StackRef, token: number): Promise<JournalText | undefined> {
  const key = `${radiantFolder(ref)}/${journalName(token)}`;
  const log = await reader.store.readLog(key);
  if (log === undefined) return undefined;
  const rescued = await reader.rescueOf(ref, token).find();
  const bytes = rescued === undefined ? log.bytes : joinRescued(log.bytes, rescued);
  return readJournal({ ...log, bytes }, reader.store.locate(key));
}

/** Journals that the checkpoint with this hash has taken in. */
async function readMerges(
  store: Store,
  folder: string,
  names: readonly string[],
  hash: string,
): Promise<ReadonlySet<number>> {
  const merged = new Set<number>();
  for (const name of names) {
    const object = await store.get(`${folder}/${name}`);
    if (object === undefined) continue;
    const merge = parseMerge(object.bytes);
    if (merge?.into === hash) for (const journal of merge.journals) merged.add(journal);
  }
  return merged;
}

/** Written, durably, before a checkpoint that takes in journals. */
export interface Merge {
  /** sha256 of the checkpoint in hex. */
  readonly into: string;
  /** Tokens. */
  readonly journals: readonly number[];
}

function parseMerge(bytes: Uint8Array): Merge | undefined {
  try {
    const json = JSON.parse(Buffer.from(bytes).toString()) as Partial<Merge> | null;
    return typeof json?.into === 'string' && Array.isArray(json.journals) ? (json as Merge) : undefined;
  } catch {
    return undefined;
  }
}

function orphaned(journals: readonly JournalText[], checkpoint: string): OperationError {
  const names = journals.map(({ source }) => source).join(' and ');
  return new OperationError({
    code: 'STATE_JOURNAL_ORPHANED',
    summary: `the journal ${names} does not continue the state in ${checkpoint}: the state was changed by something else since`,
    detail: 'The journal holds what an interrupted operation did; it was not merged, and nothing was dropped.',
    remedy:
      `If the state was restored or edited by hand, put back the one the journal continues (${checkpoint}.bak, or the ` +
      `history). Otherwise ${givingUpJournal}`,
  });
}

/** What is wrong with a state: a rule of snapshots, a manifest that does not match its version, a damaged journal. */
export type StateViolation =
  | IntegrityViolation
  | { readonly rule: 'manifest-magic' | 'journal-damaged'; readonly message: string };

/** An operation that was begun and has not ended in order. */
export interface InterruptedOperation {
  readonly operation: string;
  readonly startedAtMs: number;
  readonly by: JournalHeader['by'];
}

export interface DecodedState {
  /** Checkpoint with the journal applied. */
  readonly snapshot: Snapshot;
  readonly secretsProvider: SecretsProvider | undefined;
  /** The manager that opened the secrets; undefined when there were none, or no manager was given. */
  readonly secrets: SecretsManager | undefined;
  readonly violations: readonly StateViolation[];
  readonly interrupted?: InterruptedOperation | undefined;
  readonly manifest: Manifest;
  readonly carried: JsonObject;
  readonly memory: CiphertextMemory;
}

/** Opens the secrets of checkpoint and journal together, and replays. */
export async function decodeState(raw: RawState, source: SecretsSource | undefined): Promise<DecodedState> {
  const { envelope, journal } = raw;
  const ciphertexts = new Map<string, string>();
  collectDeploymentCiphertexts(envelope.deployment, ciphertexts);
  for (const entry of journal?.entries ?? []) collectEntryCiphertexts(entry, ciphertexts);
  // A stack without secrets has no provider until an operation brings some.
  const provider = readSecretsProvider(envelope) ?? journal?.header?.secretsProvider;
  const opened = await openCollected(ciphertexts, provider, source);
  const decoded = decodeEnvelope(envelope, opened);
  const entries = journal === undefined ? [] : entriesOf(journal, decoded, opened);
  const snapshot = entries.length === 0 ? decoded.snapshot : replay(decoded.snapshot, entries);
  return {
    snapshot,
    secretsProvider: provider,
    secrets: opened.manager,
    violations: [...verifyJournal(journal), ...verifyManifest(decoded.manifest), ...verifySnapshot(snapshot)],
    manifest: decoded.manifest,
    carried: decoded.carried,
    memory: decoded.memory,
    ...(journal?.header === undefined ? {} : { interrupted: interruptionOf(journal.header) }),
  };
}

function interruptionOf({ operation, startedAtMs, by }: JournalHeader): InterruptedOperation {
  return { operation, startedAtMs, by };
}

function entriesOf(
  { entries, source, damage }: JournalText,
  { memory, extensions }: ReturnType<typeof decodeEnvelope>,
  opened: OpenedSecrets,
): readonly JournalEntry[] {
  const decode = damage === undefined ? decodeEntries : salvageEntries;
  return decode(entries, { source, opened, memory, extensions });
}

function verifyJournal(journal: JournalText | undefined): readonly StateViolation[] {
  if (journal?.damage === undefined) return [];
  return [{ rule: 'journal-damaged', message: journal.damage.message }];
}

function verifyManifest({ version, magic }: Manifest): readonly StateViolation[] {
  if (version === undefined || magic === undefined || magic === magicOf(version)) return [];
  return [{ rule: 'manifest-magic', message: 'magic cookie mismatch; possible tampering/corruption detected' }];
}

export function violationLines(violations: readonly StateViolation[]): readonly string[] {
  const lines = violations.slice(0, 10).map(({ rule, message }) => `  ${message} (${rule})`);
  return violations.length > 10 ? [...lines, `  and ${violations.length - 10} more`] : lines;
}

/** Refuses to plan from, or to write, a state that breaks its rules. */
export function integrityError(violations: readonly StateViolation[], what: string, where: string): OperationError {
  return new OperationError({
    code: 'STATE_INTEGRITY',
    summary: `${what}: snapshot integrity failure: ${violations.length} record(s) break the rules of a state`,
    detail: [...violationLines(violations), `The state is in ${where}; nothing was dropped.`].join('\n'),
    remedy:
      'Have it mended, or take out or edit the records by hand:\n' +
      '    radiant state repair\n    radiant state delete <urn>\n    radiant state edit',
  });
}
