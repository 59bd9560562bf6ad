import { expect, test } from 'vitest';
import { firstViolations } from './violations.ts';

// Scenarios that once broke an invariant, shrunk, where no shorter story tells the same.

test('former generations that wait to go with another never make a circle with what comes after them', async () => {
  const scenario = {
    seed: 0,
    named: ['a'],
    turns: [
      {
        move: 'up',
        program: {
          a: { form: 'custom' },
          b: { form: 'custom', provider: 'p2' },
          c: { form: 'custom' },
          d: { form: 'remote', fixedTo: 'c', deletedWith: 'a' },
          f: { form: 'custom', kind: 1 },
          providers: { p1: { region: 0 }, p2: { region: 0 } },
        },
        tampering: [{ kind: 'vanishes', letter: 'a' }],
      },
      {
        move: 'up',
        program: {
          isReversed: true,
          f: { form: 'custom' },
          d: { form: 'remote' },
          c: { form: 'custom', fixedOn: 'f', deletedWith: 'd' },
          a: { form: 'custom', provider: 'p1', deleteBeforeReplace: false },
          providers: { p1: { region: 0, target: 'c' } },
        },
      },
    ],
  };
  expect(await firstViolations(scenario as Parameters<typeof firstViolations>[0])).toEqual([]);
});

test('what is recorded with names of a moment ago has the names of now', async () => {
  const scenario = {
    seed: 0,
    named: [],
    turns: [
      {
        move: 'up',
        program: { b: { form: 'custom' }, c: { form: 'custom', parent: 'group' }, e: { form: 'custom', of: 'c' } },
      },
      { move: 'destroy', program: { c: { form: 'component' }, e: { form: 'component' } }, flags: { runProgram: true } },
    ],
  };
  expect(await firstViolations(scenario as Parameters<typeof firstViolations>[0])).toEqual([]);
});

test('who belonged to what is found to be gone does not belong to its former generation, which leans on him', async () => {
  const scenario = {
    seed: 0,
    named: [],
    turns: [
      { move: 'up', program: { b: { form: 'custom' }, f: { form: 'custom', fixedTo: 'b' } } },
      {
        move: 'up',
        program: {
          isReversed: true,
          f: { form: 'custom' },
          e: { form: 'custom' },
          c: { form: 'custom' },
          b: { form: 'custom', parent: 'f' },
          a: { form: 'custom', hooks: ['afterDelete'] },
        },
        fault: { kind: 'crash-before', at: 10 },
      },
      {
        move: 'up',
        program: { b: { form: 'custom', transform: 'throws' } },
        tampering: [
          { kind: 'vanishes', letter: 'f' },
          { kind: 'vanishes', letter: 'a' },
        ],
      },
      { move: 'up', program: { a: { form: 'custom', hasSecret: true } } },
    ],
  };
  expect(await firstViolations(scenario as Parameters<typeof firstViolations>[0])).toEqual([]);
});
