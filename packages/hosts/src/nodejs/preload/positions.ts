import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSourceMap, type SourceMap } from './source-map.ts';

/** A place in a file as traces show it: lines count from 1, columns from 0. */
export interface Position {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly name?: string | null;
}

interface MappedFile {
  readonly map: SourceMap;
  /** What the map's sources are relative to. */
  readonly url: string;
  readonly known: Map<number, Position>;
}

/** Finds what was written for what runs. Text of code that was not read from disk as it runs is given by `outputs`. */
export interface PositionMapper {
  originalOf(position: Position): Position;
}

/** Columns are below this in any file V8 takes, so line and column make one key. */
const columnsPerLine = 2 ** 30;

/** Look-ups are remembered: a program of a thousand resources asks for the same few places a thousand times. */
export function createPositionMapper(outputs: ReadonlyMap<string, string>): PositionMapper {
  const files = new Map<string, MappedFile | undefined>();
  return {
    originalOf(position) {
      const { source, line, column } = position;
      let file = files.get(source);
      if (file === undefined) {
        if (files.has(source)) return position;
        file = readMap(source, outputs);
        files.set(source, file);
        if (file === undefined) return position;
      }
      const key = line * columnsPerLine + column;
      let known = file.known.get(key);
      if (known === undefined) {
        const original = file.map.originalOf(line, column);
        known = original === undefined ? position : { ...original, source: relativeTo(file.url, original.source) };
        file.known.set(key, known);
      }
      return known;
    },
  };
}

function readMap(source: string, outputs: ReadonlyMap<string, string>): MappedFile | undefined {
  const code = outputs.get(source) ?? readText(source);
  const reference = code === undefined ? undefined : lastMapReference(code);
  if (reference === undefined) return undefined;
  const inline = /^data:application\/json[^,]+base64,/.exec(reference);
  const url = inline === null ? relativeTo(source, reference) : source;
  const text =
    inline === null ? readText(url) : Buffer.from(reference.slice(inline[0].length), 'base64').toString('utf8');
  const map = text === undefined || text === '' ? undefined : parseSourceMap(text);
  return map === undefined ? undefined : { map, url, known: new Map() };
}

function readText(path: string): string | undefined {
  if (path.startsWith('node:')) return undefined;
  try {
    return readFileSync(
      path.trim().replace(/^file:\/\/\/(\w:)?/, (_, drive) => drive ?? '/'),
      'utf8',
    );
  } catch {
    return undefined;
  }
}

const marker = 'sourceMappingURL=';

/** The last map reference that ends its line, as in `//# sourceMappingURL=index.js.map`. */
function lastMapReference(code: string): string | undefined {
  for (let at = code.lastIndexOf(marker); at > 0; at = code.lastIndexOf(marker, at - 1)) {
    const end = code.indexOf('\n', at);
    const line = code.slice(at + marker.length, end === -1 ? undefined : end);
    const before = code.slice(Math.max(0, at - 16), at);
    const comment = /\/([/*])[@#]\s*$/.exec(before)?.[1];
    if (comment === undefined) continue;
    const reference = (comment === '/' ? /^([^\s'"]+)\s*$/ : /^([^\s*'"]+)\s*\*\/\s*$/).exec(line)?.[1];
    if (reference !== undefined) return reference;
  }
  return undefined;
}

/** Resolves a path or URL against the file it stands in, keeping a scheme and host if there is one. */
function relativeTo(file: string, url: string): string {
  const directory = dirname(file);
  const origin = /^\w+:\/\/[^/]*/.exec(directory)?.[0] ?? '';
  return origin + resolve(directory.slice(origin.length), url);
}
