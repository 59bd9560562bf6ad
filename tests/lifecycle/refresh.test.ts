import { expect, test } from 'vitest';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const body: ProgramBody = async (program) => {
  const group = await program.component('group');
  const a = await program.thing('a', { name: 'a', size: 1 }, { parent: group.urn });
  const b = await program.thing('b', { name: 'b', of: a.outputs.serial! }, { ...from(a, 'of'), parent: a.urn });
  await program.thing('c', { name: 'c' }, { dependencies: [a.urn, b.urn], deletedWith: a.urn });
};

test('a refresh records what the provider reads, and nothing when nothing has changed', async () => {
  const stack = new TestStack(new World());
  await stack.up(body);
  const unchanged = await stack.refresh();
  expect(unchanged.events).toMatchInlineSnapshot(`
    [
      "same proj-dev",
      "same group",
      "same a",
      "same b",
      "same c",
      "succeeded: 5 same",
    ]
  `);
  expect(unchanged.journal).toEqual([]);
  stack.world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a', size: 7, serial: 'other' } });
  expect((await stack.refresh()).events).toMatchInlineSnapshot(`
    [
      "same proj-dev",
      "same group",
      "same b",
      "same c",
      "update a (size, serial)",
      "succeeded: 4 same, 1 update",
    ]
  `);
  expect(stack.snapshot.resources.find(({ id }) => id === 'a')).toMatchObject({
    inputs: { size: 7 },
    outputs: { serial: 'other' },
  });
});

test('what the provider sees no difference in is recorded, and told to be the same', async () => {
  const stack = new TestStack(new World());
  await stack.up(body);
  stack.world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a', size: 1, serial: 'other' } });
  const { events, changes } = await stack.refresh();
  expect(events).toContain('same a');
  expect(changes).toEqual({ same: 5 });
  expect(stack.snapshot.resources.find(({ id }) => id === 'a')).toMatchObject({ outputs: { serial: 'other' } });
});

test('what has been found is recorded, even when the provider cannot compare it', async () => {
  const stack = new TestStack(new World());
  await stack.up(body);
  stack.world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a', size: 7, serial: 'other' } });
  stack.world.onCall = (call) => {
    if (call === 'diff') throw new Error('cannot compare');
  };
  expect((await stack.refresh()).result).toBe('failed');
  expect(stack.snapshot.resources.find(({ id }) => id === 'a')).toMatchObject({ inputs: { size: 7 } });
});

test('what has vanished is forgotten, with every mention of it', async () => {
  const stack = new TestStack(new World());
  await stack.up(body);
  stack.world.things.delete('a');
  expect((await stack.refresh()).events).toMatchInlineSnapshot(`
    [
      "same proj-dev",
      "same group",
      "delete a",
      "same b",
      "same c",
      "succeeded: 4 same, 1 delete",
    ]
  `);
  expect(stack.records()).toEqual(['group', 'b = b', 'c = c']);
  const [group, b, c] = stack.snapshot.resources.filter(({ type }) => type.startsWith('test:'));
  expect(b?.parent).toBe(group?.urn);
  expect(c).toMatchObject({ dependencies: [b?.urn] });
  expect(c?.deletedWith).toBeUndefined();
});

test('a preview of a refresh tells the same and records nothing', async () => {
  const stack = new TestStack(new World());
  await stack.up(body);
  stack.world.things.delete('a');
  const preview = await stack.refresh({ isPreview: true });
  expect(preview.journal).toEqual([]);
  expect(stack.records()).toHaveLength(4);
  expect((await stack.refresh()).events).toEqual(preview.events);
});

test('an update may read everything first: what drifted is set right, what vanished is made again', async () => {
  const stack = new TestStack(new World());
  await stack.up(body);
  stack.world.things.delete('c');
  stack.world.things.set('a', {
    id: 'a',
    type: 'test:index:Thing',
    props: { name: 'a', size: 7, serial: 'serial-of-a' },
  });
  const run = await stack.up(body, { request: { options: { refresh: true } } });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "same proj-dev",
      "same group",
      "same b",
      "delete c",
      "update a (size)",
      "update a (size)",
      "same b",
      "create c",
      "same group",
      "same proj-dev",
      "succeeded: 3 same, 1 update, 1 create",
    ]
  `);
  expect(stack.world.things.get('a')?.props).toMatchObject({ size: 1 });
});

test('one that cannot be read fails the refresh and keeps its record; the others are refreshed', async () => {
  const stack = new TestStack(new World());
  await stack.up(body);
  stack.world.onCall = (call, subject) => {
    if (call === 'read' && subject === 'a') throw new Error('unreachable');
  };
  stack.world.things.delete('c');
  const run = await stack.refresh();
  expect(run.result).toBe('failed');
  expect(run.errors).toEqual(['unreachable', 'update failed']);
  expect(stack.records()).toEqual(['group', 'a = a', 'b = b']);
});
