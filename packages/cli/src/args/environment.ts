import { CliError } from '../cli-error.ts';
import type { CommandSpec } from '../commands/command.ts';
import type { Flag } from './flag.ts';
import { booleanOf } from './given.ts';
import { flagsOf } from './locate.ts';

/** The variable by which a flag may be given: of `--skip-preview`, `PULUMI_OPTION_SKIP_PREVIEW`. */
export function variableOf({ name }: Flag): string {
  return `PULUMI_OPTION_${name.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Flags from the environment, to stand before those that were typed; a typed one takes the place of its variable (engine
 * reference 1.8). Where a flag may be repeated, the variable holds a line of CSV. Throws CliError for what is neither
 * true nor false where nothing else can be.
 */
export function flagsFromEnvironment(
  path: readonly CommandSpec[],
  typed: ReadonlySet<string>,
  env: { readonly [name: string]: string | undefined },
): readonly string[] {
  return flagsOf(path).flatMap((flag) => {
    const text = env[variableOf(flag)];
    return text === undefined || text === '' || typed.has(flag.name) ? [] : spelled(flag, text);
  });
}

function spelled(flag: Flag, text: string): readonly string[] {
  if (flag.arity !== 'none')
    return (flag.isRepeatable ? csvValues(text) : [text]).map((value) => `--${flag.name}=${value}`);
  const isOn = booleanOf(text);
  if (isOn === undefined) throw new CliError(`${variableOf(flag)} takes true or false, not '${text}'`);
  return isOn ? [`--${flag.name}`] : [];
}

/** `a,"b,c"` is a and b,c; within quotes two of them are one. */
function csvValues(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain! : quoted.replaceAll('""', '"'),
  );
}
