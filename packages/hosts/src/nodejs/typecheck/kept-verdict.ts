import { readFileSync, statSync } from 'node:fs';
import { type DiskCache, hashOf } from '../preload/disk-cache.ts';
import type { TypeScriptVerdict } from './verdict.ts';

/** What a file was like when it was read. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly hash: string;
}

/** What a verdict was made from: files by path, null for one that was looked for and not there. */
export type Dependencies = Readonly<Record<string, FileState | null>>;

interface KeptVerdict {
  readonly keptAtMs: number;
  readonly files: Dependencies;
  readonly verdict: TypeScriptVerdict;
}

/** A file written this shortly before it was looked at may be written again without a change of its times. */
const clockGrainMs = 2000;

export function keepVerdict(cache: DiskCache, key: string, verdict: TypeScriptVerdict, files: Dependencies): void {
  cache.write(key, JSON.stringify({ keptAtMs: Date.now(), files, verdict } satisfies KeptVerdict));
}

/** The verdict kept under a key, if every file it was made from is as it was. A file whose times changed is read. */
export function keptVerdict(cache: DiskCache, key: string): TypeScriptVerdict | undefined {
  const text = cache.read(key);
  if (text === undefined) return undefined;
  const { keptAtMs, files, verdict } = JSON.parse(text) as KeptVerdict;
  const isUnchanged = ([path, before]: [string, FileState | null]) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || before === null) return stat === undefined && before === null;
    if (!stat.isFile() || stat.size !== before.size) return false;
    if (stat.mtimeMs === before.mtimeMs && stat.mtimeMs < keptAtMs - clockGrainMs) return true;
    return fileState(path)?.hash === before.hash;
  };
  try {
    return Object.entries(files).every(isUnchanged) ? verdict : undefined;
  } catch {
    // A path that cannot be looked at is a change.
    return undefined;
  }
}

/** Null when there is no such file. */
export function fileState(path: string): FileState | null {
  try {
    const { size, mtimeMs } = statSync(path);
    return { size, mtimeMs, hash: hashOf(readFileSync(path, 'utf8')) };
  } catch {
    return null;
  }
}
