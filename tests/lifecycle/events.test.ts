import type { EngineEvent, ResourceState } from '@radiant/model';
import { expect, test } from 'vitest';
import { TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

type StepEvent = Extract<EngineEvent, { kind: 'step-started' | 'step-succeeded' }>;

function stepsOf(raw: readonly EngineEvent[], name: string): string[] {
  const steps = raw.filter(
    (event): event is StepEvent =>
      (event.kind === 'step-started' || event.kind === 'step-succeeded') && event.step.urn.endsWith(`::${name}`),
  );
  return steps.map(({ kind, step }) => `${kind} ${step.op}: ${show(step.old)} -> ${show(step.new)}`);
}

function show(state: ResourceState | undefined): string {
  if (state === undefined) return 'nothing';
  const mark = state.disposition === 'live' ? '' : ` (${state.disposition})`;
  return `${state.urn.split('::').at(-1)} ${state.id || 'without id'}${mark}`;
}

test('what a step is to record has no id and no outputs before its end', async () => {
  const stack = new TestStack(new World());
  const { raw } = await stack.up(async (program) => void (await program.thing('a', { size: 1 })));
  const again = await stack.up(async (program) => void (await program.thing('a', { size: 2 })));
  const id = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::a'))!.id;
  expect(stepsOf(raw, 'a')).toEqual([
    'step-started create: nothing -> a without id',
    `step-succeeded create: nothing -> a ${id}`,
  ]);
  expect(stepsOf(again.raw, 'a')).toEqual([
    `step-started update: a ${id} -> a without id`,
    `step-succeeded update: a ${id} -> a ${id}`,
  ]);
});

test('a resource found by an alias is told of under the URN that it had', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => void (await program.thing('before')));
  const { raw } = await stack.up(
    async (program) => void (await program.thing('after', {}, { aliases: [{ kind: 'spec', name: 'before' }] })),
  );
  const id = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::after'))!.id;
  expect(stepsOf(raw, 'after')).toEqual([
    `step-started same: before ${id} -> after without id`,
    `step-succeeded same: before ${id} -> after ${id}`,
  ]);
});

test('what is replaced is told of as that which is still to go once its successor is there', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => void (await program.thing('a', { kind: 1 })));
  const { raw } = await stack.up(async (program) => void (await program.thing('a', { kind: 2 })));
  expect(stepsOf(raw, 'a').map((line) => line.replaceAll(/\ba-\S+/g, 'ID'))).toEqual([
    'step-started create-replacement: a ID -> a without id',
    'step-succeeded create-replacement: a ID (superseded) -> a ID',
    'step-started replace: a ID (superseded) -> a ID',
    'step-succeeded replace: a ID (superseded) -> a ID',
    'step-started delete-replaced: a ID (superseded) -> nothing',
    'step-succeeded delete-replaced: a ID (superseded) -> nothing',
  ]);
});

test('after a failure, outputs that a component tells are not recorded any more', async () => {
  const world = new World();
  world.onCall = (call) => {
    if (call === 'create') throw new Error('disk says no');
  };
  const stack = new TestStack(world);
  const { raw, result } = await stack.up(async (program) => {
    const group = await program.component('group');
    await program.thing('broken').catch(() => {});
    await program.monitor.registerResourceOutputs(group.urn, { size: 1 });
  });
  expect(result).toBe('failed');
  expect(stepsOf(raw, 'group')).toEqual(['step-started create: nothing -> group without id']);
  const failed = raw.find((event) => event.kind === 'step-failed');
  expect(failed).toMatchObject({ outcome: 'not-done', stepsDone: 2 });
});

test('nobody gives an account of what differs in a component; it can be seen from its inputs', async () => {
  const stack = new TestStack(new World());
  const sized = (size: number) => stack.up(async (program) => void (await program.component('group', {}, { size })));
  await sized(1);
  const { raw } = await sized(2);
  const step = raw.find((event) => event.kind === 'step-succeeded' && event.step.urn.endsWith('::group')) as StepEvent;
  expect(step.step).toMatchObject({ op: 'update', old: { inputs: { size: 1 } }, new: { inputs: { size: 2 } } });
  expect([step.step.diffs, step.step.detailedDiff]).toEqual([undefined, undefined]);
});
