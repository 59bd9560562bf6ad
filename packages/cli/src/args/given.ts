import { CliError } from '../cli-error.ts';

/** What was given for the flags and arguments of a command. */
export interface Given {
  flag(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  /** A flag that may carry `=true` or `=false`. */
  optionalBoolean(name: string): boolean | undefined;
  integer(name: string): number | undefined;
  /** Positional arguments. */
  readonly args: readonly string[];
}

/** Reads the options as commander keeps them, by their names in camel case. */
export function givenFrom(options: { readonly [attribute: string]: unknown }, args: readonly string[]): Given {
  const read = (name: string): unknown =>
    options[name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
  return {
    flag: (name) => read(name) === true,
    value: (name) => {
      const value = read(name);
      return typeof value === 'string' ? value : undefined;
    },
    values: (name) => {
      const value = read(name);
      return Array.isArray(value) ? value.map(String) : [];
    },
    optionalBoolean: (name) => {
      const value = read(name);
      return value === undefined ? undefined : value === true || parseBoolean(name, String(value));
    },
    integer: (name) => {
      const value = read(name);
      return value === undefined ? undefined : parseInteger(name, String(value));
    },
    args,
  };
}

const booleans: { readonly [text: string]: boolean } = {
  true: true,
  t: true,
  1: true,
  false: false,
  f: false,
  0: false,
};

/** The spellings that the established CLI takes. */
export function booleanOf(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return Object.hasOwn(booleans, lower) ? booleans[lower] : undefined;
}

function parseBoolean(name: string, text: string): boolean {
  const value = booleanOf(text);
  if (value === undefined) throw new CliError(`--${name} takes true or false, not '${text}'`);
  return value;
}

function parseInteger(name: string, text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new CliError(`--${name} takes a whole number, not '${text}'`);
  return Number(text);
}
