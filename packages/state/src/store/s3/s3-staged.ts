import { randomUUID } from 'node:crypto';
import { folderOf, type StagedObject } from '../store.ts';
import { encryptionOf, ignoreMissing, type S3Bucket } from './s3-bucket.ts';
import { errorName, isConflict, isMissing, isRefused } from './s3-errors.ts';

/*
 * A staged object is a multipart upload that is not completed yet. Completing it replaces the object at once; aborting it
 * makes completing fail, for ever: S3 decides which was first. So that a newer holder finds it, the upload's id is
 * in an object beside it, `KEY.TOKEN.staged`, before the upload has any content.
 */

const partBytes = 8 * 1024 * 1024;

/** Tells our upload from another of the same object. */
const attemptField = 'radiant-attempt';

interface Upload {
  readonly id: string;
  readonly attempt: string;
  readonly parts: readonly { readonly PartNumber: number; readonly ETag: string | undefined }[];
}

export async function stageS3Object(
  bucket: S3Bucket,
  key: string,
  bytes: Uint8Array,
  token: number,
): Promise<StagedObject> {
  const marker = `${key}.${token}.staged`;
  const attempt = randomUUID();
  const id = await beginUpload(bucket, key, attempt);
  await bucket.put(marker, Buffer.from(id));
  const parts = await uploadParts(bucket, key, id, bytes);
  const discard = async () => {
    await abortUpload(bucket, key, id);
    await bucket.delete(marker);
  };
  const publish: StagedObject['publish'] = async (expectedTag) => {
    if ((await headOf(bucket, key))?.tag !== expectedTag) return 'changed';
    const outcome = await completeUpload(bucket, key, { id, attempt, parts }, expectedTag).catch(
      async (error: unknown) => {
        // Not every service has a word for an upload that was aborted.
        if ((await bucket.get(marker)) !== undefined) throw error;
        return 'fenced' as const;
      },
    );
    // A newer holder does it otherwise.
    if (outcome === 'published') await bucket.delete(marker).catch(() => undefined);
    return outcome;
  };
  return { publish, discard };
}

/** Aborts what holders of lower tokens have staged. */
export async function fenceS3Objects(bucket: S3Bucket, keys: readonly string[], token: number): Promise<void> {
  const { objects } = await bucket.listFolder(folderOf(keys[0]!));
  for (const marker of objects) {
    const [, key, holder] = /^(.+)\.(\d+)\.staged$/.exec(marker) ?? [];
    if (key === undefined || !keys.includes(key) || Number(holder) >= token) continue;
    const object = await bucket.get(marker);
    if (object !== undefined) await abortUpload(bucket, key, Buffer.from(object.bytes).toString());
    await bucket.delete(marker);
  }
}

async function beginUpload(bucket: S3Bucket, key: string, attempt: string): Promise<string> {
  return await bucket.send('s3:PutObject', key, async (client, sdk, name) => {
    const { UploadId } = await client.send(
      new sdk.CreateMultipartUploadCommand({
        ...name,
        Metadata: { [attemptField]: attempt },
        ...encryptionOf(bucket.location),
      }),
    );
    return UploadId!;
  });
}

async function uploadParts(bucket: S3Bucket, key: string, id: string, bytes: Uint8Array): Promise<Upload['parts']> {
  const count = Math.max(1, Math.ceil(bytes.length / partBytes));
  const upload = (number: number) =>
    bucket.send('s3:PutObject', key, async (client, sdk, name) => {
      const body = bytes.subarray((number - 1) * partBytes, number * partBytes);
      const part = { ...name, UploadId: id, PartNumber: number, Body: body };
      const { ETag } = await client.send(new sdk.UploadPartCommand(part));
      return { PartNumber: number, ETag };
    });
  return await Promise.all(Array.from({ length: count }, (_item, index) => upload(index + 1)));
}

async function completeUpload(
  bucket: S3Bucket,
  key: string,
  { id, attempt, parts }: Upload,
  expectedTag: string | undefined,
): Promise<'published' | 'changed' | 'fenced'> {
  const outcome = await bucket.send('s3:PutObject', key, async (client, sdk, name) => {
    const condition = expectedTag === undefined ? { IfNoneMatch: '*' } : { IfMatch: expectedTag };
    const request = { ...name, UploadId: id, MultipartUpload: { Parts: [...parts] }, ...condition };
    try {
      await client.send(new sdk.CompleteMultipartUploadCommand(request));
      return 'published';
    } catch (error) {
      if (errorName(error) === 'NoSuchUpload') return 'fenced';
      if (isRefused(error) || isMissing(error) || isConflict(error)) return 'changed';
      throw error;
    }
  });
  // An answer may have been lost, and this be the one to a repetition; and some services say that they have completed
  // what was aborted.
  if ((await headOf(bucket, key))?.attempt === attempt) return 'published';
  return outcome === 'changed' ? 'changed' : 'fenced';
}

async function abortUpload(bucket: S3Bucket, key: string, id: string): Promise<void> {
  await bucket.send('s3:AbortMultipartUpload', key, async (client, sdk, name) => {
    await client.send(new sdk.AbortMultipartUploadCommand({ ...name, UploadId: id })).catch(ignoreMissing);
  });
}

async function headOf(
  bucket: S3Bucket,
  key: string,
): Promise<{ readonly tag: string; readonly attempt: string | undefined } | undefined> {
  return await bucket.send('s3:GetObject', key, async (client, sdk, name) => {
    const output = await client.send(new sdk.HeadObjectCommand(name)).catch(ignoreMissing);
    return output === undefined ? undefined : { tag: output.ETag ?? '', attempt: output.Metadata?.[attemptField] };
  });
}
