import { constants, type Stats } from 'node:fs';
import {
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';

/** What the file store needs of a file system: the node one in the product, one that fails and crashes in tests. */
export interface FileSystem {
  readFile(path: string): Promise<Uint8Array>;
  stat(path: string): Promise<FileFacts>;
  readDirectory(path: string): Promise<readonly { readonly name: string; readonly isDirectory: boolean }[]>;
  /** Only the last folder of the path; fails with EEXIST. */
  makeDirectory(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncDirectory(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Fails with EEXIST when `to` exists: the one atomic way to make a whole file at most once. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  /** A new file, readable by its owner alone; fails with EEXIST. */
  createFile(path: string): Promise<OpenFile>;
}

export interface FileFacts {
  /** Tells a file from another of the same name. */
  readonly inode: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly isDirectory: boolean;
}

export interface OpenFile {
  readonly inode: string;
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Makes the content durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const folderMode = 0o700;
const fileMode = 0o600;

export const nodeFileSystem: FileSystem = {
  readFile: (path) => readFile(path),
  stat: async (path) => factsOf(await stat(path)),
  readDirectory: async (path) => {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }));
  },
  makeDirectory: async (path) => {
    await mkdir(path, { mode: folderMode });
  },
  syncDirectory,
  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  unlink: (path) => unlink(path),
  copyFile: (from, to) => copyFile(from, to, constants.COPYFILE_FICLONE),
  createFile: async (path) => {
    const handle = await open(path, 'wx', fileMode);
    return openFile(handle, factsOf(await handle.stat()).inode);
  },
};

function factsOf(stats: Stats): FileFacts {
  return {
    inode: `${stats.dev}:${stats.ino}`,
    size: stats.size,
    modifiedMs: stats.mtimeMs,
    isDirectory: stats.isDirectory(),
  };
}

function openFile(handle: FileHandle, inode: string): OpenFile {
  return {
    inode,
    write: async (bytes, position) => {
      let written = 0;
      while (written < bytes.length) {
        const result = await handle.write(bytes, written, bytes.length - written, position + written);
        written += result.bytesWritten;
      }
    },
    truncate: (length) => handle.truncate(length),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

async function syncDirectory(path: string): Promise<void> {
  // Windows neither opens nor needs to sync a folder.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems refuse it; there is nothing better to do on them.
    if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
}

/** `ENOENT` and the like; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
