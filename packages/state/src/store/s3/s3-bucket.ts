import { setTimeout as sleep } from 'node:timers/promises';
import type { GetObjectCommandOutput, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { explainS3, isConflict, isMissing, isRefused, type S3Action, statusOf } from './s3-errors.ts';
import type { S3Location } from './s3-url.ts';

/** What tests change of how a bucket is reached. */
export type S3Settings = Pick<S3ClientConfig, 'credentials' | 'maxAttempts' | 'retryStrategy' | 'requestHandler'>;

export type Sdk = typeof import('./s3-sdk.ts');

/** A part of a bucket: keys are relative to the location's prefix. Errors are OperationErrors. */
export interface S3Bucket {
  readonly location: S3Location;
  readonly get: (key: string) => Promise<S3Object | undefined>;
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
  /** `taken` when there is an object already, unless it is these very bytes: then an answer was lost. */
  readonly create: (key: string, bytes: Uint8Array) => Promise<S3Creation>;
  readonly delete: (key: string) => Promise<void>;
  /** False when the object no longer has this tag. */
  readonly remove: (key: string, tag: string) => Promise<boolean>;
  readonly deleteAll: (keys: readonly string[]) => Promise<void>;
  readonly copy: (from: string, to: string) => Promise<void>;
  /** Everything whose key begins with `prefix`. */
  readonly listAll: (prefix: string) => Promise<readonly string[]>;
  /** What lies right under `folder`, and the folders there. */
  readonly listFolder: (folder: string) => Promise<S3Listing>;
  /** For requests of which nobody else makes the like. Errors that `work` throws are explained. */
  readonly send: <T>(
    action: S3Action,
    key: string,
    work: (client: S3Client, sdk: Sdk, name: { Bucket: string; Key: string }) => Promise<T>,
  ) => Promise<T>;
}

export interface S3Object {
  readonly bytes: Uint8Array;
  readonly tag: string;
  readonly modifiedMs: number;
}

export type S3Creation =
  | { readonly kind: 'created' }
  /** `by` is undefined when it has been deleted meanwhile. */
  | { readonly kind: 'taken'; readonly by: Uint8Array | undefined };

export interface S3Listing {
  readonly objects: readonly string[];
  readonly folders: readonly string[];
}

const conflictTries = 8;

export function openS3Bucket(location: S3Location, settings: S3Settings): S3Bucket {
  let opening: Promise<{ readonly client: S3Client; readonly sdk: Sdk }> | undefined;
  const send: S3Bucket['send'] = async (action, key, work) => {
    opening ??= openClient(location, settings);
    try {
      const { client, sdk } = await opening;
      return await work(client, sdk, { Bucket: location.bucket, Key: location.prefix + key });
    } catch (error) {
      throw explainS3(error, location, action, key);
    }
  };
  const bucket: S3Bucket = {
    location,
    send,
    get: (key) => getObject(send, key),
    put: (key, bytes) =>
      send('s3:PutObject', key, async (client, sdk, name) => {
        await client.send(new sdk.PutObjectCommand({ ...name, Body: bytes, ...encryptionOf(location) }));
      }),
    create: (key, bytes) => createObject(bucket, key, bytes),
    delete: (key) =>
      send('s3:DeleteObject', key, async (client, sdk, name) => {
        await client.send(new sdk.DeleteObjectCommand(name)).catch(ignoreMissing);
      }),
    remove: (key, tag) => removeObject(bucket, key, tag),
    deleteAll: (keys) => deleteObjects(bucket, keys),
    copy: (from, to) =>
      send('s3:PutObject', to, async (client, sdk, name) => {
        const source = [location.bucket, ...(location.prefix + from).split('/')].map(encodeURIComponent).join('/');
        await client.send(new sdk.CopyObjectCommand({ ...name, CopySource: source, ...encryptionOf(location) }));
      }),
    listAll: async (prefix) => (await listObjects(send, prefix, {})).objects,
    listFolder: (folder) => listObjects(send, folder === '' ? '' : `${folder}/`, { Delimiter: '/' }),
  };
  return bucket;
}

async function openClient(location: S3Location, settings: S3Settings) {
  const sdk = await import('./s3-sdk.ts');
  return { sdk, client: new sdk.S3Client(configOf(location, settings)) };
}

function configOf(location: S3Location, settings: S3Settings): S3ClientConfig {
  const { endpoint, profile, usesDualStack, usesFips, usesAcceleration, isAnonymous } = location;
  // Go's SDK, and so Pulumi, also reads AWS_DEFAULT_REGION. Services other than AWS seldom care.
  const region = location.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const chosenRegion = region ?? (endpoint === undefined ? undefined : 'us-east-1');
  // Others than AWS often do not know the newer checksums.
  const checksums = location.checksums ?? (endpoint === undefined ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED');
  return {
    followRegionRedirects: true,
    forcePathStyle: location.isPathStyle ?? endpoint !== undefined,
    useDualstackEndpoint: usesDualStack,
    useFipsEndpoint: usesFips,
    useAccelerateEndpoint: usesAcceleration,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    maxAttempts: 6,
    requestHandler: {
      connectionTimeout: 5_000,
      socketTimeout: 30_000,
      // HTTPS_PROXY and NO_PROXY: the SDK knows nothing of them, Node's agents do when they are asked to.
      httpAgent: { proxyEnv: process.env },
      httpsAgent: { proxyEnv: process.env },
    },
    ...(chosenRegion === undefined ? {} : { region: chosenRegion }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(isAnonymous ? anonymous : {}),
    ...settings,
  };
}

const anonymous: S3ClientConfig = {
  credentials: { accessKeyId: '', secretAccessKey: '' },
  signer: { sign: async (request) => request },
};

export function encryptionOf({ encryption, kmsKeyId }: S3Location): object {
  return {
    ...(encryption === undefined ? {} : { ServerSideEncryption: encryption }),
    ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }),
  };
}

export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
  return undefined;
}

