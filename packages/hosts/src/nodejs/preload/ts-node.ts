import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageVersion } from './package-version.ts';

/** The ts-node that stock would use. */
export interface TsNode {
  /** Its main file. */
  readonly path: string;
  readonly major: number;
}

/** The program's own, or the one that older SDKs depend on; else the one inside the SDK. */
export function findTsNode(sdkDir: string): TsNode {
  try {
    const path = createRequire(runnerModule(sdkDir)).resolve('ts-node');
    return { path, major: Number.parseInt(packageVersion(dirname(dirname(path))), 10) };
  } catch {
    return { path: join(sdkDir, 'vendor', 'ts-node@7.0.1', 'index.js'), major: 7 };
  }
}

/** The module of the SDK that loads the program, and ts-node before it. */
export function runnerModule(sdkDir: string): string {
  return join(sdkDir, 'cmd', 'run', 'run.js');
}
