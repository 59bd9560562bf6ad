import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { OperationError } from '@radiant/model';
import type { EncodedDeployment } from '../deployment/deployment.ts';
import type { CheckpointJson } from '../deployment/deployment-json.ts';
import { type Envelope, openEnvelope } from '../deployment/envelope.ts';
import type { Store } from '../store/store.ts';
import { type CheckpointSuffix, checkpointKey, checkpointSuffixes } from './layout.ts';
import { formatStackRef, type StackRef } from './names.ts';

/** The file of a stack, as it lies in the store. */
export interface StoredCheckpoint {
  readonly key: string;
  readonly suffix: CheckpointSuffix;
  readonly bytes: Uint8Array;
  readonly tag: string;
  /** sha256 of `bytes` in hex: what a journal names as its base. */
  readonly hash: string;
}

const codecs: {
  readonly [suffix in CheckpointSuffix]: {
    readonly pack: (bytes: Uint8Array) => Uint8Array;
    readonly unpack: (bytes: Uint8Array) => Uint8Array;
  };
} = {
  '.json': { pack: (bytes) => bytes, unpack: (bytes) => bytes },
  '.json.gz': { pack: (bytes) => gzipSync(bytes), unpack: (bytes) => gunzipSync(bytes) },
  '.json.zst': { pack: (bytes) => zstdCompressSync(bytes), unpack: (bytes) => zstdDecompressSync(bytes) },
};

export async function readCheckpoint(store: Store, ref: StackRef): Promise<StoredCheckpoint | undefined> {
  for (const suffix of checkpointSuffixes) {
    const key = checkpointKey(ref, suffix);
    const object = await store.get(key);
    if (object !== undefined) return { key, suffix, bytes: object.bytes, tag: object.tag, hash: hashOf(object.bytes) };
  }
  return undefined;
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Unpacks and unwraps; throws an OperationError that names the file. */
export function openCheckpoint(store: Store, ref: StackRef, checkpoint: StoredCheckpoint): Envelope {
  return openEnvelope(unpackCheckpoint(store, checkpoint), store.locate(checkpoint.key), ref.stack);
}

/** The JSON of a checkpoint's file; throws an OperationError that names the file. */
export function unpackCheckpoint(
  store: Store,
  { key, suffix, bytes }: Pick<StoredCheckpoint, 'key' | 'suffix' | 'bytes'>,
): unknown {
  const source = store.locate(key);
  try {
    return JSON.parse(Buffer.from(codecs[suffix].unpack(bytes)).toString());
  } catch (error) {
    throw damaged(source, damageOf(bytes, error));
  }
}

function damageOf(bytes: Uint8Array, error: unknown): string {
  if (bytes.length === 0) return 'it is empty';
  if (bytes.every((byte) => byte === 0)) return 'it holds nothing but zeros';
  const reason = error instanceof Error ? error.message : String(error);
  return `it is no JSON (${reason.replaceAll(/[^\x20-\x7e]/g, '?')})`;
}

function damaged(source: string, what: string): OperationError {
  return new OperationError({
    code: 'STATE_DAMAGED',
    summary: `the state ${source} is damaged: ${what}`,
    detail: 'Every operation has left a copy of its state in the history.',
    remedy:
      'Put back the last one, or an earlier one when that is damaged, too:\n    radiant stack history\n' +
      '    radiant stack export --version N --file state.json\n    radiant stack import --file state.json\n    radiant refresh',
  });
}

/** The same checkpoint as that of a stack of another full name. */
export function repackCheckpoint(ref: StackRef, suffix: CheckpointSuffix, json: unknown): Uint8Array {
  const document = json as { readonly checkpoint?: object };
  const named = { stack: formatStackRef(ref) };
  const renamed =
    document.checkpoint === undefined
      ? { ...document, ...named }
      : { ...document, checkpoint: { ...document.checkpoint, ...named } };
  return codecs[suffix].pack(Buffer.from(JSON.stringify(renamed)));
}

/** Compact, as Pulumi writes it. */
export function packCheckpoint(ref: StackRef, suffix: CheckpointSuffix, encoded: EncodedDeployment): Uint8Array {
  const { version, features, deployment } = encoded;
  const json: CheckpointJson = {
    version,
    ...(features.length === 0 ? {} : { features }),
    checkpoint: { stack: formatStackRef(ref), latest: deployment },
  };
  return codecs[suffix].pack(Buffer.from(JSON.stringify(json)));
}
