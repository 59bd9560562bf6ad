import { isJsonList, isJsonMap, type Json } from '../json.ts';

/** A path cannot be read; the message says what is wrong with it. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'descend' }
  | { readonly kind: 'filter'; readonly path: JsonPath; readonly operator: string; readonly value: Json };

export type JsonPath = readonly Step[];

/**
 * Parses the part of JSONPath that readiness is asked with: keys, indexes, `*`, `..`, and filters that compare one
 * member, `[?(@.type=="Ready")]` (RFC 9535). The leading `$` may be left out. Throws JsonPathError.
 */
export function parseJsonPath(text: string): JsonPath {
  const steps: Step[] = [];
  let rest = text.trim().replace(/^\$/, '');
  if (rest === '') throw new JsonPathError('the path is empty');
  if (/^[A-Za-z_]/.test(rest)) rest = `.${rest}`;
  while (rest !== '') {
    const [step, length] = nextStep(rest, text);
    steps.push(...step);
    rest = rest.slice(length);
  }
  return steps;
}

function nextStep(rest: string, whole: string): [steps: Step[], length: number] {
  const deep = /^\.\.(?=[A-Za-z_*[])/.exec(rest);
  if (deep !== null) {
    if (rest[2] === '[') return [[{ kind: 'descend' }], 2];
    const [inner, length] = nextStep(rest.slice(1), whole);
    return [[{ kind: 'descend' }, ...inner], length + 1];
  }
  const name = /^\.([\w-]+|\*)/.exec(rest);
  if (name !== null) return [[name[1] === '*' ? { kind: 'all' } : { kind: 'key', key: name[1]! }], name[0].length];
  const index = /^\[\s*(-?\d+)\s*\]/.exec(rest);
  if (index !== null) return [[{ kind: 'index', index: Number(index[1]) }], index[0].length];
  const every = /^\[\s*\*\s*\]/.exec(rest);
  if (every !== null) return [[{ kind: 'all' }], every[0].length];
  const quoted = /^\[\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*\]/.exec(rest);
  if (quoted !== null)
    return [[{ kind: 'key', key: quoted[1]!.slice(1, -1).replaceAll(/\\(.)/g, '$1') }], quoted[0].length];
  const filter =
    /^\[\s*\?\s*\(?\s*@((?:[^\s=!<>)\]'"]|'[^']*'|"[^"]*")*)\s*(?:(==|!=)\s*('[^']*'|"[^"]*"|[\w.+-]+))?\s*\)?\s*\]/.exec(
      rest,
    );
  if (filter !== null) return [[filterStep(filter)], filter[0].length];
  throw new JsonPathError(`the path "${whole}" cannot be read from "${rest}" on`);
}

function filterStep(match: RegExpExecArray): Step {
  const path = match[1] === '' || match[1] === undefined ? [] : parseJsonPath(match[1]);
  if (match[2] === undefined) return { kind: 'filter', path, operator: 'exists', value: null };
  return { kind: 'filter', path, operator: match[2], value: literal(match[3]!) };
}

function literal(text: string): Json {
  if (/^['"]/.test(text)) return text.slice(1, -1);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  const number = Number(text);
  if (Number.isNaN(number)) throw new JsonPathError(`"${text}" must be quoted`);
  return number;
}

/** Every value the path leads to. */
export function selectJson(value: Json, path: JsonPath): readonly Json[] {
  let current: readonly Json[] = [value];
  for (const step of path) current = current.flatMap((item) => follow(item, step));
  return current;
}

function follow(value: Json, step: Step): readonly Json[] {
  switch (step.kind) {
    case 'key':
      return isJsonMap(value) && Object.hasOwn(value, step.key) ? [value[step.key]!] : [];
    case 'index': {
      const found = isJsonList(value) ? value.at(step.index) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'all':
      return children(value);
    case 'descend':
      return [value, ...children(value).flatMap((child) => follow(child, step))];
    case 'filter':
      return children(value).filter((child) => passes(child, step));
  }
}

function children(value: Json): readonly Json[] {
  if (isJsonList(value)) return value;
  return isJsonMap(value) ? Object.values(value) : [];
}

function passes(value: Json, step: Extract<Step, { kind: 'filter' }>): boolean {
  const found = selectJson(value, step.path);
  if (step.operator === 'exists') return found.length > 0;
  const isEqual = found.some((item) => item === step.value);
  return step.operator === '==' ? isEqual : !isEqual;
}
