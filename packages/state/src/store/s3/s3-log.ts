import { randomUUID } from 'node:crypto';
import {
  createSegmentWriter,
  readSegments,
  type SegmentCreation,
  type SegmentPort,
  sealSegments,
} from '../segments.ts';
import type { AcceptedLength, LogContent, LogWriter } from '../store.ts';
import type { S3Bucket } from './s3-bucket.ts';

/*
 * A log is an object that says which of its segments count, `KEY`, and beside it the segments,
 * `KEY.segments/LOG-00000001` and so on. It is deleted in this order, so that a writer who finds the object after it has
 * made a segment knows that the log was not closed before.
 */

const folderSuffix = '.segments';

/** Whether a folder is part of a log, which is listed as one object. */
export function isSegmentFolder(folder: string): boolean {
  return folder.endsWith(folderSuffix);
}

export async function createS3Log(bucket: S3Bucket, key: string, locate: Locate): Promise<LogWriter | undefined> {
  const log = randomUUID();
  if ((await bucket.create(key, Buffer.from(`${log}\n`))).kind === 'taken') return undefined;
  return createSegmentWriter(portOf(bucket, key, log, locate), locate(key));
}

export async function readS3Log(bucket: S3Bucket, key: string, locate: Locate): Promise<LogContent | undefined> {
  const log = await logIn(bucket, key);
  if (log === undefined) return undefined;
  if (!isLog(log)) return unnamed(locate(key));
  return await readSegments(portOf(bucket, key, log, locate));
}

export async function sealS3Log(
  bucket: S3Bucket,
  key: string,
  acceptedLength: AcceptedLength,
  locate: Locate,
): Promise<LogContent | undefined> {
  const log = await logIn(bucket, key);
  if (log === undefined) return undefined;
  // A writer looks for its log there after each segment, and so is stopped already.
  if (!isLog(log)) return unnamed(locate(key));
  return await sealSegments(portOf(bucket, key, log, locate), acceptedLength);
}

/** A key as people find it. */
type Locate = (key: string) => string;

function isLog(text: string): boolean {
  return /^[0-9a-f-]{36}$/.test(text);
}

function unnamed(where: string): LogContent {
  const damage = `${where} does not name its segments`;
  return { bytes: new Uint8Array(), isSealed: false, tearing: 'cut-short', damage };
}

export async function deleteS3Log(bucket: S3Bucket, key: string): Promise<void> {
  await bucket.delete(key);
  await sweepSegmentFolder(bucket, `${key}${folderSuffix}`);
}

/**
 * Deletes segments whose log is gone. A log that is found gone after one of its segments was seen never comes back,
 * though another may have its key by now.
 */
export async function sweepSegmentFolder(bucket: S3Bucket, folder: string): Promise<void> {
  const segments = await bucket.listAll(`${folder}/`);
  if (segments.length === 0) return;
  const log = await logIn(bucket, folder.slice(0, -folderSuffix.length));
  // Whose they are cannot be told.
  if (log !== undefined && !isLog(log)) return;
  await bucket.deleteAll(segments.filter((key) => log === undefined || !key.startsWith(`${folder}/${log}-`)));
}

async function logIn(bucket: S3Bucket, key: string): Promise<string | undefined> {
  const object = await bucket.get(key);
  return object === undefined ? undefined : Buffer.from(object.bytes).toString().trim();
}

const gone: SegmentCreation = { kind: 'gone' };

function portOf(bucket: S3Bucket, key: string, log: string, locate: Locate): SegmentPort {
  const prefix = `${key}${folderSuffix}/${log}-`;
  const segmentKey = (number: number) => `${prefix}${String(number).padStart(8, '0')}`;
  const create = async (number: number, bytes: Uint8Array): Promise<SegmentCreation> => {
    const creation = await bucket.create(segmentKey(number), bytes);
    if (creation.kind === 'taken') return creation.by === undefined ? gone : { kind: 'taken', by: creation.by };
    if ((await logIn(bucket, key)) === log) return creation;
    await bucket.delete(segmentKey(number));
    return gone;
  };
  const read = async () => {
    const keys = (await bucket.listAll(prefix)).filter((segment) => /^\d{8}$/.test(segment.slice(prefix.length)));
    const objects = await getMany(bucket, keys.toSorted());
    // Looked at last: it goes first when a log is deleted, and so all segments were there.
    if ((await logIn(bucket, key)) !== log) return undefined;
    return objects.map(([segment, bytes]) => ({ number: Number(segment.slice(prefix.length)), bytes }));
  };
  return { create, read, locate: (number) => locate(segmentKey(number)) };
}

const readsAtOnce = 16;

async function getMany(
  bucket: S3Bucket,
  keys: readonly string[],
): Promise<readonly (readonly [key: string, bytes: Uint8Array])[]> {
  const results: (readonly [string, Uint8Array])[] = [];
  for (let start = 0; start < keys.length; start += readsAtOnce) {
    const batch = keys.slice(start, start + readsAtOnce);
    const objects = await Promise.all(batch.map(async (key) => ({ key, object: await bucket.get(key) })));
    for (const { key, object } of objects) if (object !== undefined) results.push([key, object.bytes]);
  }
  return results;
}
