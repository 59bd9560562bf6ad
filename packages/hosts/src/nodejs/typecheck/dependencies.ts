import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashOf } from '../preload/disk-cache.ts';
import type { TracedFiles } from '../preload/remembered.ts';
import { type Dependencies, type FileState, fileState } from './kept-verdict.ts';

/** Files as a check reads them, noting what its verdict depends on. */
export interface DependencyTracker extends TracedFiles {
  directoryExists(path: string): boolean;
  /** Notes a file that something else reads. */
  note(path: string): void;
  readonly dependencies: () => Dependencies;
}

/** What package managers rewrite whenever they change what is installed. */
const installRecords = [
  'package-lock.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'node_modules/.package-lock.json',
  'node_modules/.yarn-state.yml',
  'node_modules/.modules.yaml',
];

/**
 * A file of the program is a dependency by its content, and one that was looked for by its absence. An installed
 * package is one by its package.json, in place of its thousands of declarations.
 */
export function trackDependencies(programDir: string): DependencyTracker {
  const files: Record<string, FileState | null> = {};
  const seenDirectories = new Set<string>();
  for (let directory = programDir; ; directory = dirname(directory)) {
    for (const record of installRecords) files[join(directory, record)] = fileState(join(directory, record));
    if (dirname(directory) === directory) break;
  }
  const notePackage = (path: string) => {
    for (let at = dirname(path); !at.endsWith('node_modules') && !seenDirectories.has(at); at = dirname(at)) {
      seenDirectories.add(at);
      const manifest = join(at, 'package.json');
      const state = fileState(manifest);
      if (state !== null) files[manifest] = state;
    }
  };
  return {
    readFile(path) {
      const text = readText(path);
      if (isInstalled(path)) {
        if (text !== undefined) notePackage(path);
      } else files[path] = text === undefined ? null : stateOf(path, text);
      return text;
    },
    fileExists(path) {
      const exists = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
      if (!exists && !isInstalled(path)) files[path] = null;
      return exists;
    },
    directoryExists(path) {
      const exists = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
      if (!exists && !isInstalled(path)) files[path] = null;
      return exists;
    },
    note(path) {
      if (isInstalled(path)) notePackage(path);
      else files[path] = fileState(path);
    },
    dependencies: () => files,
  };
}

function isInstalled(path: string): boolean {
  return path.replaceAll('\\', '/').includes('/node_modules/');
}

function stateOf(path: string, text: string): FileState | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : { size: stat.size, mtimeMs: stat.mtimeMs, hash: hashOf(text) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
