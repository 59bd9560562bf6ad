import type { CommandSpec } from '../commands/command.ts';
import { globalFlags } from './common-flags.ts';
import type { Flag } from './flag.ts';
import { booleanOf } from './given.ts';

/** Which command is meant, and what was given to it. */
export interface Located {
  /** From the outermost: `stack`, `init`. Empty when no command was named. */
  readonly path: readonly CommandSpec[];
  /** Flags and arguments in their order, without the words of the path; flags spelled `--name=value` where that is safer. */
  readonly rest: readonly string[];
  /** The names of the flags that were typed, `--yes=false` too. */
  readonly typed: ReadonlySet<string>;
  /** The last flag, when its value is still to come. */
  readonly pending?: Flag;
}

/**
 * Finds the command among the arguments. Flags may stand anywhere, so which words are values of flags must be known
 * before the words of the command can be told from the rest.
 */
export function locate(args: readonly string[], catalogue: readonly CommandSpec[]): Located {
  const path: CommandSpec[] = [];
  const rest: string[] = [];
  let candidates: readonly CommandSpec[] = catalogue;
  let pending: Flag | undefined;
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === '--') break;
    if (isFlag(arg)) {
      rest.push(arg);
      const next = args[index + 1];
      const flag = flagTakingNext(arg, flagsInScope(path, catalogue));
      if (flag === undefined) continue;
      if (next === undefined) pending = flag;
      else if (isPlausibleValue(flag, next)) {
        rest.push(next);
        index++;
      }
      continue;
    }
    const named = candidates.find((spec) => spec.name === arg || spec.aliases?.includes(arg));
    if (named === undefined) {
      rest.push(arg);
      candidates = [];
    } else {
      path.push(named);
      candidates = named.subcommands ?? [];
    }
  }
  rest.push(...args.slice(index));
  const flags = flagsOf(path);
  return { path, rest: normalizeFlags(rest, flags), typed: typedFlags(rest, flags), ...(pending && { pending }) };
}

/** The flags that a command takes, its own before the global ones of the same name. */
export function flagsOf(path: readonly CommandSpec[]): readonly Flag[] {
  const own = path.at(-1)?.flags ?? [];
  const isTaken = (flag: Flag): boolean =>
    own.some((other) => other.name === flag.name || (flag.short !== undefined && other.short === flag.short));
  return [...own, ...globalFlags.filter((flag) => !isTaken(flag))];
}

/** Before the command is known, any command's flags may be meant. */
function flagsInScope(path: readonly CommandSpec[], catalogue: readonly CommandSpec[]): readonly Flag[] {
  if (path.length > 0 && path.at(-1)!.subcommands === undefined) return flagsOf(path);
  const below = path.length > 0 ? path.at(-1)!.subcommands! : catalogue;
  return [...flagsOf(path), ...below.flatMap((spec) => [...(spec.flags ?? []), ...subcommandFlags(spec)])];
}

function subcommandFlags(spec: CommandSpec): readonly Flag[] {
  return (spec.subcommands ?? []).flatMap((inner) => inner.flags ?? []);
}

function isFlag(arg: string): boolean {
  return arg.startsWith('-') && arg !== '-';
}

function flagTakingNext(arg: string, flags: readonly Flag[]): Flag | undefined {
  if (arg.startsWith('--')) {
    if (arg.includes('=')) return undefined;
    const flag = flags.find((candidate) => candidate.name === arg.slice(2));
    return flag?.arity === 'value' ? flag : undefined;
  }
  for (const [position, letter] of [...arg.slice(1)].entries()) {
    const flag = flags.find((candidate) => candidate.short === letter);
    if (flag === undefined) return undefined;
    if (flag.arity === 'value') return position === arg.length - 2 ? flag : undefined;
  }
  return undefined;
}

function typedFlags(args: readonly string[], flags: readonly Flag[]): ReadonlySet<string> {
  const end = args.indexOf('--');
  const given = (end === -1 ? args : args.slice(0, end)).filter(isFlag);
  const isMeant = ({ name, short }: Flag, arg: string): boolean =>
    arg.startsWith('--')
      ? arg.slice(2).split('=')[0] === name
      : short !== undefined && lettersOf(arg, flags).includes(short);
  return new Set(flags.filter((flag) => given.some((arg) => isMeant(flag, arg))).map(({ name }) => name));
}

/** The flags in `-ysdev`: what follows one that takes a value is that value. */
function lettersOf(arg: string, flags: readonly Flag[]): readonly string[] {
  const letters = [...arg.slice(1)];
  const last = letters.findIndex((letter) => flags.some(({ short, arity }) => short === letter && arity !== 'none'));
  return last === -1 ? letters : letters.slice(0, last + 1);
}

/** `-v` alone is what people type who want to see more. */
function isPlausibleValue(flag: Flag, next: string): boolean {
  return flag.name !== 'verbose' || /^\d+$/.test(next);
}

/**
 * Gives every flag one spelling: `--yes=true` is `--yes`, `--yes=false` is nothing, `--refresh` is `--refresh=true`, and
 * a bare `-v` has a level.
 */
function normalizeFlags(args: readonly string[], flags: readonly Flag[]): readonly string[] {
  const normalized: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === '--') return [...normalized, ...args.slice(index)];
    const next = args[index + 1];
    const flag = flags.find(
      (candidate) => arg === `-${candidate.short}` || arg.split('=')[0] === `--${candidate.name}`,
    );
    if (flag === undefined) normalized.push(arg);
    else if (flag.arity === 'none') normalized.push(...normalizeBoolean(arg));
    else if (arg.startsWith('--') && arg.includes('=')) normalized.push(arg);
    else if (flag.arity === 'optional') normalized.push(`--${flag.name}=true`);
    else if (next !== undefined && isPlausibleValue(flag, next)) {
      normalized.push(`--${flag.name}=${next}`);
      index++;
    } else normalized.push(flag.name === 'verbose' ? '--verbose=1' : arg);
  }
  return normalized;
}

function normalizeBoolean(arg: string): readonly string[] {
  const [name, value] = [arg.split('=')[0]!, arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : undefined];
  if (value === undefined) return [arg];
  const isOn = booleanOf(value);
  if (isOn === undefined) return [arg];
  return isOn ? [name] : [];
}
