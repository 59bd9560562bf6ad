import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World, worldWith } from './harness/world.ts';

const body =
  (size: number): ProgramBody =>
  async (program) => {
    await program.thing('a', { name: 'a', size });
  };

test('with the legacy comparison a resource with its recorded inputs is the same, whatever its provider would say', async () => {
  const world = worldWith(() => ({
    diff: async () => ({ kind: 'some', replaceKeys: [], deleteBeforeReplace: false, diffs: ['size'] }),
  }));
  const stack = new TestStack(world);
  await stack.up(body(1));
  expect((await stack.up(body(1))).changes).toEqual({ same: 1, update: 1 });
  const request = { options: { legacyDiff: true } };
  expect((await stack.up(body(1), { request })).changes).toEqual({ same: 2 });
  expect((await stack.up(body(2), { request })).changes).toEqual({ same: 1, update: 1 });
});

test('with the legacy comparison a trigger, and what failed before, still count', async () => {
  const stack = new TestStack(new World());
  const triggered =
    (replacementTrigger: number): ProgramBody =>
    async (program) => {
      await program.thing('a', { size: 1 }, { replacementTrigger });
    };
  await stack.up(triggered(1));
  const request = { options: { legacyDiff: true } };
  expect((await stack.up(triggered(2), { request })).changes).toEqual({ same: 1, replace: 1 });
});

test('with the legacy comparison of a refresh outputs alone tell a change', async () => {
  const stack = new TestStack(new World());
  await stack.up(body(1));
  stack.world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a', size: 1, serial: 'other' } });
  // Its provider sees no difference there.
  expect((await stack.refresh({ isPreview: true })).changes).toEqual({ same: 2 });
  const request = { options: { legacyRefreshDiff: true } };
  expect((await stack.refresh({ request })).events).toContain('update a (serial)');
  expect((await stack.refresh({ request })).changes).toEqual({ same: 2 });
});

test('where providers are not asked in previews, inputs stand for outputs, and an update asks them all the same', async () => {
  const stack = new TestStack(new World());
  const request = { options: { disableProviderPreview: true } };
  const outputs: unknown[] = [];
  const heard: ProgramBody = async (program) => {
    outputs.push((await program.thing('a', { name: 'a', size: 1 })).outputs);
  };
  await stack.preview(heard, { request });
  await stack.up(heard, { request });
  expect(outputs).toEqual([
    { name: 'a', size: 1 },
    { name: 'a', size: 1, serial: 'serial-of-a' },
  ]);
});
