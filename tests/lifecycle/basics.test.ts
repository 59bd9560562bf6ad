import { expect, test } from 'vitest';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

test('what a program declares is created, dependencies first', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    const a = await program.thing('a', { size: 1 });
    await program.thing('b', { of: a.outputs.serial! }, from(a, 'of'));
    await program.export({ serial: a.outputs.serial! });
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "create a",
      "create b",
      "create proj-dev",
      "succeeded: 3 create",
    ]
  `);
  expect(stack.records()).toMatchInlineSnapshot(`
    [
      "a = a-1",
      "b = b-2",
    ]
  `);
  expect(run.outcome.stackOutputs).toMatchInlineSnapshot(`
    {
      "serial": "serial-of-a-1",
    }
  `);
});

test('a second update changes nothing and writes nothing', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    const a = await program.thing('a', { size: 1 });
    const group = await program.component('group');
    await program.thing('b', { of: a.outputs.serial! }, { ...from(a, 'of'), parent: group.urn });
    await program.monitor.registerResourceOutputs(group.urn, { done: true });
    await program.export({ serial: a.outputs.serial! });
  };
  await stack.up(body);
  const again = await stack.up(body);
  expect(again.events).toMatchInlineSnapshot(`
    [
      "same a",
      "same b",
      "same group",
      "same proj-dev",
      "succeeded: 4 same",
    ]
  `);
  expect(again.journal).toEqual([]);
});

test('a changed input is an update, an input that cannot be changed in place a replacement, what is gone from the program a deletion', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('changed', { size: 1 });
    await program.thing('replaced', { kind: 'x' });
    await program.thing('gone');
  });
  const run = await stack.up(async (program) => {
    await program.thing('changed', { size: 2 });
    await program.thing('replaced', { kind: 'y' });
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "update changed (size)",
      "create-replacement replaced because of kind",
      "replace replaced because of kind",
      "delete-replaced replaced",
      "delete gone",
      "same proj-dev",
      "succeeded: 1 same, 1 update, 1 replace, 1 delete",
    ]
  `);
  expect(stack.world.names()).toMatchInlineSnapshot(`
    [
      "changed-1",
      "replaced-4",
    ]
  `);
  expect(stack.records()).toMatchInlineSnapshot(`
    [
      "changed = changed-1",
      "replaced = replaced-4",
    ]
  `);
});

test('a destroy deletes dependents first and leaves nothing', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a');
    const b = await program.thing('b', {}, { dependencies: [a.urn] });
    await program.thing('c', {}, { dependencies: [b.urn] });
  });
  const run = await stack.destroy();
  expect(run.events).toMatchInlineSnapshot(`
    [
      "delete c",
      "delete b",
      "delete a",
      "delete proj-dev",
      "succeeded: 4 delete",
    ]
  `);
  expect(stack.snapshot).toEqual({ resources: [], pendingOperations: [] });
  expect(stack.world.names()).toEqual([]);
});
