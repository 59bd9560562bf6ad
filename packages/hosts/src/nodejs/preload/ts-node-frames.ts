import { type DiskCache, hashOf } from './disk-cache.ts';
import type { Position } from './positions.ts';
import { remember } from './remembered.ts';

/** What a trace shows for a frame of the preload; the place is yet to be mapped. */
export interface FrameAlias extends Position {
  readonly name: string;
  readonly line: number;
  /** Counts from 0. */
  readonly column: number;
}

/** A function of the preload, how ts-node's counterpart is called in traces, and the call in it that shows. */
const counterparts: ReadonlyArray<readonly [own: string, name: string, call: RegExp, offset: number]> = [
  ['compileTranspiled', 'Module.m._compile', /return _compile\.call\(this, /g, 'return _compile.'.length],
  ['loadTranspiled', 'Object.require.extensions.<computed>', /return old\(m, filename\)/g, 'return '.length],
];

/**
 * The frames that ts-node, whose main file is given, would have where the preload loads a file. Resources record the
 * stack they were made on, loader and all, and it is not to differ from what an earlier engine recorded.
 */
export function tsNodeFrames(cache: DiskCache, source: string): ReadonlyMap<string, FrameAlias> {
  const found = remember(cache, hashOf('ts-node frames', source), (files) => {
    const code = files.readFile(source) ?? '';
    return counterparts.flatMap(([own, name, call, offset]) => {
      const at = [...code.matchAll(call)].at(-1)?.index;
      if (at === undefined) return [];
      const before = code.slice(0, at + offset).split('\n');
      return [[own, { name, source, line: before.length, column: before.at(-1)!.length }] as const];
    });
  });
  return new Map(found);
}
