import { exitCodes, OperationError } from '@radiant/model';
import { type Document, isMap, parseDocument } from 'yaml';
import { keepFormatting } from './kept-formatting.ts';

type YamlMap = Record<string, unknown>;

/** Aliases beyond this many are taken for an attack (a "billion laughs"). */
const aliasCountMax = 100;

/** The document of a YAML or JSON file whose top is a map; comments and order are kept. Throws with file, line and column. */
export function parseYamlDocument(file: string, text: string): Document {
  const document = parseDocument(text, { prettyErrors: true, strict: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [start] = error.linePos ?? [];
    const place = start === undefined ? file : `${file}:${start.line}:${start.col}`;
    throw invalidYaml(
      `${place}: ${error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}`,
      error.message.split('\n').slice(1).join('\n').trimEnd(),
    );
  }
  if (document.contents !== null && !isMap(document.contents))
    throw invalidYaml(`${file}: expected keys and values at the top`);
  resolveAliases(file, document);
  return document;
}

/** What the document holds. Throws for an alias of nothing, and for too many. */
function resolveAliases(file: string, document: Document): YamlMap {
  try {
    return (document.toJS({ maxAliasCount: aliasCountMax }) ?? {}) as YamlMap;
  } catch (error) {
    throw invalidYaml(`${file}: ${(error as Error).message}`);
  }
}

/** What `document`, parsed from `text` and edited since, is to be in its file: the edit, and all else as it was. */
export function writeYamlDocument(document: Document, text: string): string {
  const style = { lineWidth: 0, ...indentationOf(text) };
  const plain = document.toString(style);
  if (text.trim() === '') return plain;
  const formatted = keepFormatting(text, parseDocument(text).toString(style), plain);
  return isSameDocument(formatted, plain) ? formatted : plain;
}

function isSameDocument(left: string, right: string): boolean {
  const [a, b] = [parseDocument(left), parseDocument(right)];
  if (a.errors.length > 0) return false;
  return (
    JSON.stringify(a.toJS({ maxAliasCount: aliasCountMax })) ===
    JSON.stringify(b.toJS({ maxAliasCount: aliasCountMax }))
  );
}

/** How a person indents, read off the first place that shows it; as Pulumi does where none does. */
function indentationOf(text: string): { readonly indent: number; readonly indentSeq: boolean } {
  const [, spaces] = /^[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)[^\s#-]/m.exec(text) ?? [];
  const [, key, item] = /^( *)[^\s#-][^\n]*:[ \t]*\n( *)- /m.exec(text) ?? [];
  return {
    indent: spaces?.length ?? 2,
    indentSeq: key === undefined || item === undefined || item.length > key.length,
  };
}

export function parseYamlMap(file: string, text: string): YamlMap {
  return resolveAliases(file, parseYamlDocument(file, text));
}

export function textAt(file: string, map: YamlMap, key: string): string | undefined {
  const value = map[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalidYaml(`${file}: "${key}" is text, not ${describe(value)}`);
}

export function mapAt(file: string, map: YamlMap, key: string): YamlMap | undefined {
  const value = map[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as YamlMap;
  throw invalidYaml(`${file}: "${key}" holds keys and values, not ${describe(value)}`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `the ${typeof value} ${JSON.stringify(value)}`;
}

function invalidYaml(summary: string, detail?: string): OperationError {
  return new OperationError({
    code: 'YAML_INVALID',
    summary,
    detail: detail === '' ? undefined : detail,
    exitCode: exitCodes.configuration,
  });
}
