import { existsSync } from 'node:fs';
import path from 'node:path';
import type { IgnoredEntry } from './file-tree.ts';

/** Installed packages, version control, and what tools keep for themselves. */
const folders: ReadonlySet<string> = new Set([
  ...['node_modules', '.pnpm-store', '.yarn'],
  ...['.git', '.hg', '.svn', '.jj'],
  ...['__pycache__', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.tox'],
  ...['.cache', '.idea', '.pulumi', '.radiant'],
]);

/** What editors and file managers leave beside a file: backups, swap and lock files. */
const besideFiles = /^(\.#.*|#.*#|.*~|\..*\.sw[a-z]|4913|\.DS_Store|.*\.(tmp|partial))$/;

/** What does not change what a program declares. `homes`: folders in which we keep things ourselves. */
export function ignoredBy(homes: readonly string[]): IgnoredEntry {
  return (folder, name) => {
    if (folders.has(name) || besideFiles.test(name)) return true;
    const entry = path.join(folder, name);
    return homes.includes(entry) || isVirtualEnvironment(entry);
  };
}

function isVirtualEnvironment(entry: string): boolean {
  return existsSync(path.join(entry, 'pyvenv.cfg'));
}
