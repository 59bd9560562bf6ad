import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type ts from 'typescript';
import { packageVersion } from './package-version.ts';
import type { TsNode } from './ts-node.ts';

export type TypeScript = typeof ts;

/** A TypeScript compiler that is not loaded until it has something to do. */
export interface Compiler {
  readonly path: string;
  readonly version: string;
  readonly load: () => TypeScript;
}

/** TypeScript 7 has another interface than the one the SDK's loader and we speak. */
const firstForeignMajor = 7;

/**
 * The compilers to try on a source, in order: the program's own; else the one inside the SDK, which decides what
 * stock output looks like, and after it ours for syntax newer than that.
 */
export function findCompilers(sdkDir: string, tsNode: TsNode, fallbackPath: string | undefined): readonly Compiler[] {
  // An SDK that depends on ts-node may have another compiler for itself.
  const require = createRequire(tsNode.major === 7 ? tsNode.path : join(sdkDir, 'tsutils.js'));
  const at = (path: string, version: string): Compiler => ({
    path,
    version,
    load: () => require(path) as TypeScript,
  });
  const fallback = fallbackPath === undefined ? [] : [at(fallbackPath, versionOf(fallbackPath))];
  let own: string;
  try {
    own = require.resolve('typescript');
  } catch {
    const vendored = join(sdkDir, 'vendor', 'typescript@3.8.3', 'typescript.js');
    return [at(vendored, '3.8.3'), ...fallback];
  }
  const version = versionOf(own);
  return Number.parseInt(version, 10) < firstForeignMajor ? [at(own, version)] : fallback;
}

/** The version of the package whose `lib/typescript.js` this is. */
function versionOf(compilerPath: string): string {
  return packageVersion(dirname(dirname(compilerPath)));
}
