import { type Alias, stackUrn, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { type Options, type Program, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const root = stackUrn('dev', 'proj');
const named = (...names: string[]): Options => ({ aliases: names.map((name): Alias => ({ kind: 'spec', name })) });
const made = ({ world }: TestStack) => world.calls.filter((call) => /^(create|delete|update) /.test(call));

/** What is recorded after `before` and then `after`, none of whose things may be made again. */
async function renamed(before: ProgramBody, after: ProgramBody): Promise<string[]> {
  const stack = new TestStack(new World());
  await stack.up(before);
  stack.world.calls.length = 0;
  const run = await stack.up(after);
  expect([run.errors, made(stack)]).toEqual([[], []]);
  expect((await stack.up(after)).journal).toEqual([]);
  return stack.snapshot.resources
    .filter(({ type }) => type.startsWith('test:'))
    .map(({ urn, id }) => `${urn.split('::').slice(2).join('::')}${id === '' ? '' : ` = ${id}`}`);
}

test('children and grandchildren of a renamed component are found, with the names they had after hers', async () => {
  const tree =
    (name: string, options: Options): ProgramBody =>
    async (program) => {
      const group = await program.component(name, options);
      const inner = await program.component(`${name}-inner`, { parent: group.urn });
      await program.thing(`${name}-inner-leaf`, {}, { parent: inner.urn });
      await program.thing('plain', {}, { parent: inner.urn });
    };
  expect(await renamed(tree('old', {}), tree('new', named('old')))).toMatchInlineSnapshot(`
    [
      "test:index:Group::new",
      "test:index:Group$test:index:Group::new-inner",
      "test:index:Group$test:index:Group$test:index:Thing::new-inner-leaf = old-inner-leaf-1",
      "test:index:Group$test:index:Group$test:index:Thing::plain = plain-2",
    ]
  `);
});

test('a child that was renamed together with its parent is found by both aliases', async () => {
  const tree =
    (group: string, child: string, parentOptions: Options, childOptions: Options): ProgramBody =>
    async (program) => {
      const parent = await program.component(group, parentOptions);
      await program.thing(child, {}, { parent: parent.urn, ...childOptions });
    };
  const after = tree('new', 'second', named('old'), named('first'));
  expect(await renamed(tree('old', 'first', {}, {}), after)).toEqual([
    'test:index:Group::new',
    'test:index:Group$test:index:Thing::second = first-1',
  ]);
});

test('a resource is found when it moves under a component, out of one, and from one to another', async () => {
  const body = (place: (program: Program) => Promise<Options>): ProgramBody => {
    return async (program) => {
      await program.thing('a', {}, await place(program));
    };
  };
  const under = (name: string, aliases: Alias[]) => async (program: Program) => {
    const { urn } = await program.component(name);
    return { parent: urn, aliases };
  };
  const atRoot = (aliases: Alias[]) => async () => ({ parent: root, aliases });
  const group = (name: string) => `urn:pulumi:dev::proj::test:index:Group::${name}` as Urn;
  const fromRoot: Alias[] = [{ kind: 'spec', parent: { kind: 'urn', urn: root } }];
  const fromNone: Alias[] = [{ kind: 'spec', parent: { kind: 'none' } }];
  const fromOne: Alias[] = [{ kind: 'spec', parent: { kind: 'urn', urn: group('one') } }];
  const moved = [
    await renamed(body(atRoot([])), body(under('one', fromRoot))),
    await renamed(body(atRoot([])), body(under('one', fromNone))),
    await renamed(body(under('one', [])), body(atRoot(fromOne))),
    await renamed(body(under('one', [])), body(under('two', fromOne))),
  ];
  expect(moved.map((records) => records.at(-1))).toEqual([
    'test:index:Group$test:index:Thing::a = a-1',
    'test:index:Group$test:index:Thing::a = a-1',
    'test:index:Thing::a = a-1',
    'test:index:Group$test:index:Thing::a = a-1',
  ]);
});

test('a child that leaves a parent is found although that parent is renamed at the same time', async () => {
  const before: ProgramBody = async (program) => {
    const group = await program.resource('test:index:OldGroup', 'group');
    await program.thing('a', {}, { parent: group.urn });
  };
  const after: ProgramBody = async (program) => {
    const aliases: Alias[] = [{ kind: 'spec', type: 'test:index:OldGroup' }];
    const group = await program.resource('test:index:NewGroup', 'group', {}, { aliases });
    await program.thing('a', {}, { aliases: [{ kind: 'spec', parent: { kind: 'urn', urn: group.urn } }] });
  };
  expect(await renamed(before, after)).toEqual(['test:index:NewGroup::group = group-1', 'test:index:Thing::a = a-2']);
});

test('a resource is found by its whole URN, by its former type, and by its former project and stack', async () => {
  const before: ProgramBody = async (program) => {
    await program.thing('a');
  };
  const by =
    (alias: Alias): ProgramBody =>
    async (program) => {
      await program.resource('test:index:Other', 'b', {}, { aliases: [alias] });
    };
  const urn = 'urn:pulumi:dev::proj::test:index:Thing::a' as Urn;
  expect(await renamed(before, by({ kind: 'urn', urn }))).toEqual(['test:index:Other::b = a-1']);
  const spec: Alias = { kind: 'spec', type: 'test:index:Thing', name: 'a' };
  expect(await renamed(before, by(spec))).toEqual(['test:index:Other::b = a-1']);
  const elsewhere: Alias = { ...spec, project: 'proj', stack: 'dev' };
  expect(await renamed(before, by(elsewhere))).toEqual(['test:index:Other::b = a-1']);
});

test('of several aliases the first that is recorded counts; what another names goes', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('one');
    await program.thing('two');
  });
  await stack.up(async (program) => {
    await program.thing('new', {}, named('none', 'two', 'one'));
  });
  expect([stack.records(), stack.world.names()]).toEqual([['new = two-2'], ['two-2']]);
});

test('an alias that nothing is recorded under, and one beside a record of the name itself, change nothing', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a', {}, named('old'));
  };
  await stack.up(body);
  expect((await stack.up(body)).journal).toEqual([]);
});

test('a renamed provider keeps the things it serves', async () => {
  const body =
    (name: string, options: Options): ProgramBody =>
    async (program) => {
      const { urn, id } = await program.resource('pulumi:providers:test', name, {}, options);
      await program.thing('a', {}, { provider: `${urn}::${id}` });
    };
  expect(await renamed(body('old', {}), body('new', named('old')))).toEqual(['test:index:Thing::a = a-1']);
});

test('a renamed resource that must be replaced is, under its new name', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('old', { kind: 'x' });
  });
  await stack.up(async (program) => {
    await program.thing('new', { kind: 'y' }, named('old'));
  });
  expect([stack.records(), stack.world.names()]).toEqual([['new = new-2'], ['new-2']]);
});
