import type { ResourceState, Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const declared: ProgramBody = async (program) => {
  await program.thing('owner', { name: 'owner' });
};

/** A stack as another engine leaves it whose provider has published a view of its resource. */
async function stackWithView(): Promise<TestStack> {
  const stack = new TestStack(new World());
  await stack.up(declared);
  const owner = stack.snapshot.resources.find(({ id }) => id === 'owner')!;
  const view: ResourceState = {
    ...owner,
    urn: 'urn:pulumi:dev::proj::test:index:Thing$test:index:Part::part' as Urn,
    type: 'test:index:Part',
    id: '',
    parent: owner.urn,
    viewOf: owner.urn,
  };
  stack.snapshot = { ...stack.snapshot, resources: [...stack.snapshot.resources, view] };
  stack.world.calls.length = 0;
  return stack;
}

test('a view stays as long as the resource that it is a part of, and nobody asks a provider about it', async () => {
  const stack = await stackWithView();
  const run = await stack.up(declared);
  expect([run.errors, run.journal]).toEqual([[], []]);
  expect((await stack.refresh()).errors).toEqual([]);
  expect(stack.records()).toEqual(['owner = owner', 'part']);
  expect(stack.world.calls.filter((call) => call.startsWith('read'))).toEqual(['read owner']);
});

test('a view goes with the resource that it is a part of, which alone its provider deletes', async () => {
  for (const end of [(stack: TestStack) => stack.up(async () => {}), (stack: TestStack) => stack.destroy()]) {
    const stack = await stackWithView();
    expect((await end(stack)).errors).toEqual([]);
    expect(stack.world.calls.filter((call) => call.startsWith('delete'))).toEqual(['delete owner']);
    expect(stack.records()).toEqual([]);
  }
});

test('a view stays recorded when the resource that it is a part of cannot be deleted', async () => {
  const stack = await stackWithView();
  stack.world.onCall = (call) => {
    if (call === 'delete') throw new Error('no');
  };
  expect((await stack.destroy()).result).toBe('failed');
  expect(stack.records()).toEqual(['owner = owner', 'part']);
});

test('a view is forgotten with the resource that it is a part of', async () => {
  const stack = await stackWithView();
  stack.world.things.clear();
  await stack.refresh();
  expect(stack.records()).toEqual([]);
});

test('a view need not be named beside the target that it is a part of', async () => {
  const stack = await stackWithView();
  const targets = ['urn:pulumi:dev::proj::test:index:Thing::owner'];
  expect((await stack.destroy({ request: { options: { targets } } })).errors).toEqual([]);
  expect(stack.records()).toEqual([]);
});