async function getObject(send: S3Bucket['send'], key: string): Promise<S3Object | undefined> {
  return await send('s3:GetObject', key, async (client, sdk, name) => {
    const output: GetObjectCommandOutput | undefined = await client
      .send(new sdk.GetObjectCommand(name))
      .catch(ignoreMissing);
    if (output === undefined) return undefined;
    const bytes = (await output.Body?.transformToByteArray()) ?? new Uint8Array();
    return { bytes, tag: output.ETag ?? '', modifiedMs: output.LastModified?.getTime() ?? 0 };
  });
}

async function createObject(bucket: S3Bucket, key: string, bytes: Uint8Array): Promise<S3Creation> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await bucket.send('s3:PutObject', key, async (client, sdk, name) => {
      const request = { ...name, Body: bytes, IfNoneMatch: '*', ...encryptionOf(bucket.location) };
      try {
        await client.send(new sdk.PutObjectCommand(request));
        return 'created';
      } catch (error) {
        if (isRefused(error)) return 'refused';
        if (isConflict(error) && attempt < conflictTries) return 'conflict';
        throw error;
      }
    });
    if (outcome === 'created') return { kind: 'created' };
    if (outcome === 'conflict') {
      await sleep(20 * attempt * (1 + Math.random()));
      continue;
    }
    const by = (await bucket.get(key))?.bytes;
    return by !== undefined && Buffer.from(bytes).equals(by) ? { kind: 'created' } : { kind: 'taken', by };
  }
}

/** Not every service knows conditional deletions: the object is looked at before, and those refuse or ignore the condition. */
async function removeObject(bucket: S3Bucket, key: string, tag: string): Promise<boolean> {
  return await bucket.send('s3:DeleteObject', key, async (client, sdk, name) => {
    const found = await client.send(new sdk.HeadObjectCommand(name)).catch(ignoreMissing);
    if (found?.ETag !== tag) return false;
    try {
      await client.send(new sdk.DeleteObjectCommand({ ...name, IfMatch: tag })).catch(ignoreMissing);
      return true;
    } catch (error) {
      if (isRefused(error) || isConflict(error)) return false;
      if (statusOf(error) !== 501) throw error;
      await client.send(new sdk.DeleteObjectCommand(name));
      return true;
    }
  });
}

const batchMax = 1000;
/** Services that do not know how to delete many at once. */
const batchRefusals = new Set([400, 405, 411, 501]);

async function deleteObjects(bucket: S3Bucket, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += batchMax) {
    const batch = keys.slice(start, start + batchMax);
    if (batch.length === 1 || !(await deleteBatch(bucket, batch))) for (const key of batch) await bucket.delete(key);
  }
}

async function deleteBatch(bucket: S3Bucket, keys: readonly string[]): Promise<boolean> {
  const { prefix } = bucket.location;
  return await bucket.send('s3:DeleteObject', keys[0]!, async (client, sdk, { Bucket }) => {
    const objects = keys.map((key) => ({ Key: prefix + key }));
    try {
      const { Errors } = await client.send(
        new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: objects, Quiet: true } }),
      );
      // Deleted one by one, what is refused is explained.
      return Errors === undefined || Errors.length === 0;
    } catch (error) {
      const { httpStatusCode } =
        (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {};
      if (httpStatusCode !== undefined && batchRefusals.has(httpStatusCode)) return false;
      throw error;
    }
  });
}

async function listObjects(
  send: S3Bucket['send'],
  prefix: string,
  options: { readonly Delimiter?: string },
): Promise<S3Listing> {
  return await send('s3:ListBucket', prefix, async (client, sdk, { Bucket, Key }) => {
    const rootLength = Key.length - prefix.length;
    const objects: string[] = [];
    const folders: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new sdk.ListObjectsV2Command({
          Bucket,
          Prefix: Key,
          ...options,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      for (const { Key: key } of page.Contents ?? []) if (key !== undefined) objects.push(key.slice(rootLength));
      for (const { Prefix } of page.CommonPrefixes ?? [])
        if (Prefix !== undefined) folders.push(Prefix.slice(rootLength, -1));
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return { objects, folders };
  });
}
