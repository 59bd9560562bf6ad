import { exitCodes, OperationError } from '@radiant/model';

export type ConfigPath = readonly (string | number)[];

/** Splits `a.b[0]["c.d"]` (the `--path` syntax of `config get|set|rm`); the first part names the key. */
export function parseConfigPath(text: string): { readonly key: string; readonly path: ConfigPath } {
  const parts: (string | number)[] = [];
  let rest = text;
  while (rest !== '') {
    const match =
      /^\["((?:[^"\\]|\\.)*)"\]/.exec(rest) ??
      /^\[(\d+)\]/.exec(rest) ??
      (parts.length === 0 ? /^([^.[\]]+)/.exec(rest) : /^\.([^.[\]]+)/.exec(rest));
    if (match === null) throw invalidPath(text);
    const isIndex = /^\[\d/.test(match[0]);
    parts.push(isIndex ? Number(match[1]) : match[1]!.replaceAll(/\\(.)/g, '$1'));
    rest = rest.slice(match[0].length);
  }
  const [key, ...path] = parts;
  if (typeof key !== 'string') throw invalidPath(text);
  return { key, path };
}

function invalidPath(text: string): OperationError {
  return new OperationError({
    code: 'CONFIG_PATH_INVALID',
    summary: `invalid configuration path '${text}': a path looks like names[0].first or labels["app.kubernetes.io/name"]`,
    exitCode: exitCodes.configuration,
  });
}

export function valueAtPath(value: unknown, path: ConfigPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}

/** With `--path`, text that reads as a whole number or a boolean is stored as one (as Pulumi does). */
export function typedLeaf(text: string): string | number | boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (/^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  return text;
}
