import { readFileSync } from 'node:fs';
import { type DiskCache, hashOf } from './disk-cache.ts';

/** Reads files, and notes which, so that an answer made from them can be kept until one of them changes. */
export interface TracedFiles {
  readFile(path: string): string | undefined;
  fileExists(path: string): boolean;
}

interface Remembered<T> {
  /** The hash of each file the answer was made from; null for one that was not there. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly answer: T;
}

/** An answer of `compute` for the same key, as long as every file it looked at is as it was then. */
export function remember<T>(cache: DiskCache, key: string, compute: (files: TracedFiles) => T): T {
  const text = cache.read(key);
  if (text !== undefined) {
    const kept = JSON.parse(text) as Remembered<T>;
    if (Object.entries(kept.files).every(([path, hash]) => hashOfFile(path) === hash)) return kept.answer;
  }
  const files: Record<string, string | null> = {};
  const answer = compute({
    readFile(path) {
      const content = readText(path);
      files[path] = content === undefined ? null : hashOf(content);
      return content;
    },
    fileExists(path) {
      files[path] = hashOfFile(path);
      return files[path] !== null;
    },
  });
  cache.write(key, JSON.stringify({ files, answer } satisfies Remembered<T>));
  return answer;
}

/** A file is read once: what changes while a program runs is seen by the next one. */
const hashes = new Map<string, string | null>();

function hashOfFile(path: string): string | null {
  let hash = hashes.get(path);
  if (hash === undefined) {
    const content = readText(path);
    hash = content === undefined ? null : hashOf(content);
    hashes.set(path, hash);
  }
  return hash;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
