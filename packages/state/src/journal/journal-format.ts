import type {
  Extension,
  JournalEntry,
  PendingOperationKind,
  SecretsProvider,
  SnapshotChange,
  Urn,
} from '@radiant/model';
import type { Json, JsonObject } from '../deployment/deployment-json.ts';
import { decodeExtensions, type Extensions, encodeExtensions } from '../deployment/extensions.ts';
import {
  type FieldReader,
  failField,
  optionalList,
  optionalObject,
  readerOf,
  requiredText,
} from '../deployment/field-reader.ts';
import { type DecodingContext, decodePendingOperation, decodeResource } from '../deployment/resource-decoding.ts';
import { encodeResourceWith } from '../deployment/resource-encoding.ts';
import { collectCiphertexts } from '../deployment/secret-decoding.ts';
import { createEncoder, type EncryptionOptions, type ResourceEncoder } from '../deployment/secret-encoding.ts';

export const journalFormat = 'radiant-journal';
export const journalVersion = 1;

/** The first record: what the entries after it are relative to, and whose they are. */
export interface JournalHeader {
  readonly project: string;
  readonly stack: string;
  /** Fencing token of the operation. */
  readonly token: number;
  /** `update`, `destroy` and so on. */
  readonly operation: string;
  readonly startedAtMs: number;
  readonly by: { readonly user: string; readonly host: string; readonly pid: number };
  /** Of the tool that writes it. */
  readonly toolVersion: string;
  /** sha256 in hex of the checkpoint's file, to whose resources the keys `b0`, `b1`, … refer. */
  readonly base: string;
  /** Which manager sealed the secrets in the entries. */
  readonly secretsProvider?: SecretsProvider | undefined;
}

export function encodeHeader(header: JournalHeader): string {
  return JSON.stringify({ format: journalFormat, version: journalVersion, ...header });
}

/** `source` names the file in the errors. */
export function decodeHeader(json: Json, source: string): JournalHeader {
  const reader = readerOf(json, 'record 1', source);
  if (reader.json.format !== journalFormat) failField(reader, 'format', `should be "${journalFormat}"`);
  if (reader.json.version !== journalVersion)
    failField(
      reader,
      'version',
      `should be ${journalVersion}: the journal was written by a newer Radiant; use that one`,
    );
  const by = readerOf(reader.json.by, 'record 1.by', source);
  const provider = optionalObject(reader, 'secretsProvider');
  return {
    project: requiredText(reader, 'project'),
    stack: requiredText(reader, 'stack'),
    token: requiredNumber(reader, 'token'),
    operation: requiredText(reader, 'operation'),
    startedAtMs: requiredNumber(reader, 'startedAtMs'),
    by: { user: requiredText(by, 'user'), host: requiredText(by, 'host'), pid: requiredNumber(by, 'pid') },
    toolVersion: requiredText(reader, 'toolVersion'),
    base: requiredText(reader, 'base'),
    ...(typeof provider.type === 'string'
      ? { secretsProvider: { type: provider.type, state: (provider.state ?? {}) as JsonObject } }
      : {}),
  };
}

/**
 * The text of a record. A promise only while secrets are being encrypted by a manager that takes its time. `written`: the
 * references of extensions that are in records before it.
 */
export function encodeEntry(
  entry: JournalEntry,
  options: EncryptionOptions,
  written: ReadonlySet<string> = new Set(),
): string | Promise<string> {
  const encoder = createEncoder('encrypted', options);
  const encodeChanges = (changes: readonly SnapshotChange[]) => changes.map((change) => encodeChange(change, encoder));
  const json = ((): JsonObject => {
    switch (entry.kind) {
      case 'begin':
        return {
          kind: 'begin',
          step: entry.step,
          type: entry.operation,
          resource: encodeResourceWith(entry.resource, encoder),
        };
      case 'end':
        return { kind: 'end', step: entry.step, outcome: entry.outcome, changes: encodeChanges(entry.changes) };
      case 'change': {
        const changes = encodeChanges(entry.changes);
        return { kind: 'change', changes, ...(entry.settles === undefined ? {} : { settles: entry.settles }) };
      }
    }
  })();
  const news = new Map([...encoder.extensions].filter(([ref]) => !written.has(ref)));
  const record = news.size === 0 ? json : { ...json, extensions: encodeExtensions(news) };
  const settled = encoder.settle();
  return settled === undefined ? JSON.stringify(record) : settled.then(() => JSON.stringify(record));
}

