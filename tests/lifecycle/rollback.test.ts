import { recordedConfig } from '@radiant/engine';
import { ResourceReference, Secret, type Snapshot } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

/** A stack that went from one program to another, and what it was after the first. */
async function afterBoth(one: ProgramBody, two: ProgramBody) {
  const stack = new TestStack(new World());
  await stack.up(one);
  const target = stack.snapshot;
  await stack.up(two);
  return { stack, target };
}

const nothing: ProgramBody = async () => {};

/** What matters of a snapshot, whatever ids things have and in whichever order they were made. */
function described({ resources }: Snapshot) {
  const states = resources.map(({ id: _id, created: _created, modified: _modified, ...state }) => state);
  return states.sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

test('a rollback declares what was declared then: changes are undone, what is gone is made again, what is new goes', async () => {
  const { stack, target } = await afterBoth(
    async (program) => {
      await program.thing('changed', { size: 1 });
      await program.thing('gone', { name: 'gone' });
      await program.thing('kept', { size: 3 });
      await program.export({ answer: 42 });
    },
    async (program) => {
      await program.thing('changed', { size: 2 });
      await program.thing('kept', { size: 3 });
      await program.thing('new');
      await program.export({ answer: 43 });
    },
  );
  const run = await stack.rollback(target);
  expect(run.errors).toEqual([]);
  expect(run.events).toMatchInlineSnapshot(`
    [
      "same kept",
      "create gone",
      "update changed (size)",
      "delete new",
      "same proj-dev",
      "succeeded: 2 same, 1 create, 1 update, 1 delete",
    ]
  `);
  expect(run.outcome.stackOutputs).toEqual({ answer: 42 });
  expect(described(stack.snapshot)).toEqual(described(target));
});

test('a rollback to the present changes nothing and writes nothing', async () => {
  const body: ProgramBody = async (program) => {
    const mine = await program.resource('pulumi:providers:test', 'mine', { region: 'east' });
    const provider = `${mine.urn}::${mine.id}`;
    const a = await program.thing('a', { size: 1, password: new Secret('s3cret') }, { provider, protect: true });
    const group = await program.component('group', {}, { from: 'program' });
    await program.thing('b', { of: a.outputs.serial! }, { ...from(a, 'of'), parent: group.urn, ignoreChanges: ['x'] });
    await program.thing('c', {}, { deletedWith: a.urn, retainOnDelete: true, customTimeouts: { create: 5 } });
    await program.read('read', String(a.outputs.name));
    await program.monitor.registerResourceOutputs(group.urn, { done: true });
    await program.export({ serial: a.outputs.serial! });
  };
  const stack = new TestStack(new World());
  const request = { config: { 'test:region': 'west' } };
  await stack.up(body, { request });
  const { values, secretKeys } = recordedConfig(stack.snapshot);
  expect([values, secretKeys]).toEqual([{ 'test:region': 'west' }, []]);
  const run = await stack.rollback(stack.snapshot, { request: { config: values, configSecretKeys: secretKeys } });
  expect(run.errors).toEqual([]);
  expect(run.journal).toEqual([]);
});

test('its preview foresees what it does', async () => {
  const { stack, target } = await afterBoth(async (program) => {
    const a = await program.thing('a');
    await program.thing('b', { of: a.outputs.serial! }, from(a, 'of'));
  }, nothing);
  const preview = await stack.rollback(target, { isPreview: true });
  expect(preview.changes).toEqual((await stack.rollback(target)).changes);
});

describe('what is made again', () => {
  const chain: ProgramBody = async (program) => {
    const a = await program.resource('test:index:Seeded', 'a');
    const inputs = { of: a.outputs.serial!, id: a.id, inside: { secret: new Secret(a.outputs.serial!) }, other: a.id };
    await program.thing('b', inputs, from(a, 'of', 'id', 'inside'));
    await program.export({ serial: a.outputs.serial! });
  };

  test('is referred to by what it gives now, not by what it gave then', async () => {
    const stack = new TestStack(new World());
    await stack.up(chain);
    const target = stack.snapshot;
    const [old] = stack.world.names();
    await stack.up(nothing);
    // Its name is told by its inputs, so that it is the same; a provider that gives ids of its own gives another.
    const { create } = stack.world.provider();
    stack.world.provider = () => {
      const provider = World.prototype.provider.call(stack.world);
      provider.create = async (request, context) => {
        const made = await create(request, context);
        const { serial } = made.outputs;
        return typeof serial === 'string' ? { ...made, outputs: { ...made.outputs, serial: `again-${serial}` } } : made;
      };
      return provider;
    };
    const run = await stack.rollback(target);
    expect(run.errors).toEqual([]);
    const b = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::b'))!;
    expect(b.inputs).toMatchObject({
      of: `again-serial-of-${old}`,
      id: old,
      inside: { secret: new Secret(`again-serial-of-${old}`) },
      other: old,
    });
    expect(run.outcome.stackOutputs).toEqual({ serial: `again-serial-of-${old}` });
  });

  test('is made by the provider that served it, whose own reference is another now', async () => {
    const { stack, target } = await afterBoth(async (program) => {
      const mine = await program.resource('pulumi:providers:test', 'mine', { region: 'east' });
      const a = await program.thing('a', {}, { provider: `${mine.urn}::${mine.id}` });
      await program.thing('b', { a: new ResourceReference(a.urn, a.id) }, from(a, 'a'));
    }, nothing);
    expect((await stack.rollback(target)).errors).toEqual([]);
    const [mine, a] = ['mine', 'a'].map(
      (name) => stack.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`))!,
    );
    expect(a!.provider).toBe(`${mine!.urn}::${mine!.id}`);
    expect(mine!.inputs).toMatchObject({ region: 'east' });
  });
});

test('a thing that only has another name now is not made again', async () => {
  const { stack, target } = await afterBoth(
    async (program) => {
      await program.thing('before', { name: 'thing' });
    },
    async (program) => {
      const urn = 'urn:pulumi:dev::proj::test:index:Thing::before' as never;
      await program.thing('after', { name: 'thing' }, { aliases: [{ kind: 'urn', urn }] });
    },
  );
  const run = await stack.rollback(target);
  expect(stack.records()).toEqual(['before = thing']);
  expect(run.changes).toEqual({ same: 2 });
});

test('a resource that was adopted then is made when it is gone, and left as it is when it is there', async () => {
  const world = new World();
  const stack = new TestStack(world);
  world.things.set('found', { id: 'found', type: 'test:index:Thing', props: { name: 'found' } });
  const adopting: ProgramBody = async (program) => {
    await program.thing('found', { name: 'found' }, { importId: 'found' });
  };
  expect((await stack.up(adopting)).errors).toEqual([]);
  const target = stack.snapshot;
  expect((await stack.rollback(target)).journal).toEqual([]);
  await stack.up(nothing);
  expect((await stack.rollback(target)).errors).toEqual([]);
  expect(world.names()).toEqual(['found']);
});

test('what providers add to inputs is not remarked upon when it comes back to them', async () => {
  const { stack, target } = await afterBoth(async (program) => {
    await program.thing('a');
  }, nothing);
  const wrong = await stack.preview(async (program) => {
    await program.thing('a', { name: 'x', isAutoNamed: true });
  });
  expect(wrong.outcome.diagnostics).toMatchObject([{ severity: 'warning' }]);
  expect((await stack.rollback(target)).outcome.diagnostics).toEqual([]);
});

test('hooks are not run, and that is said', async () => {
  const { stack, target } = await afterBoth(async (program) => {
    const run = async () => {};
    program.monitor.registerResourceHook({ name: 'h', onDryRun: false, run } as never);
    const none = {
      beforeCreate: [],
      afterUpdate: [],
      beforeUpdate: [],
      beforeDelete: [],
      afterDelete: [],
      onError: [],
    };
    await program.thing('a', {}, { hooks: { ...none, afterCreate: ['h'] } });
  }, nothing);
  const run = await stack.rollback(target);
  expect(run.errors).toEqual([]);
  expect(run.outcome.diagnostics.map(({ message }) => message)).toEqual([
    expect.stringContaining('1 of the resources had hooks'),
  ]);
});

test('what waited for its deletion then is not declared', async () => {
  const { stack, target } = await afterBoth(async (program) => {
    await program.thing('a', { kind: 'x' });
  }, nothing);
  const superseded = { ...target.resources.at(-1)!, disposition: 'superseded', id: 'old' } as const;
  const run = await stack.rollback({ ...target, resources: [...target.resources, superseded] });
  expect(run.errors).toEqual([]);
  expect(stack.records()).toHaveLength(1);
});

test('a failure stops it like any update', async () => {
  const { stack, target } = await afterBoth(async (program) => {
    const a = await program.thing('a', { name: 'a' });
    await program.thing('b', { of: a.id }, from(a, 'of'));
  }, nothing);
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('out of order');
  };
  const run = await stack.rollback(target);
  expect(run.result).toBe('failed');
  expect(run.errors).toEqual(['out of order', 'update failed']);
  expect(stack.records()).toEqual([]);
});
