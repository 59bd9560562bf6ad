import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { EncodedDeployment } from '../deployment/deployment.ts';
import type { CheckpointJson } from '../deployment/deployment-json.ts';
import { type Envelope, openEnvelope } from '../deployment/envelope.ts';
import { invalid } from '../deployment/field-reader.ts';
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
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(source, 'the document', `is no JSON (${reason}); the version before it is in ${source}.bak`);
  }
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
