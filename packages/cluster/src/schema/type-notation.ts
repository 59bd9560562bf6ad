import type { FieldSpec, FieldType, ListKey, PatchStrategy, ScalarFormat, StructType } from './field-types.ts';
import { anyType } from './field-types.ts';

/**
 * The notation of kube-schema.json. A struct is `name:TYPE name!:TYPE ...` ("!" after a name: required; "!" in front of the whole: atomic).
 *
 * TYPE is a letter (below), `@group.version.Name` (a struct), `&group.version.Name` (the same, merged field by field although it is atomic
 * elsewhere), `[TOPOLOGY]TYPE` (a list: atomic when empty, `=` a set, else its keys as `a+b:default`), `{}TYPE` (a map from strings),
 * `{!}TYPE` (the same, atomic). It may end with how strategic merge patch treats it: `~key` merges by key, `~` as a set, `!` replaces,
 * `^` honours $retainKeys.
 */
const scalars: Record<string, ScalarFormat> = {
  s: 'string',
  i: 'int32',
  l: 'int64',
  d: 'double',
  b: 'boolean',
  t: 'time',
  u: 'micro-time',
  y: 'bytes',
  q: 'quantity',
  o: 'int-or-string',
};

const scalarTypes = new Map(
  Object.entries(scalars).map(([letter, format]) => [letter, { type: 'scalar', format } as const]),
);

export type StructNamed = (name: string) => StructType;

/** Parses the fields of a struct when they are first asked for: a server meets few of the several hundred types. */
export function structFromNotation(name: string, notation: string, structNamed: StructNamed): StructType {
  const isAtomic = notation.startsWith('!');
  let fields: ReadonlyMap<string, FieldSpec> | undefined;
  return {
    type: 'struct',
    name,
    isAtomic,
    get fields() {
      fields ??= parseFields(isAtomic ? notation.slice(1) : notation, structNamed);
      return fields;
    },
  };
}

function parseFields(notation: string, structNamed: StructNamed): ReadonlyMap<string, FieldSpec> {
  const fields = new Map<string, FieldSpec>();
  if (notation === '') return fields;
  for (const text of notation.split(' ')) {
    const colon = text.indexOf(':');
    const isRequired = text[colon - 1] === '!';
    const { type, rest } = parseType(text.slice(colon + 1), structNamed);
    const patch = parsePatch(rest);
    fields.set(text.slice(0, isRequired ? colon - 1 : colon), { type, isRequired, ...(patch && { patch }) });
  }
  return fields;
}

function parseType(text: string, structNamed: StructNamed): { type: FieldType; rest: string } {
  switch (text[0]) {
    case '[': {
      const end = text.indexOf(']');
      const topology = text.slice(1, end);
      const { type: of, rest } = parseType(text.slice(end + 1), structNamed);
      if (topology === '') return { type: { type: 'list', of, topology: 'atomic', keys: [] }, rest };
      if (topology === '=') return { type: { type: 'list', of, topology: 'set', keys: [] }, rest };
      return { type: { type: 'list', of, topology: 'map', keys: topology.split('+').map(parseKey) }, rest };
    }
    case '{': {
      const isAtomic = text[1] === '!';
      const { type: of, rest } = parseType(text.slice(isAtomic ? 3 : 2), structNamed);
      return { type: { type: 'map', of, isAtomic }, rest };
    }
    case '@':
    case '&': {
      const name = /^[\w.]+/.exec(text.slice(1))![0];
      const struct = structNamed(name);
      return { type: text[0] === '&' ? asGranular(struct) : struct, rest: text.slice(1 + name.length) };
    }
    case '*':
      return { type: anyType, rest: text.slice(1) };
    default:
      return { type: scalarTypes.get(text[0]!)!, rest: text.slice(1) };
  }
}

function asGranular(struct: StructType): StructType {
  return {
    type: 'struct',
    name: struct.name,
    isAtomic: false,
    get fields() {
      return struct.fields;
    },
  };
}

function parseKey(text: string): ListKey {
  const [name, byDefault] = text.split(':');
  return byDefault === undefined ? { name: name! } : { name: name!, default: byDefault };
}

function parsePatch(text: string): PatchStrategy | undefined {
  if (text === '') return undefined;
  if (text === '!') return { list: 'replace' };
  const [, merge, key, retain] = /^(~?)(\w*)(\^?)$/.exec(text)!;
  return {
    ...(merge && { list: 'merge' as const }),
    ...(key && { key }),
    ...(retain && { retainKeys: true }),
  };
}
