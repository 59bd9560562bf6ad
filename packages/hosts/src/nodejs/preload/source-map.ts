/** A place in a file: lines count from 1, columns from 0. `name` is the source's name for what stands there. */
export interface OriginalPosition {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly name: string | null;
}

interface Segment {
  readonly column: number;
  readonly source: number;
  readonly line: number;
  readonly originalColumn: number;
  readonly name: number;
}

export interface SourceMap {
  /** The original of a place in the generated file, when a segment at or before it on the same line has one. */
  originalOf(line: number, column: number): OriginalPosition | undefined;
}

interface RawSourceMap {
  readonly mappings?: unknown;
  readonly sources?: unknown;
  readonly names?: unknown;
  readonly sourceRoot?: unknown;
}

/**
 * Reads a source map (ECMA-426). Lines are decoded when they are asked for. Undefined for what is not a plain map.
 * Look-ups agree with the `source-map` library 0.6, which stock traces are made with.
 */
export function parseSourceMap(text: string): SourceMap | undefined {
  let raw: RawSourceMap;
  try {
    raw = JSON.parse(text.replace(/^\)]}'[^\n]*\n/, '')) as RawSourceMap;
  } catch {
    return undefined;
  }
  if (typeof raw?.mappings !== 'string' || !Array.isArray(raw.sources)) return undefined;
  const root =
    typeof raw.sourceRoot === 'string' ? raw.sourceRoot.replace(/\/?$/, raw.sourceRoot === '' ? '' : '/') : '';
  const sources = raw.sources.map((source) => root + String(source));
  const names = Array.isArray(raw.names) ? raw.names.map(String) : [];
  let lines: Segment[][] | undefined;
  const mappings = raw.mappings;
  return {
    originalOf(line, column) {
      lines ??= decodeMappings(mappings);
      const found = lastAtOrBefore(lines[line - 1] ?? [], column);
      if (found === undefined || found.source < 0) return undefined;
      return {
        source: sources[found.source] ?? '',
        line: found.line + 1,
        column: found.originalColumn,
        name: found.name < 0 ? null : (names[found.name] ?? null),
      };
    },
  };
}

function lastAtOrBefore(segments: readonly Segment[], column: number): Segment | undefined {
  let low = 0;
  let high = segments.length - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.column <= column) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  while (found > 0 && segments[found - 1]!.column === segments[found]!.column) found -= 1;
  return segments[found];
}

const digits = new Int8Array(128).fill(-1);
for (const [value, digit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  digits[digit.charCodeAt(0)] = value;
}

const comma = 44;
const semicolon = 59;

function decodeMappings(mappings: string): Segment[][] {
  const lines: Segment[][] = [];
  let line: Segment[] = [];
  let column = 0;
  let source = 0;
  let originalLine = 0;
  let originalColumn = 0;
  let name = 0;
  const fields = [0, 0, 0, 0, 0];
  for (let at = 0; at <= mappings.length; at += 1) {
    let count = 0;
    while (at < mappings.length && mappings.charCodeAt(at) !== comma && mappings.charCodeAt(at) !== semicolon) {
      let value = 0;
      let shift = 0;
      let digit: number;
      do {
        digit = digits[mappings.charCodeAt(at)] ?? 0;
        value += (digit & 31) << shift;
        shift += 5;
        at += 1;
      } while ((digit & 32) !== 0 && at < mappings.length);
      fields[Math.min(count, 4)] = (value & 1) === 1 ? -(value >> 1) : value >> 1;
      count += 1;
    }
    if (count > 0) {
      column += fields[0]!;
      if (count >= 4) {
        source += fields[1]!;
        originalLine += fields[2]!;
        originalColumn += fields[3]!;
      }
      if (count >= 5) name += fields[4]!;
      line.push({
        column,
        source: count >= 4 ? source : -1,
        line: originalLine,
        originalColumn,
        name: count >= 5 ? name : -1,
      });
    }
    if (at >= mappings.length || mappings.charCodeAt(at) === semicolon) {
      lines.push(inOrder(line));
      line = [];
      column = 0;
    }
  }
  return lines;
}

/** Segments of one line as the `source-map` library sorts them; compilers write them in order almost always. */
function inOrder(segments: Segment[]): Segment[] {
  for (let at = 1; at < segments.length; at += 1) {
    if (compare(segments[at - 1]!, segments[at]!) > 0) return segments.sort(compare);
  }
  return segments;
}

function compare(a: Segment, b: Segment): number {
  return (
    a.column - b.column ||
    compareAbsentLast(a.source, b.source) ||
    a.line - b.line ||
    a.originalColumn - b.originalColumn ||
    compareAbsentLast(a.name, b.name)
  );
}

function compareAbsentLast(a: number, b: number): number {
  if (a === b) return 0;
  if (a < 0) return 1;
  return b < 0 ? -1 : a - b;
}
