import { type FileSystem, nodeFileSystem } from '@radiant/state';

/** What was written to a disk so far. The kernel's account would not do: a process also writes to itself, to wake itself. */
export interface DiskAccount {
  readonly files: FileSystem;
  writtenBytes: number;
  /** By the file system itself: no byte of it passes through the process, and on some none through the disk. */
  copiedBytes: number;
}

/** The disk of this machine, and what is written to it. */
export function accountedDisk(): DiskAccount {
  const account: DiskAccount = {
    files: {
      ...nodeFileSystem,
      copyFile: async (from, to) => {
        await nodeFileSystem.copyFile(from, to);
        account.copiedBytes += (await nodeFileSystem.stat(to)).size;
      },
      createFile: async (path) => {
        const file = await nodeFileSystem.createFile(path);
        return {
          inode: file.inode,
          write: (bytes, position) => {
            account.writtenBytes += bytes.byteLength;
            return file.write(bytes, position);
          },
          truncate: (length) => file.truncate(length),
          sync: () => file.sync(),
          close: () => file.close(),
        };
      },
    },
    writtenBytes: 0,
    copiedBytes: 0,
  };
  return account;
}
