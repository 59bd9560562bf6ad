import type { ImportedResource } from '@radiant/engine';
import { childUrn, stackUrn, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

// What `radiant import` asks of the engine: things that exist are recorded as they are found.

const type = 'test:index:Thing';

function thing(name: string, more: Partial<Extract<ImportedResource, { kind: 'thing' }>> = {}): ImportedResource {
  const urn = childUrn('dev', 'proj', more.parent, type, name);
  const bare = { parent: undefined, provider: undefined, plugin: {}, properties: undefined, protect: true };
  return { kind: 'thing', urn, type, name, id: name, ...bare, ...more };
}

function worldWith(...names: readonly string[]): World {
  const world = new World();
  for (const name of names)
    world.things.set(name, { id: name, type, props: { name, size: 3, serial: `serial-of-${name}` } });
  return world;
}

test('what exists is recorded with the inputs that are found, protected, and a program that says the same changes nothing', async () => {
  const stack = new TestStack(worldWith('a'));
  const preview = await stack.import([thing('a')], { isPreview: true });
  expect([preview.result, preview.changes, preview.journal]).toEqual(['succeeded', { create: 1, import: 1 }, []]);
  const { result, changes, errors } = await stack.import([thing('a')]);
  expect([result, changes, errors]).toEqual(['succeeded', { create: 1, import: 1 }, []]);
  expect(stack.snapshot.resources.at(-1)).toMatchObject({
    id: 'a',
    inputs: { name: 'a', size: 3 },
    outputs: { name: 'a', size: 3, serial: 'serial-of-a' },
    isProtected: true,
    parent: stackUrn('dev', 'proj'),
  });
  expect(stack.snapshot.resources.at(-1)).not.toHaveProperty('importId');
  expect(stack.world.calls.filter((call) => /create|update/.test(call))).toEqual([]);
  const again = await stack.up(async (program) => {
    await program.thing('a', { name: 'a', size: 3 }, { protect: true });
  });
  expect(again.changes).toEqual({ same: 2 });
});

const around: ProgramBody = async (program) => {
  const group = await program.component('group');
  await program.thing('other', { name: 'other' }, { parent: group.urn });
  const own = await program.resource('pulumi:providers:test', 'own', { region: 'north' });
  await program.thing('served', { name: 'served' }, { provider: `${own.urn}::${own.id}` });
  await program.export({ answer: 42 });
};

test('everything that is there already stays as it is, and serves as parent and provider', async () => {
  const stack = new TestStack(worldWith('a', 'b'));
  await stack.up(around);
  const before = stack.snapshot.resources;
  const group = before.find(({ urn }) => urn.endsWith('::group'))!.urn;
  const own = before.find(({ urn }) => urn.endsWith('::own'))!;
  const calls = stack.world.calls.length;
  const { result, changes } = await stack.import([
    thing('a', { parent: group }),
    thing('b', { provider: `${own.urn}::${own.id}`, protect: false }),
  ]);
  expect(result).toBe('succeeded');
  expect(changes).toMatchObject({ import: 2 });
  expect(
    stack.world.calls
      .slice(calls)
      .filter((call) => /read/.test(call))
      .sort(),
  ).toEqual(['read a', 'read b']);
  for (const state of before) expect(stack.snapshot.resources).toContainEqual(state);
  const [a, b] = ['a', 'b'].map((name) => stack.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`))!);
  expect(a).toMatchObject({ parent: group });
  expect(b).toMatchObject({ provider: `${own.urn}::${own.id}`, isProtected: false });
});

test('a component may be recorded around what is imported with it, in whatever order they are named', async () => {
  const stack = new TestStack(worldWith('a'));
  const group = childUrn('dev', 'proj', undefined, 'app:index:Group', 'group');
  const component: ImportedResource = {
    kind: 'component',
    urn: group,
    type: 'app:index:Group',
    name: 'group',
    parent: undefined,
  };
  const { result } = await stack.import([thing('a', { parent: group }), component]);
  expect(result).toBe('succeeded');
  expect(stack.snapshot.resources.map(({ urn, parent }) => [urn.split('::').at(-1), parent])).toContainEqual([
    'a',
    group,
  ]);
});

test('only the wanted inputs are recorded', async () => {
  const stack = new TestStack(worldWith('a'));
  await stack.import([thing('a', { properties: ['name'] })]);
  expect(stack.snapshot.resources.at(-1)!.inputs).toEqual({ name: 'a' });
});

test.each([
  ['is not there', [thing('gone')], "resource 'gone' does not exist"],
  ['is imported twice', [thing('a'), thing('a')], `resource '${thing('a').urn}' already exists`],
])('what %s is refused', async (_what, imports, message) => {
  const stack = new TestStack(worldWith('a'));
  const { result, errors } = await stack.import(imports);
  expect(result).toBe('failed');
  expect(errors.join('\n')).toContain(message);
  expect(stack.records()).toEqual([]);
});

test('what is recorded already is not imported', async () => {
  const stack = new TestStack(worldWith('a'));
  await stack.import([thing('a')]);
  const recorded = stack.snapshot;
  expect((await stack.import([thing('a')])).errors.join('\n')).toContain('already exists');
  expect(stack.snapshot).toEqual(recorded);
});

test('inputs that the provider finds fault with are recorded all the same, with a warning', async () => {
  const world = worldWith('a');
  world.things.set('a', { id: 'a', type, props: { name: 'a', size: -1 } });
  const stack = new TestStack(world);
  const { result, outcome } = await stack.import([thing('a')]);
  expect(result).toBe('succeeded');
  expect(outcome.diagnostics.map(({ message }) => message)).toEqual([
    expect.stringContaining('One or more imported inputs failed to validate'),
    'size: must not be negative',
  ]);
  expect(stack.snapshot.resources.at(-1)!.inputs).toEqual({ name: 'a', size: -1 });
});

test('a thing that cannot be read leaves nothing behind but what was imported beside it', async () => {
  const world = worldWith('a', 'b');
  world.onCall = (call, subject) => {
    if (call === 'read' && subject === 'b') throw new Error('the wind is too strong');
  };
  const stack = new TestStack(world);
  const { result } = await stack.import([thing('a'), thing('b')]);
  expect(result).toBe('failed');
  expect(stack.records().filter((record) => record.startsWith('b'))).toEqual([]);
  world.onCall = () => {};
  const missing = [thing('a'), thing('b')].filter(({ urn }: { urn: Urn }) =>
    stack.snapshot.resources.every((state) => state.urn !== urn),
  );
  expect((await stack.import(missing)).result).toBe('succeeded');
  expect(stack.records().sort()).toEqual(['a = a', 'b = b']);
});
