import { describe, expect, it } from 'vitest';
import { automationLines, establishedCommands, establishedGlobalFlags } from '../../test/established-cli.ts';
import { globalFlags } from '../args/common-flags.ts';
import type { Flag } from '../args/flag.ts';
import { flagsOf, locate } from '../args/locate.ts';
import { parse } from '../args/parse.ts';
import { catalogue } from './catalogue.ts';
import type { CommandSpec } from './command.ts';

/** The row that answers these words: of a refused group, the group's. */
function rowOf(words: string): readonly CommandSpec[] {
  const { path, rest } = locate(words.split(' '), catalogue);
  const isAnswered = rest.length === 0 || path.at(-1)?.refusal !== undefined;
  if (path.length === 0 || !isAnswered) throw new Error(`nothing answers ${words}`);
  return path;
}

/** What the table lacks of `-s/--stack=`: undefined when nothing. */
function lackOf(text: string, flags: readonly Flag[]): string | undefined {
  const [, short, name, value = ''] = /^(?:-(\w)\/)?--([\w-]+)(=|\[=\])?$/.exec(text)!;
  const flag = flags.find((candidate) => candidate.name === name);
  if (flag === undefined) return `${text}: missing`;
  if (short !== undefined && flag.short !== short) return `${text}: not by -${short}`;
  const isReasoned = flag.support === 'works' || flag.support === 'ignored' || flag.description !== '';
  if (!isReasoned) return `${text}: ${flag.support} without a reason`;
  const takesValue = { '': flag.arity !== 'value', '=': flag.arity === 'value', '[=]': flag.arity === 'optional' }[
    value
  ];
  return takesValue === true ? undefined : `${text}: takes a value where it should not, or the other way round`;
}

function lacks(texts: string, flags: readonly Flag[]): readonly string[] {
  return texts.split(' ').flatMap((text) => (text === '' ? [] : (lackOf(text, flags) ?? [])));
}

describe('the established command line', () => {
  it.each(establishedCommands.map((command) => [command.spellings[0]!, command] as const))(
    '%s works in every spelling with every flag, or is refused with a reason',
    (_, { spellings, flags }) => {
      const rows = spellings.map(rowOf);
      const [path] = rows;
      const leaf = path!.at(-1)!;
      for (const row of rows) expect(row.at(-1)).toBe(leaf);
      if (leaf.refusal !== undefined) expect(leaf.refusal).not.toBe('');
      else expect(lacks(flags, flagsOf(path!))).toEqual([]);
    },
  );

  it('has the flags of every command', () => {
    expect(lacks(establishedGlobalFlags, globalFlags)).toEqual([]);
  });

  it.each(automationLines)('the Automation API is understood: %s', (line) => {
    const said: string[] = [];
    const output = {
      out: (text: string) => void said.push(text),
      err: (text: string) => void said.push(text),
      columns: 80,
    };
    const parsed = parse(line.split(' '), catalogue, {}, output);
    expect(said.join('')).toBe('');
    expect(parsed.kind).toBe('command');
  });
});
