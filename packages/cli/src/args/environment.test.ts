import { describe, expect, it } from 'vitest';
import { catalogue } from '../commands/catalogue.ts';
import type { CommandSpec } from '../commands/command.ts';
import { variableOf } from './environment.ts';
import type { Flag } from './flag.ts';
import type { Given } from './given.ts';
import { flagsOf } from './locate.ts';
import { parse } from './parse.ts';

type Environment = { readonly [name: string]: string };

function given(words: readonly string[], env: Environment): Given {
  const texts: string[] = [];
  const write = (text: string) => void texts.push(text);
  const parsed = parse(words, catalogue, env, { out: write, err: write, columns: 80 });
  if (parsed.kind !== 'command') throw new Error(texts.join(''));
  return parsed.given;
}

interface Row {
  readonly line: string;
  readonly path: readonly CommandSpec[];
  readonly flag: Flag;
}

function rowsOf(specs: readonly CommandSpec[], above: readonly CommandSpec[] = []): readonly Row[] {
  return specs.flatMap((spec) => {
    const path = [...above, spec];
    const words = path.map(({ name }) => name).join(' ');
    const flags = spec.load === undefined ? [] : flagsOf(path);
    const rows = flags.map((flag) => ({ line: `${words} --${flag.name}`, path, flag }));
    return [...rows, ...rowsOf(spec.subcommands ?? [], path)];
  });
}

const working = rowsOf(catalogue).filter(({ flag }) => flag.support === 'works');

/** As many words as the command must have. */
function wordsOf(path: readonly CommandSpec[]): readonly string[] {
  const required = path.at(-1)!.arguments?.filter(({ text }) => text.startsWith('<')) ?? [];
  return [...path.map(({ name }) => name), ...required.map(() => 'word')];
}

function valueFor(flag: Flag): string {
  if (flag.arity === 'none') return 'true';
  return flag.choices?.[0] ?? 'true';
}

describe('PULUMI_OPTION_…', () => {
  it('gives every flag of every command', () => {
    expect(working.length).toBeGreaterThan(500);
    const deaf = working.filter(({ path, flag }) => {
      const env = { [variableOf(flag)]: valueFor(flag) };
      const options = given(wordsOf(path), env);
      return (
        !options.flag(flag.name) && options.value(flag.name) === undefined && options.values(flag.name).length === 0
      );
    });
    expect(deaf.map(({ line }) => line)).toEqual([]);
  });

  it('is a line of CSV where a flag may be repeated', () => {
    const values = (text: string) => given(['up'], { PULUMI_OPTION_TARGET: text }).values('target');
    expect(values('a,b')).toEqual(['a', 'b']);
    expect(values('one')).toEqual(['one']);
    expect(values('"a,b",c')).toEqual(['a,b', 'c']);
    expect(values('"say ""x""",,b')).toEqual(['say "x"', '', 'b']);
  });

  it('gives way to what is typed, in whatever spelling', () => {
    const env = { PULUMI_OPTION_TARGET: 'a,b', PULUMI_OPTION_YES: 'true', PULUMI_OPTION_STACK: 'prod' };
    expect(given(['up', '-t', 'c'], env).values('target')).toEqual(['c']);
    expect(given(['up', '--yes=false'], env).flag('yes')).toBe(false);
    expect(given(['up', '-dsdev'], env).value('stack')).toBe('dev');
    expect(given(['up', '-dsy'], env).value('stack')).toBe('y');
  });

  it('refuses what is neither true nor false', () => {
    expect(() => given(['up'], { PULUMI_OPTION_SKIP_PREVIEW: 'maybe' })).toThrow(
      "PULUMI_OPTION_SKIP_PREVIEW takes true or false, not 'maybe'",
    );
  });

  it('refuses by the same reasons as the flag', () => {
    expect(() => given(['up'], { PULUMI_OPTION_REMOTE: 'true' })).toThrow('--remote: deployments are a service');
  });

  it('says nothing to commands that have no such flag', () => {
    expect(given(['whoami'], { PULUMI_OPTION_TARGET: 'a' }).values('target')).toEqual([]);
  });
});
