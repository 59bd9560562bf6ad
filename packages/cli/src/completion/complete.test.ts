import { describe, expect, it } from 'vitest';
import { catalogue } from '../commands/catalogue.ts';
import { complete } from './complete.ts';

/** The line as far as the cursor. */
function texts(line: string): readonly string[] {
  const answer = answerTo(line);
  if (answer.kind !== 'words') throw new Error(`wants ${answer.kind}`);
  return answer.words.map(({ text }) => text);
}

function answerTo(line: string) {
  const words = line.split(' ');
  return complete(words.slice(0, -1), words.at(-1)!, catalogue);
}

describe('completion', () => {
  it('offers commands and their aliases, but none that is hidden', () => {
    expect(texts('up')).toEqual(['up', 'update']);
    expect(texts('')).toEqual(expect.arrayContaining(['preview', 'pre', 'stack', 'gen-completion', 'completion']));
    expect(texts('')).not.toContain('__complete');
    expect(texts('org')).toEqual([]);
  });

  it('offers subcommands, behind flags too', () => {
    expect(texts('stack ')).toEqual(expect.arrayContaining(['init', 'new', 'ls', 'list']));
    expect(texts('stack --stack dev tag s')).toEqual(['set']);
    expect(texts('help stack in')).toEqual(['init']);
  });

  it('offers the flags of the command and the global ones, but none that is refused, ignored or hidden', () => {
    expect(texts('up --skip-pr')).toEqual(['--skip-preview']);
    expect(texts('stack ls --co')).toEqual(['--color']);
    const flags = texts('up --');
    expect(flags).toEqual(expect.arrayContaining(['--yes', '--cwd', '--help', '--stack']));
    for (const name of ['--exec-kind', '--output', '--neo']) expect(flags).not.toContain(name);
  });

  it('offers the choices of a flag, as a word or behind =', () => {
    expect(texts('up --color ')).toEqual(['always', 'never', 'raw', 'auto']);
    expect(texts('--color n')).toEqual(['never']);
    expect(texts('up --typecheck=w')).toEqual(['--typecheck=warn']);
  });

  it('knows where stacks, files and folders stand', () => {
    expect(answerTo('up --stack ')).toEqual({ kind: 'stacks', prefix: '' });
    expect(answerTo('up -s ')).toEqual({ kind: 'stacks', prefix: '' });
    expect(answerTo('up --stack=d')).toEqual({ kind: 'stacks', prefix: '--stack=' });
    expect(answerTo('stack select ')).toEqual({ kind: 'stacks', prefix: '' });
    expect(answerTo('stack rm --force ')).toEqual({ kind: 'stacks', prefix: '' });
    expect(answerTo('config cp --dest ')).toEqual({ kind: 'stacks', prefix: '' });
    expect(answerTo('stack export --file ')).toEqual({ kind: 'files' });
    expect(answerTo('up --config-file=x')).toEqual({ kind: 'files' });
    expect(answerTo('-C ')).toEqual({ kind: 'folders' });
    expect(answerTo('stack graph ')).toEqual({ kind: 'files' });
  });

  it('offers nothing where anything may stand', () => {
    for (const line of ['stack init ', 'up --message ', 'up --nonsense=x', 'config set key -- ', 'up surplus '])
      expect(answerTo(line)).toEqual({ kind: 'anything' });
  });
});
