import type { Flag } from '../args/flag.ts';
import { flagsOf, locate } from '../args/locate.ts';
import type { CommandSpec } from '../commands/command.ts';

export interface Candidate {
  readonly text: string;
  readonly description: string;
}

/** What may stand where the cursor is. `prefix`: what of the word is no part of the name of a stack: `--stack=`. */
export type Completion =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'stacks'; readonly prefix: string }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'anything' };

const helpFlag: Flag = {
  name: 'help',
  short: 'h',
  arity: 'none',
  support: 'works',
  description: 'explain the command',
};

/** Completes `current`, which may be empty, after the words that stand before it. */
export function complete(before: readonly string[], current: string, catalogue: readonly CommandSpec[]): Completion {
  if (before.includes('--')) return { kind: 'anything' };
  // `radiant help stack …` asks about what would be typed without `help`.
  const { path, rest, pending } = locate(before[0] === 'help' ? before.slice(1) : before, catalogue);
  if (pending !== undefined) return valuesOf(pending, '', current);
  const flags = [...flagsOf(path), helpFlag].filter(isOffered);
  const equals = current.indexOf('=');
  if (current.startsWith('--') && equals > 0) {
    const flag = flags.find(({ name }) => name === current.slice(2, equals));
    return flag === undefined ? { kind: 'anything' } : valuesOf(flag, current.slice(0, equals + 1), current);
  }
  if (current.startsWith('-')) return words(flags.map(flagCandidate), current);
  const positionals = rest.filter((word) => !word.startsWith('-')).length;
  const subcommands = path.length === 0 ? catalogue : (path.at(-1)!.subcommands ?? []);
  if (positionals === 0 && subcommands.length > 0) return words(subcommands.flatMap(commandCandidates), current);
  return argumentsOf(path.at(-1), positionals);
}

/** What a value is, is told by how the table names it. */
function valuesOf(flag: Flag, prefix: string, current: string): Completion {
  if (flag.choices !== undefined)
    return words(
      flag.choices.map((choice) => ({ text: prefix + choice, description: '' })),
      current,
    );
  return placeholder(flag.valueName, prefix);
}

function argumentsOf(spec: CommandSpec | undefined, position: number): Completion {
  const texts = spec?.arguments?.map(({ text }) => text) ?? [];
  const last = texts.at(-1);
  const text = texts[position] ?? (last?.includes('...') ? last : undefined);
  return placeholder(text?.replaceAll(/[<>[\].]/g, ''), '');
}

const placeholders: { readonly [name: string]: 'stacks' | 'files' | 'folders' } = {
  stack: 'stacks',
  file: 'files',
  path: 'files',
  dir: 'folders',
};

function placeholder(name: string | undefined, prefix: string): Completion {
  const kind = name !== undefined && Object.hasOwn(placeholders, name) ? placeholders[name]! : 'anything';
  return kind === 'stacks' ? { kind, prefix } : { kind };
}

function words(candidates: readonly Candidate[], current: string): Completion {
  return { kind: 'words', words: candidates.filter(({ text }) => text.startsWith(current)) };
}

function isOffered(flag: Flag): boolean {
  return flag.support === 'works' && flag.isHidden !== true;
}

function flagCandidate(flag: Flag): Candidate {
  return { text: `--${flag.name}`, description: flag.description };
}

function commandCandidates(spec: CommandSpec): readonly Candidate[] {
  if (spec.isHidden) return [];
  return [spec.name, ...(spec.aliases ?? [])].map((text) => ({ text, description: spec.summary }));
}
