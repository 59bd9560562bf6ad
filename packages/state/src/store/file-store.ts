import { randomUUID } from 'node:crypto';
import { isAbsolute, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert, OperationError } from '@radiant/model';
import { createFileLog, deleteFileLog, readFileLog, sealFileLog } from './file-log.ts';
import { errorCode, type FileSystem, nodeFileSystem } from './file-system.ts';
import { baseName, type Durability, folderOf, type StagedObject, type Store, type StoreEntry } from './store.ts';

/** Temporary files of a process that died are swept away after this time. */
const temporaryAgeMaxMs = 3_600_000;

/**
 * A store in a folder. Atomic by rename and link, durable by fsync of the file and of its folder. New files have mode
 * 0600, new folders 0700.
 */
export function createFileStore(root: string, files: FileSystem = nodeFileSystem): Store {
  assert(isAbsolute(root), `the folder of a store is absolute: ${root}`);
  const context: FileContext = { files, root, known: new Set() };
  const store: Store = {
    url: pathToFileURL(root).href,
    isListingCostly: false,
    locate: (key) => pathToFileURL(pathOf(context, key)).href,
    get: (key) => explain(context, 'read', key, () => readObject(context, key)),
    put: (key, bytes, durability) => explain(context, 'write', key, () => putObject(context, key, bytes, durability)),
    create: (key, bytes, durability) =>
      explain(context, 'write', key, () => createObject(context, key, bytes, durability)),
    delete: (key) => explain(context, 'delete', key, () => removeFile(context, pathOf(context, key))),
    remove: (key, tag) =>
      explain(context, 'delete', key, async () => {
        const path = pathOf(context, key);
        if ((await currentTag(context, path)) !== tag) return false;
        await removeFile(context, path);
        return true;
      }),
    list: (folder) => explain(context, 'read', folder, () => listFolder(context, folder)),
    copy: (from, to) => explain(context, 'write', to, () => copyObject(context, from, to)),
    tidy: (folder) => explain(context, 'delete', folder, () => sweepTemporaries(context, folder)),
    deleteAll: async (keys) => {
      for (const key of keys) await store.delete(key);
    },
    stage: async (key, bytes, token) => {
      const staged = await explain(context, 'write', key, () => stageObject(context, key, bytes, token));
      return {
        publish: (expectedTag) => explain(context, 'write', key, () => staged.publish(expectedTag)),
        discard: () => explain(context, 'delete', key, () => staged.discard()),
      };
    },
    fence: (keys, token) => explain(context, 'write', keys[0]!, () => fenceObjects(context, keys, token)),
    // The errors of a log are the journal's to explain: it keeps what could not be written.
    createLog: async (key) => {
      await makeFolder(context, folderOf(key), 'lasting');
      return createFileLog(context.files, pathOf(context, key));
    },
    readLog: (key) => explain(context, 'read', key, () => readFileLog(files, pathOf(context, key))),
    sealLog: (key, token, acceptedLength) =>
      explain(context, 'write', key, () =>
        sealFileLog(files, pathOf(context, key), token, acceptedLength, async (path, bytes) => {
          await createWholeFile(context, path, bytes, 'lasting');
        }),
      ),
    deleteLog: (key) => explain(context, 'delete', key, () => deleteFileLog(files, pathOf(context, key))),
  };
  return store;
}

interface FileContext {
  readonly files: FileSystem;
  readonly root: string;
  /** Folders that are there and durable. */
  readonly known: Set<string>;
}

function pathOf(context: FileContext, key: string): string {
  const parts = key.split('/');
  assert(
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0') && !part.includes(sep)),
    `the key ${JSON.stringify(key)} stays inside its store`,
  );
  return join(context.root, ...parts);
}

