import { join } from 'node:path';
import { type DiskCache, hashOf } from './disk-cache.ts';
import { remember } from './remembered.ts';

/** What a trace shows for a frame of the preload. */
export interface FrameAlias {
  readonly name: string;
  readonly source: string;
  readonly line: number;
  /** Counts from 1. */
  readonly column: number;
}

/** A function of the preload, how ts-node's counterpart is called in traces, and the call in it that shows. */
const counterparts: ReadonlyArray<readonly [own: string, name: string, call: RegExp, offset: number]> = [
  ['compileTranspiled', 'Module.m._compile', /_compile\.call\(this, \w+\.compile\(/g, '_compile.'.length],
  ['loadTranspiled', 'Object.require.extensions.<computed>', /return old\(m, filename\)/g, 'return '.length],
];

/**
 * The frames that the ts-node inside the SDK would have where the preload loads a file. Resources record the stack they
 * were made on, loader and all, and it is not to differ from what an earlier engine recorded.
 */
export function tsNodeFrames(cache: DiskCache, sdkDir: string): ReadonlyMap<string, FrameAlias> {
  const source = join(sdkDir, 'vendor', 'ts-node@7.0.1', 'index.js');
  const found = remember(cache, hashOf('ts-node frames', source), (files) => {
    const code = files.readFile(source) ?? '';
    return counterparts.flatMap(([own, name, call, offset]) => {
      const at = [...code.matchAll(call)].at(-1)?.index;
      if (at === undefined) return [];
      const before = code.slice(0, at + offset).split('\n');
      return [[own, { name, source, line: before.length, column: before.at(-1)!.length + 1 }] as const];
    });
  });
  return new Map(found);
}
