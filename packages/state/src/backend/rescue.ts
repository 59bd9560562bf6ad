import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StackRef } from './names.ts';

/** Keeps the records of a journal that cannot be written, on this machine, until the next operation. Secrets in them are sealed. */
export interface Rescue {
  /** Replaces what was kept. Resolves to where it is now; undefined when that cannot be written either. */
  keep(records: string): Promise<string | undefined>;
  find(): Promise<Uint8Array | undefined>;
  discard(): Promise<void>;
}

/** In the first of `folders` that can be written: in most cases on another disk than the journal. */
export function createRescue(folders: readonly string[], storeUrl: string, ref: StackRef, token: number): Rescue {
  const store = createHash('sha256').update(storeUrl).digest('hex').slice(0, 16);
  const paths = folders.map((folder) => join(folder, `${store}-${ref.project}-${ref.stack}-${token}.journal`));
  return {
    keep: async (records) => {
      for (const [index, path] of paths.entries()) {
        try {
          await mkdir(folders[index]!, { recursive: true, mode: 0o700 });
          await writeFile(`${path}.tmp`, records, { mode: 0o600, flush: true });
          await rename(`${path}.tmp`, path);
          return path;
        } catch {
          // The next folder may do.
        }
      }
      return undefined;
    },
    find: async () => {
      const found = await Promise.all(paths.map((path) => readFile(path).catch(() => undefined)));
      const readable = found.filter((bytes) => bytes !== undefined);
      return readable.sort((a, b) => b.length - a.length)[0];
    },
    discard: async () => {
      await Promise.all(paths.map((path) => unlink(path).catch(() => undefined)));
    },
  };
}
