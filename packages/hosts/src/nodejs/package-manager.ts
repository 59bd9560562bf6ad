import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { upwards } from '../upwards.ts';

export type PackageManager = 'npm' | 'yarn' | 'pnpm' | 'bun';

const lockFiles: ReadonlyArray<readonly [file: string, manager: PackageManager]> = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['yarn.lock', 'yarn'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/**
 * The package manager of a program, and where to run it: the one that is chosen, else the one whose lock file is nearest,
 * else npm; in the folder of the lock file, else of the package.json.
 */
export function packageManagerOf(
  programDir: string,
  chosen: PackageManager | undefined,
): { readonly manager: PackageManager; readonly directory: string } {
  for (const directory of upwards(programDir)) {
    const found = lockFiles.find(([file]) => existsSync(join(directory, file)));
    if (found !== undefined) return { manager: chosen ?? found[1], directory };
  }
  const directory = [...upwards(programDir)].find((each) => existsSync(join(each, 'package.json'))) ?? programDir;
  return { manager: chosen ?? 'npm', directory };
}
