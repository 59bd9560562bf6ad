import { type EngineEvent, stackType } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const body: ProgramBody = async (program) => {
  await program.thing('first', { name: 'first' });
  await program.thing('second', { name: 'second' });
};

test('the first interrupt lets what runs end and records it; nothing new begins', async () => {
  const stack = new TestStack(new World());
  const drain = new AbortController();
  stack.world.onCall = (call) => {
    if (call === 'create') drain.abort();
  };
  const run = await stack.up(body, { drain: drain.signal });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "create first",
      "error: update canceled",
      "cancelled: 2 create",
    ]
  `);
  expect(stack.records()).toEqual(['first = first']);
  expect(stack.world.names()).toEqual(['first']);
});

test('the second interrupt ends at once; what was in flight is in doubt and settled by the next update', async () => {
  const stack = new TestStack(new World());
  const stop = new AbortController();
  stack.world.onDone = async (call) => {
    if (call !== 'create') return;
    stop.abort();
    await new Promise(() => {});
  };
  const run = await stack.up(body, { drain: stop.signal, terminate: stop.signal });
  expect(run.result).toBe('cancelled');
  expect(stack.snapshot.pendingOperations).toMatchObject([{ kind: 'creating' }]);
  stack.world.onDone = () => {};
  const again = await stack.up(body);
  expect(again.events).toMatchInlineSnapshot(`
    [
      "info: An earlier operation left one step in doubt:
      creating urn:pulumi:dev::proj::test:index:Thing::first: it had been made, and is recorded now",
      "update first",
      "create second",
      "same proj-dev",
      "succeeded: 1 same, 1 update, 1 create",
    ]
  `);
  expect(stack.world.names()).toEqual(['first', 'second']);
});

test('an interrupted destroy keeps what it did not come to', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a', { name: 'a' });
    await program.thing('b', { name: 'b' }, { dependencies: [a.urn] });
  });
  const drain = new AbortController();
  stack.world.onCall = (call) => {
    if (call === 'delete') drain.abort();
  };
  const run = await stack.destroy({ drain: drain.signal });
  expect(run.result).toBe('cancelled');
  expect(stack.records()).toEqual(['a = a']);
  await stack.destroy();
  expect(stack.snapshot.resources).toEqual([]);
});

/** The steps that were told to have begun, and those that were told to have ended; that of the stack ends with its outputs. */
function begunAndEnded(events: readonly EngineEvent[]) {
  const begun: string[] = [];
  const ended: string[] = [];
  for (const event of events) {
    if (!('step' in event) || event.step.type === stackType) continue;
    (event.kind === 'step-started' ? begun : ended).push(`${event.step.op} ${event.step.urn}`);
  }
  return { begun: begun.sort(), ended: ended.sort() };
}

const many: ProgramBody = async (program) => {
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => program.thing(name, { name })));
};

test.each([1, 2, 16])(
  'every step that has begun ends, and none begins that only waited, of %i at a time',
  async (parallel) => {
    const stack = new TestStack(new World());
    const drain = new AbortController();
    let calls = 0;
    stack.world.onCall = (call) => {
      if (call !== 'create') return;
      calls += 1;
      drain.abort();
    };
    const { raw } = await stack.up(many, { drain: drain.signal, request: { parallel } });
    const { begun, ended } = begunAndEnded(raw);
    expect(begun).toEqual(ended);
    expect(begun.filter((step) => step.startsWith('create urn') && step.includes('Thing'))).toHaveLength(calls);
  },
);

test('a step that fails while others wait for their turn begins none of them', async () => {
  const stack = new TestStack(new World());
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('no');
  };
  const { raw } = await stack.up(many, { request: { parallel: 1 } });
  const { begun, ended } = begunAndEnded(raw);
  expect(begun).toEqual(ended);
  expect(begun.filter((step) => step.includes('Thing'))).toHaveLength(1);
});

test('a step that nobody waits for any more ends in doubt', async () => {
  const stack = new TestStack(new World());
  const stop = new AbortController();
  stack.world.onDone = async (call) => {
    if (call !== 'create') return;
    stop.abort();
    await new Promise(() => {});
  };
  const run = await stack.up(body, { drain: stop.signal, terminate: stop.signal });
  expect(run.events).toContain('in doubt: create first');
  expect(run.outcome.summary.isMaybeCorrupt).toBe(true);
  const { begun, ended } = begunAndEnded(run.raw);
  expect(begun).toEqual(ended);
});