/** Those that the resources of an entry need. */
export function extensionsOf(entry: JournalEntry): readonly Extension[] {
  const states =
    entry.kind === 'begin'
      ? [entry.resource]
      : entry.changes.flatMap((change) => (change.kind === 'put' ? [change.state] : []));
  return states.flatMap(({ extension }) => extension ?? []);
}

function encodeChange(change: SnapshotChange, encoder: ResourceEncoder): JsonObject {
  switch (change.kind) {
    case 'put':
      return { put: change.key, state: encodeResourceWith(change.state, encoder) };
    case 'drop':
      return { drop: change.key };
    case 'rename':
      return { rename: change.from, to: change.to };
  }
}

/** Every ciphertext of an entry, for opening them together with those of the checkpoint. */
export function collectEntryCiphertexts(json: Json, into: Map<string, string>): void {
  const { resource, changes } = Object(json) as { resource?: Json; changes?: Json };
  if (resource !== undefined) collectCiphertexts(resource, String((resource as JsonObject | null)?.urn), into);
  if (!Array.isArray(changes)) return;
  for (const change of changes as readonly (JsonObject | null)[]) {
    const state = change?.state as JsonObject | null | undefined;
    collectCiphertexts(state, String(state?.urn), into);
  }
}

/** Reads the entries, records 2 and on, and refuses a sequence that cannot have been written by an operation. */
export function decodeEntries(list: readonly Json[], context: DecodingContext): readonly JournalEntry[] {
  const begun = new Set<number>();
  let extensions: Extensions = context.extensions ?? new Map();
  return list.map((json, index) => {
    const reader = readerOf(json, `record ${index + 2}`, context.source);
    if (reader.json.extensions !== undefined) extensions = new Map([...extensions, ...decodeExtensions(reader)]);
    const entry = decodeEntry(reader, { ...context, extensions });
    if (entry.kind === 'begin') begun.add(entry.step);
    if (entry.kind === 'end' && !begun.has(entry.step)) failField(reader, 'step', 'should name a step that was begun');
    if (entry.kind === 'end' && entry.outcome !== 'in-doubt') begun.delete(entry.step);
    return entry;
  });
}

/** Throws an OperationError for what is no entry. */
export function decodeEntry(reader: FieldReader, context: DecodingContext): JournalEntry {
  const kind = requiredText(reader, 'kind');
  switch (kind) {
    case 'begin': {
      const pending = decodePendingOperation(reader.json, reader.path, context);
      const operation: PendingOperationKind = pending.kind;
      return { kind, step: requiredNumber(reader, 'step'), operation, resource: pending.resource };
    }
    case 'end': {
      const outcome = requiredText(reader, 'outcome');
      if (outcome !== 'succeeded' && outcome !== 'failed' && outcome !== 'in-doubt')
        return failField(reader, 'outcome', 'should be succeeded, failed or in-doubt');
      return { kind, step: requiredNumber(reader, 'step'), outcome, changes: decodeChanges(reader, context) };
    }
    case 'change': {
      const settles = optionalList(reader, 'settles');
      if (settles.some((position) => typeof position !== 'number')) failField(reader, 'settles', 'should be numbers');
      const isSettling = settles.length > 0 ? { settles: settles as readonly number[] } : {};
      return { kind, changes: decodeChanges(reader, context), ...isSettling };
    }
    default:
      return failField(reader, 'kind', 'should be begin, end or change');
  }
}

function decodeChanges(reader: FieldReader, context: DecodingContext): readonly SnapshotChange[] {
  return optionalList(reader, 'changes').map((json, index) => {
    const change = readerOf(json, `${reader.path}.changes[${index}]`, reader.source);
    if (change.json.drop !== undefined) return { kind: 'drop', key: requiredText(change, 'drop') };
    if (change.json.rename !== undefined)
      return { kind: 'rename', from: requiredText(change, 'rename') as Urn, to: requiredText(change, 'to') as Urn };
    const key = requiredText(change, 'put');
    return { kind: 'put', key, state: decodeResource(change.json.state, `${change.path}.state`, context) };
  });
}

function requiredNumber(reader: FieldReader, field: string): number {
  const value = reader.json[field];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  return failField(reader, field, 'should be a whole number');
}