async function readObject({ files, ...context }: FileContext, key: string) {
  const path = pathOf({ files, ...context }, key);
  try {
    const facts = await files.stat(path);
    const bytes = await files.readFile(path);
    return { bytes, tag: tagOf(facts), modifiedMs: facts.modifiedMs };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function tagOf(facts: { readonly inode: string; readonly size: number; readonly modifiedMs: number }): string {
  return `${facts.inode}:${facts.size}:${facts.modifiedMs}`;
}

async function putObject(context: FileContext, key: string, bytes: Uint8Array, durability: Durability): Promise<void> {
  await makeFolder(context, folderOf(key), durability);
  const path = pathOf(context, key);
  const temporary = await writeTemporary(context, path, bytes, durability);
  await renameOver(context, temporary, path, durability);
}

async function createObject(
  context: FileContext,
  key: string,
  bytes: Uint8Array,
  durability: Durability,
): Promise<boolean> {
  await makeFolder(context, folderOf(key), durability);
  return await createWholeFile(context, pathOf(context, key), bytes, durability);
}

/** Where the file system has no links. */
const linkRefusals = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

async function createWholeFile(
  context: FileContext,
  path: string,
  bytes: Uint8Array,
  durability: Durability,
): Promise<boolean> {
  const { files } = context;
  const temporary = await writeTemporary(context, path, bytes, durability);
  try {
    await files.link(temporary, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!linkRefusals.has(errorCode(error) ?? '')) throw error;
    // Not whole at once: a reader may find it empty for a moment, and takes that for a holder it cannot name.
    if (!(await createInPlace(context, path, bytes, durability))) return false;
  } finally {
    await removeFile(context, temporary);
  }
  if (durability === 'lasting') await files.syncDirectory(parentOf(path));
  return true;
}

async function createInPlace(
  { files }: FileContext,
  path: string,
  bytes: Uint8Array,
  durability: Durability,
): Promise<boolean> {
  try {
    await writeNewFile(files, path, bytes, durability);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function writeTemporary(
  context: FileContext,
  path: string,
  bytes: Uint8Array,
  durability: Durability,
): Promise<string> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNewFile(context.files, temporary, bytes, durability);
  } catch (error) {
    await removeFile(context, temporary).catch(() => undefined);
    throw error;
  }
  return temporary;
}

async function writeNewFile(files: FileSystem, path: string, bytes: Uint8Array, durability: Durability): Promise<void> {
  const file = await files.createFile(path);
  try {
    await file.write(bytes, 0);
    if (durability === 'lasting') await file.sync();
  } finally {
    await file.close();
  }
}

async function renameOver(context: FileContext, from: string, to: string, durability: Durability): Promise<void> {
  try {
    await context.files.rename(from, to);
  } catch (error) {
    await removeFile(context, from).catch(() => undefined);
    throw error;
  }
  if (durability === 'lasting') await context.files.syncDirectory(parentOf(to));
}

async function removeFile({ files }: FileContext, path: string): Promise<void> {
  try {
    await files.unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

async function listFolder(context: FileContext, folder: string): Promise<readonly StoreEntry[]> {
  try {
    const entries = await context.files.readDirectory(folder === '' ? context.root : pathOf(context, folder));
    return entries.map(({ name, isDirectory }) => ({ name, kind: isDirectory ? 'folder' : 'object' }));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function copyObject(context: FileContext, from: string, to: string): Promise<void> {
  await makeFolder(context, folderOf(to), 'passing');
  const target = pathOf(context, to);
  const temporary = `${target}.${randomUUID()}.tmp`;
  await context.files.copyFile(pathOf(context, from), temporary);
  await renameOver(context, temporary, target, 'passing');
}

async function stageObject(context: FileContext, key: string, bytes: Uint8Array, token: number): Promise<StagedObject> {
  await makeFolder(context, folderOf(key), 'lasting');
  const path = pathOf(context, key);
  const staged = `${path}.${token}.staged`;
  await removeFile(context, staged);
  try {
    await writeNewFile(context.files, staged, bytes, 'lasting');
  } catch (error) {
    await removeFile(context, staged).catch(() => undefined);
    throw error;
  }
  return {
    publish: async (expectedTag) => {
      if ((await currentTag(context, path)) !== expectedTag) return 'changed';
      try {
        // Fails when a newer holder has removed the staged file: the one moment that decides who was first.
        await context.files.rename(staged, path);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return 'fenced';
        throw error;
      }
      await context.files.syncDirectory(parentOf(path));
      return 'published';
    },
    discard: () => removeFile(context, staged),
  };
}

async function currentTag({ files }: FileContext, path: string): Promise<string | undefined> {
  try {
    return tagOf(await files.stat(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function fenceObjects(context: FileContext, keys: readonly string[], token: number): Promise<void> {
  const folder = folderOf(keys[0]!);
  const fenced = new Set(keys.map(baseName));
  for (const { name } of await listFolder(context, folder)) {
    const [, object, holder] = /^(.+)\.(\d+)\.staged$/.exec(name) ?? [];
    if (object !== undefined && fenced.has(object) && Number(holder) < token)
      await removeFile(context, pathOf(context, `${folder}/${name}`));
  }
}

async function sweepTemporaries(context: FileContext, folder: string): Promise<void> {
  for (const { name } of await listFolder(context, folder))
    if (name.endsWith('.tmp')) await sweepTemporary(context, pathOf(context, `${folder}/${name}`));
}

async function sweepTemporary(context: FileContext, path: string): Promise<void> {
  try {
    const { modifiedMs } = await context.files.stat(path);
    if (Date.now() - modifiedMs > temporaryAgeMaxMs) await removeFile(context, path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function parentOf(path: string): string {
  return join(path, '..');
}

/** Makes the folder and those above it. A new one is durable in its parent before anything is put into it. */
async function makeFolder(context: FileContext, folder: string, durability: Durability): Promise<void> {
  await makePath(context, folder === '' ? context.root : pathOf(context, folder), durability);
}

async function makePath(context: FileContext, path: string, durability: Durability): Promise<void> {
  const { files, known } = context;
  if (known.has(path)) return;
  try {
    await files.makeDirectory(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && parentOf(path) !== path) {
      await makePath(context, parentOf(path), durability);
      return await makePath(context, path, durability);
    }
    if (errorCode(error) !== 'EEXIST') throw error;
    // Somebody else may have made it this moment and not synced it yet.
    if (durability === 'passing') return;
  }
  await files.syncDirectory(parentOf(path)).catch((error: unknown) => {
    // The parent may belong to somebody who does not let us read it.
    if (errorCode(error) !== 'EACCES') throw error;
  });
  known.add(path);
}

const reasons: { readonly [code: string]: string } = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the disk reports an input/output error',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
};

async function explain<T>(context: FileContext, verb: string, key: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new OperationError({
      code: verb === 'read' ? 'STATE_UNREADABLE' : 'STATE_UNWRITABLE',
      summary: `cannot ${verb} ${key === '' ? context.root : pathOf(context, key)}: ${reasons[code] ?? code}`,
      remedy: `Mend that for the state in ${context.root}, then run the command again.`,
      cause: error,
    });
  }
}
