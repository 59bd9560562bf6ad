import { Archive, type ArchiveContent, Asset, type AssetContent } from '@radiant/model';

type Packed = Asset | Archive;

/** A difference between two packed things, or between what is in them. */
export interface PackedChange {
  readonly kind: 'add' | 'delete' | 'update';
  readonly text: string;
  /** What differs in an archive, by the names in it; absent of anything else. */
  readonly inside?: readonly (PackedChange & { readonly name: string })[];
}

/** The lines of an asset or archive: `asset(file:2cf24db) { ./hello.txt }`. */
export function packedLines(value: Packed): readonly string[] {
  const { content } = value;
  const head = `${noun(value)}(${kindNames[content.kind]}:${shortHash(value)})`;
  if (content.kind !== 'assets') return [head + detail(place(content))];
  const names = Object.keys(content.assets).sort();
  const lines = names.flatMap((name) => {
    const [first, ...rest] = packedLines(content.assets[name]!);
    return [`${JSON.stringify(name)}: ${first}`, ...rest];
  });
  return [`${head} {`, ...lines.map((line) => `    ${line}`), '}'];
}

/**
 * How one became the other: hashes and places, and of an archive only what differs in it (Pulumi: printArchiveDiff).
 * Undefined when they are of different kinds, and one takes the place of the other.
 */
export function packedChange(old: Packed, next: Packed): PackedChange | undefined {
  const [before, after] = [old.content, next.content];
  if (noun(old) !== noun(next) || before.kind !== after.kind) return undefined;
  const head = `${noun(next)}(${kindNames[after.kind]}:${arrow(shortHash(old), shortHash(next))})`;
  if (before.kind !== 'assets' || after.kind !== 'assets')
    return { kind: 'update', text: head + detail(arrow(place(before), place(after))) };
  return { kind: 'update', text: head, inside: changesInside(before.assets, after.assets) };
}

/** Of what is only known by its hash nobody says where it came from. */
const kindNames = { text: 'text', path: 'file', uri: 'uri', assets: 'assets', elided: 'unknown' } as const;

type Contents = { readonly [name: string]: Packed };

function changesInside(olds: Contents, news: Contents): NonNullable<PackedChange['inside']> {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return names.flatMap((name) => {
    const before = Object.hasOwn(olds, name) ? olds[name]! : undefined;
    const after = Object.hasOwn(news, name) ? news[name]! : undefined;
    if (before !== undefined && after !== undefined) {
      if (before.hash === after.hash) return [];
      const change = packedChange(before, after);
      if (change !== undefined) return [{ ...change, name }];
    }
    return [
      ...(before === undefined ? [] : [{ kind: 'delete', name, text: packedLines(before).join('\n') } as const]),
      ...(after === undefined ? [] : [{ kind: 'add', name, text: packedLines(after).join('\n') } as const]),
    ];
  });
}

function noun(value: Packed): 'asset' | 'archive' {
  return value instanceof Asset ? 'asset' : 'archive';
}

function shortHash({ hash }: Packed): string {
  return hash.slice(0, 7);
}

/** Where it comes from; a text is told by its hash alone. */
function place(content: AssetContent | ArchiveContent): string {
  switch (content.kind) {
    case 'path':
      return content.path;
    case 'uri':
      return content.uri;
    default:
      return '';
  }
}

function detail(text: string): string {
  return text === '' ? '' : ` { ${text} }`;
}

function arrow(before: string, after: string): string {
  return before === after ? after : `${before}->${after}`;
}

export function isPacked(value: unknown): value is Packed {
  return value instanceof Asset || value instanceof Archive;
}
