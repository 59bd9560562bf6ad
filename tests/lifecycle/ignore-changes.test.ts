import { type PropertyMap, Secret } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const declaring =
  (inputs: PropertyMap, ...ignoreChanges: string[]): ProgramBody =>
  async (program) => {
    await program.thing('a', { name: 'a', ...inputs }, { ignoreChanges });
  };

async function changed(before: PropertyMap, after: PropertyMap, ...ignoreChanges: string[]) {
  const stack = new TestStack(new World());
  await stack.up(declaring(before, ...ignoreChanges));
  const run = await stack.up(declaring(after, ...ignoreChanges));
  return { run, stack, props: stack.world.things.get('a')?.props };
}

test('a star ignores every change, and what is new with it', async () => {
  const { run } = await changed({ size: 1, gone: 1 }, { size: 2, added: 1 }, '*');
  expect(run.changes).toEqual({ same: 2 });
});

test('beside an ignored change in a list, others are made', async () => {
  const { props } = await changed(
    {
      list: [
        { image: 'a', port: 1 },
        { image: 'b', port: 1 },
      ],
    },
    {
      list: [
        { image: 'x', port: 2 },
        { image: 'y', port: 1 },
      ],
    },
    'list[*].image',
  );
  expect(props?.list).toEqual([
    { image: 'a', port: 2 },
    { image: 'b', port: 1 },
  ]);
});

test('a change that cannot be ignored without a place for it is refused, and nothing is changed', async () => {
  const { run, props } = await changed({ list: [1, 2], deep: { a: 1 } }, { list: [1] }, 'list[*]', 'deep.a', 'size');
  expect(run.errors).toMatchInlineSnapshot(`
    [
      "cannot ignore changes to the following properties because one or more elements of the path are missing: "list[*], deep.a"
    What the path leads through is there on one side only, in the record or in the program, or is a list of another length.",
    ]
  `);
  expect(props).toMatchObject({ list: [1, 2] });
});

test('what is not there before the first update is nobody`s loss', async () => {
  const stack = new TestStack(new World());
  expect((await stack.up(declaring({}, 'a.b[0].c'))).result).toBe('succeeded');
  expect((await stack.up(declaring({}, 'a.b[0].c'))).changes).toEqual({ same: 2 });
});

test('an old value that was within a secret stays secret', async () => {
  const stack = new TestStack(new World());
  await stack.up(declaring({ login: new Secret({ user: 'u', password: 'p' }) }));
  await stack.up(declaring({ login: { user: 'v', password: 'q' } }, 'login.password'));
  const state = stack.snapshot.resources.find(({ id }) => id === 'a');
  expect(state?.inputs.login).toEqual({ user: 'v', password: new Secret('p') });
});

test('what is adopted keeps what is ignored', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a', size: 5, serial: 's' } });
  const run = await stack.up(async (program) => {
    await program.thing('a', { name: 'a', size: 1 }, { importId: 'a', ignoreChanges: ['size'] });
  });
  expect(run.changes).toEqual({ create: 1, import: 1 });
  expect(stack.world.things.get('a')?.props.size).toBe(5);
});

describe('what is made anew is made as the program declares it', () => {
  const sized =
    (size: number, kind: string, name?: string): ProgramBody =>
    async (program) => {
      const named: PropertyMap = name === undefined ? {} : { name };
      await program.thing('a', { size, kind, ...named }, { ignoreChanges: ['size'] });
    };
  const sizes = ({ world }: TestStack) => [...world.things.values()].map(({ props }) => props.size);

  test.each([
    ['created before the old one is deleted', undefined],
    ['created when the old one is deleted', 'fixed'],
  ])('%s', async (_, name) => {
    const stack = new TestStack(new World());
    await stack.up(sized(1, 'x', name));
    await stack.up(sized(2, 'x', name));
    expect(sizes(stack)).toEqual([1]);
    const run = await stack.up(sized(2, 'y', name));
    expect([run.errors, sizes(stack)]).toEqual([[], [2]]);
    expect((await stack.up(sized(3, 'y', name))).changes).toEqual({ same: 2 });
  });

  test('by order', async () => {
    const stack = new TestStack(new World());
    await stack.up(sized(1, 'x'));
    await stack.up(sized(2, 'x'), { request: { options: { replaces: ['**::a'] } } });
    expect(sizes(stack)).toEqual([2]);
  });
});
