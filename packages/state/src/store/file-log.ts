import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, type FileSystem, type OpenFile } from './file-system.ts';
import { type AcceptedLength, type LogContent, LogSealedError, type LogWriter } from './store.ts';

/*
 * A log is a file. Its seal is two more beside it, because a paused writer's late write cannot be kept from the file:
 * `.seal` says that somebody is closing the log, and after it is visible, what was accepted is copied to `.sealed`, which
 * then stands for the log. A writer looks for `.seal` after its bytes are durable: not there, and the bytes were in the
 * file before the copy was made; there, and the copy tells.
 */
const markSuffix = '.seal';
const copySuffix = '.sealed';

const verdictPolls = 200;
const verdictPollMs = 10;

export async function createFileLog(files: FileSystem, path: string): Promise<LogWriter | undefined> {
  let file: OpenFile;
  try {
    file = await files.createFile(path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
  let length = 0;
  let isNameDurable = false;
  let isClean = true;
  const append = async (bytes: Uint8Array) => {
    if (!isClean) {
      // Nothing of a sealed log may be taken back: the seal's copy may be about to be made of it.
      if (!(await isOpen(files, path, file))) throw sealedError(path);
      await file.truncate(length);
    }
    isClean = false;
    await file.write(bytes, length);
    await file.sync();
    if (!isNameDurable) await files.syncDirectory(dirname(path));
    isNameDurable = true;
    const end = length + bytes.length;
    if (!(await isOpen(files, path, file)) && !(await isAccepted(files, path, end))) throw sealedError(path);
    length = end;
    isClean = true;
  };
  return { append, close: () => file.close() };
}

function sealedError(path: string): LogSealedError {
  return new LogSealedError(`${path} was closed by a newer operation`);
}

/** Whether `path` still names the file and nobody is closing it. In this order: a log is deleted before its seal. */
async function isOpen(files: FileSystem, path: string, file: OpenFile): Promise<boolean> {
  if ((await factsOrNothing(files, path + markSuffix)) !== undefined) return false;
  return (await factsOrNothing(files, path))?.inode === file.inode;
}

/** Whether the seal's copy holds the first `end` bytes. Waits a while for the copy to be made. */
async function isAccepted(files: FileSystem, path: string, end: number): Promise<boolean> {
  for (let poll = 0; poll < verdictPolls; poll += 1) {
    const copy = await factsOrNothing(files, path + copySuffix);
    if (copy !== undefined) return copy.size >= end;
    if ((await factsOrNothing(files, path + markSuffix)) === undefined) return false;
    await sleep(verdictPollMs);
  }
  return false;
}

async function factsOrNothing(files: FileSystem, path: string) {
  try {
    return await files.stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function bytesOrNothing(files: FileSystem, path: string): Promise<Uint8Array | undefined> {
  try {
    return await files.readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function readFileLog(files: FileSystem, path: string): Promise<LogContent | undefined> {
  const copy = await bytesOrNothing(files, path + copySuffix);
  if (copy !== undefined) return { bytes: copy, isSealed: true, tearing: 'anyhow' };
  const bytes = await bytesOrNothing(files, path);
  return bytes === undefined ? undefined : { bytes, isSealed: false, tearing: 'anyhow' };
}

export async function sealFileLog(
  files: FileSystem,
  path: string,
  token: number,
  acceptedLength: AcceptedLength,
  createWhole: (path: string, bytes: Uint8Array) => Promise<void>,
): Promise<LogContent | undefined> {
  if ((await factsOrNothing(files, path)) === undefined) return await readFileLog(files, path);
  await createWhole(path + markSuffix, Buffer.from(`${JSON.stringify({ token })}\n`));
  if ((await factsOrNothing(files, path + copySuffix)) === undefined) {
    const bytes = (await bytesOrNothing(files, path)) ?? new Uint8Array();
    await createWhole(path + copySuffix, bytes.subarray(0, acceptedLength(bytes, 'anyhow')));
  }
  return await readFileLog(files, path);
}

export async function deleteFileLog(files: FileSystem, path: string): Promise<void> {
  let isThere = false;
  for (const name of [path, path + copySuffix, path + markSuffix]) {
    try {
      await files.unlink(name);
      isThere = true;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  if (isThere) await files.syncDirectory(dirname(path));
}
