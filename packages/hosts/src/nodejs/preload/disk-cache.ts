import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Texts kept on disk by key. What cannot be read, or is damaged, is as if it were not there. */
export interface DiskCache {
  read(key: string): string | undefined;
  /** Whole or not at all, also when several processes write at once. A directory that cannot be written is no error. */
  write(key: string, text: string): void;
}

export function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

export function openDiskCache(directory: string): DiskCache {
  const pathOf = (key: string) => join(directory, key.slice(0, 2), key);
  return {
    read(key) {
      let content: string;
      try {
        content = readFileSync(pathOf(key), 'utf8');
      } catch {
        return undefined;
      }
      const end = content.indexOf('\n');
      const text = content.slice(end + 1);
      return end !== -1 && content.slice(0, end) === checksumOf(text) ? text : undefined;
    },
    write(key, text) {
      const path = pathOf(key);
      const draft = `${path}.${process.pid}`;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(draft, `${checksumOf(text)}\n${text}`, { mode: 0o600 });
        renameSync(draft, path);
      } catch {
        removeIfThere(draft);
      }
    },
  };
}

function checksumOf(text: string): string {
  return createHash('sha1').update(text).digest('base64url');
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It could not be made in the first place.
  }
}
