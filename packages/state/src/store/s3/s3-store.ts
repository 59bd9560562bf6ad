import { randomUUID } from 'node:crypto';
import { OperationError } from '@radiant/model';
import { baseName, type Store } from '../store.ts';
import { openS3Bucket, type S3Bucket, type S3Settings } from './s3-bucket.ts';
import { createS3Log, deleteS3Log, isSegmentFolder, readS3Log, sealS3Log, sweepSegmentFolder } from './s3-log.ts';
import { fenceS3Objects, stageS3Object } from './s3-staged.ts';
import { parseS3Url, type S3Location } from './s3-url.ts';

/**
 * A store in a bucket of Amazon S3, or of a service like it that honours conditional writes. Every write is durable.
 * Credentials come from where the AWS SDK looks for them.
 */
export function createS3Store(url: string, settings: S3Settings = {}): Store {
  const location = parseS3Url(url);
  const bucket = openS3Bucket(location, settings);
  const locate = (key: string) => `s3://${location.bucket}/${location.prefix}${key}`;
  let proof: Promise<void> | undefined;
  /** Once per process, before the first write that others rely on. */
  const proven = () => {
    proof ??= proveConditions(bucket).catch((error: unknown) => {
      proof = undefined;
      throw error;
    });
    return proof;
  };
  return {
    url: location.url,
    isListingCostly: true,
    locate,
    get: (key) => bucket.get(key),
    put: (key, bytes) => bucket.put(key, bytes),
    create: async (key, bytes) => {
      await proven();
      return (await bucket.create(key, bytes)).kind === 'created';
    },
    delete: (key) => bucket.delete(key),
    remove: (key, tag) => bucket.remove(key, tag),
    list: async (folder) => {
      const { objects, folders } = await bucket.listFolder(folder);
      return [
        // The folder itself, as some tools make it.
        ...objects.filter((key) => !key.endsWith('/')).map((key) => ({ name: baseName(key), kind: 'object' as const })),
        ...folders
          .filter((key) => !isSegmentFolder(key))
          .map((key) => ({ name: baseName(key), kind: 'folder' as const })),
      ];
    },
    copy: (from, to) => bucket.copy(from, to),
    tidy: async (folder) => {
      const { folders } = await bucket.listFolder(folder);
      // Their log was deleted while somebody still wrote to it, or by somebody who was interrupted.
      for (const segments of folders.filter(isSegmentFolder)) await sweepSegmentFolder(bucket, segments);
    },
    deleteAll: (keys) => bucket.deleteAll(keys),
    stage: (key, bytes, token) => stageS3Object(bucket, key, bytes, token),
    fence: (keys, token) => fenceS3Objects(bucket, keys, token),
    createLog: async (key) => {
      await proven();
      return await createS3Log(bucket, key, locate);
    },
    readLog: (key) => readS3Log(bucket, key, locate),
    sealLog: (key, _token, acceptedLength) => sealS3Log(bucket, key, acceptedLength, locate),
    deleteLog: (key) => deleteS3Log(bucket, key),
  };
}

/** A service that ignores conditions would let two operations have one stack: writes an object twice to find out. */
async function proveConditions(bucket: S3Bucket): Promise<void> {
  const key = `.pulumi/radiant/probe-${randomUUID()}`;
  await bucket.create(key, Buffer.from('1'));
  const { kind } = await bucket.create(key, Buffer.from('2'));
  await bucket.delete(key);
  if (kind === 'created') throw unconditional(bucket.location);
}

function unconditional({ bucket, endpoint }: S3Location): OperationError {
  return new OperationError({
    code: 'STORE_UNSAFE',
    summary: `the bucket "${bucket}" at ${endpoint ?? 'Amazon S3'} cannot hold states: it overwrites an object that a request asked it to keep`,
    detail:
      'Its service ignores `If-None-Match`, without which two operations could change one stack at the same time. ' +
      'Nothing was written.',
    remedy:
      'Use a service that honours conditional writes (Amazon S3, MinIO, Ceph, R2 and others do), or another kind of backend.',
  });
}
