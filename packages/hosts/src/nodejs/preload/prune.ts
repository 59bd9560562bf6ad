import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes the files below a directory that were written longer ago than `maxAgeMs`. What is removed and still needed is
 * made again. Never fails: another process may be at work in the same directory.
 */
export function pruneFiles(directory: string, maxAgeMs: number): void {
  const before = Date.now() - maxAgeMs;
  try {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && isOlder(path, before)) rmSync(path, { force: true });
    }
  } catch {
    // What is gone already needs no pruning.
  }
}

function isOlder(path: string, time: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs < time;
}
