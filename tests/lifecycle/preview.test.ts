import { Unknown, unknownId } from '@radiant/model';
import { expect, test } from 'vitest';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

test('a preview changes neither the world nor the record, and shows the steps of the update', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    const a = await program.thing('a', { size: 1 });
    await program.thing('b', { of: a.outputs.serial! }, from(a, 'of'));
    await program.export({ serial: a.outputs.serial! });
  };
  const preview = await stack.preview(body);
  expect(stack.world.names()).toEqual([]);
  expect(stack.snapshot.resources).toEqual([]);
  expect(preview.journal).toEqual([]);
  expect((await stack.up(body)).events).toEqual(preview.events);
});

test('a provider that cannot foresee is not called; its inputs stand for the outputs', async () => {
  const world = new World();
  world.capabilities = { acceptsSecrets: true, acceptsResources: true, supportsPreview: false };
  const stack = new TestStack(world);
  await stack.preview(async (program) => {
    expect((await program.thing('a', { name: 'a', size: 1 })).outputs).toEqual({ name: 'a', size: 1 });
  });
});

test('an unknown input is a difference where the provider leaves the comparison to the engine', async () => {
  const stack = new TestStack(new World());
  const body =
    (value: string | Unknown): ProgramBody =>
    async (program) => {
      await program.resource('test:index:Undiffed', 'a', { value, same: [1, { x: null }] });
    };
  await stack.up(body('one'));
  const run = await stack.preview(body(new Unknown()));
  expect(run.events).toMatchInlineSnapshot(`
    [
      "update a (value)",
      "same proj-dev",
      "succeeded: 1 same, 1 update",
    ]
  `);
  expect((await stack.preview(body('one'))).changes).toEqual({ same: 2 });
});

test('a preview goes on after a resource that was found faulty, and shows every fault at once', async () => {
  const stack = new TestStack(new World());
  const run = await stack.preview(async (program) => {
    await Promise.all([program.thing('a', { size: -1 }), program.thing('b', { size: -1 }), program.thing('c')]);
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: test:index:Thing resource 'a': property size value {-1} has a problem: must not be negative",
      "error on b: test:index:Thing resource 'b': property size value {-1} has a problem: must not be negative",
      "create c",
      "create proj-dev",
      "failed: 2 create",
    ]
  `);
});

test('what a provider notices about resources that are left alone is told as notes', async () => {
  const world = new World();
  const stack = new TestStack(world);
  const body =
    (size: number): ProgramBody =>
    async (program) => {
      await program.thing('same');
      await program.thing('changed', { size });
    };
  await stack.up(body(1));
  const { provider } = world;
  world.provider = () => ({
    ...provider.call(world),
    inspect: async (resources) => resources.map(({ urn, id }) => ({ urn, severity: 'info', message: `${id} drifted` })),
  });
  expect((await stack.preview(body(2))).events).toMatchInlineSnapshot(`
    [
      "same same",
      "update changed (size)",
      "note on same: same-1 drifted",
      "same proj-dev",
      "succeeded: 2 same, 1 update",
    ]
  `);
});

test('a function is not called in a preview for what does not exist yet', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    const a = await program.thing('a');
    const call = { token: 'test:index:echo', args: { text: 'x' }, dependsOn: [a.urn] };
    const answer = await program.monitor.invoke(call);
    expect(answer).toEqual(
      program.monitor.info.isDryRun ? { kind: 'unknown' } : { kind: 'known', result: { echo: 'x' }, failures: [] },
    );
  };
  expect((await stack.preview(body)).errors).toEqual([]);
  expect((await stack.up(body)).errors).toEqual([]);
});

test('a function is called in a preview for what exists, even where its update will bring something that is not known yet', async () => {
  const stack = new TestStack(new World());
  const { world } = stack;
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a', size: 1 });
  });
  const provider = world.provider.bind(world);
  world.provider = () => ({
    ...provider(),
    update: async ({ newInputs }) => ({ outputs: { ...newInputs, serial: new Unknown() } }),
  });
  const run = await stack.preview(async (program) => {
    const a = await program.thing('a', { name: 'a', size: 2 });
    const call = { token: 'test:index:echo', args: { text: 'x' }, dependsOn: [a.urn] };
    expect(await program.monitor.invoke(call)).toEqual({ kind: 'known', result: { echo: 'x' }, failures: [] });
  });
  expect(run.errors).toEqual([]);
});

test('a preview tells of a provider that failed once, not of each resource that it was to serve', async () => {
  const stack = new TestStack(new World());
  stack.world.onCall = (call) => {
    if (call === 'configure') throw new Error('no such region');
  };
  const run = await stack.preview(async (program) => {
    const own = await program.resource('pulumi:providers:test', 'own');
    const provider = `${own.urn}::${own.id || unknownId}`;
    await program.thing('a', {}, { provider });
    await program.remote('shelf', {}, { provider });
  });
  expect([run.result, run.errors]).toEqual(['failed', ['Preview failed: no such region', 'preview failed']]);
});
