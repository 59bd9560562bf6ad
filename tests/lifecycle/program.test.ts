import { MonitorClosedError, type ProgramRunner, stackType } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

test('a program that waits for the end is let go when the deletions are done', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('gone', { name: 'gone' });
  });
  let namesWhenLetGo: string[] = [];
  const run = await stack.up(async (program) => {
    await program.export({});
    await program.monitor.signalAndWaitForShutdown();
    namesWhenLetGo = stack.world.names();
  });
  expect(run.result).toBe('succeeded');
  expect(namesWhenLetGo).toEqual([]);
});

describe('a program that ends before it has told the outputs of its stack', () => {
  /** As a program does that has nothing left to do but to wait. */
  const waiting: ProgramBody = ({ monitor }) => monitor.signalAndWaitForShutdown();

  async function deployed(): Promise<TestStack> {
    const stack = new TestStack(new World());
    await stack.up(async (program) => {
      await program.thing('kept', { name: 'kept' });
      await program.export({ told: 'before' });
    });
    return stack;
  }

  test('has nothing deleted, keeps its outputs, and fails', async () => {
    const stack = await deployed();
    const run = await stack.up(waiting);
    expect(run.result).toBe('failed');
    expect(run.errors.join('\n')).toContain('it waits for something that never comes');
    expect(stack.world.names()).toEqual(['kept']);
    expect(stack.snapshot.resources.find(({ type }) => type === stackType)?.outputs).toEqual({ told: 'before' });
  });

  test('is warned of where it may wait for what is not known, as in a preview', async () => {
    const stack = await deployed();
    for (const run of [
      await stack.preview(waiting),
      await stack.up(waiting, { request: { options: { targets: ['**'] } } }),
    ]) {
      expect([run.result, run.errors]).toEqual(['succeeded', []]);
      expect(run.outcome.diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
        expect.stringMatching(/^warning: .*never comes/),
      ]);
      expect(run.changes).toEqual({ same: 1 });
    }
    expect(stack.world.names()).toEqual(['kept']);
  });

  test('is only heard by a destruction, which takes everything anyway', async () => {
    const stack = await deployed();
    const { result } = await stack.destroy({ program: waiting, request: { options: { runProgram: true } } });
    expect(result).toBe('succeeded');
    expect(stack.world.names()).toEqual([]);
  });
});

describe('a program that ends before it has declared anything', () => {
  const empty: ProgramRunner = { run: async () => ({ kind: 'finished' }) };

  test('has nothing deleted of a stack that an earlier one has declared', async () => {
    const stack = new TestStack(new World());
    await stack.up(async (program) => void (await program.thing('kept', { name: 'kept' })));
    const preview = await stack.upBare(empty, { isPreview: true });
    expect([preview.result, preview.changes]).toEqual(['succeeded', {}]);
    const run = await stack.upBare(empty);
    expect(run.result).toBe('failed');
    expect(run.errors.join('\n')).toContain('the program ended before it declared its stack');
    expect(stack.world.names()).toEqual(['kept']);
  });

  test('is as good as any other where nothing is recorded', async () => {
    const { result, changes } = await new TestStack(new World()).upBare(empty);
    expect([result, changes]).toEqual(['succeeded', {}]);
  });
});

test('a program that fails after it was let go fails the operation', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    await program.export({});
    await program.monitor.signalAndWaitForShutdown();
    throw new Error('late');
  });
  expect(run.result).toBe('failed');
  expect(run.errors).toEqual(['late']);
});

test('what the program logs is told; registrations it did not wait for are finished', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    program.monitor.log({ severity: 'info', message: 'hello' });
    void program.thing('a', { name: 'a' });
  });
  expect(run.events).toEqual(['info: hello', 'create a', 'create proj-dev', 'succeeded: 2 create']);
});

test('a program hears that the operation is over when a step has failed', async () => {
  const stack = new TestStack(new World());
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('no');
  };
  let heard: unknown;
  await stack.up(async (program) => {
    heard = await program.thing('a', { name: 'a' }).catch((error: unknown) => error);
  });
  expect(heard).toBeInstanceOf(MonitorClosedError);
});

test('an update whose preparation fails declares nothing and changes nothing', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  await stack.up(body);
  stack.world.onCall = (call) => {
    if (call === 'read') throw new Error('unreachable');
  };
  const run = await stack.up(async () => {}, { request: { options: { refresh: true } } });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "same proj-dev",
      "error on a: unreachable",
      "failed: refresh a",
      "error: update failed",
      "failed",
    ]
  `);
  expect(stack.world.names()).toEqual(['a']);
});

test('a provider is brought up once for reading and updating, unless its configuration has changed', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  const settings = (token: string) => ({ request: { config: { 'test:token': token }, options: { refresh: true } } });
  await stack.up(body, settings('one'));
  const configured = async (token: string) => {
    stack.world.calls.length = 0;
    await stack.up(body, settings(token));
    return stack.world.calls.filter((call) => call.startsWith('configure')).length;
  };
  expect(await configured('one')).toBe(1);
  expect(await configured('two')).toBe(2);
});

test('a preview of a destroy tells what would go and calls nobody', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
  });
  stack.world.calls.length = 0;
  const preview = await stack.destroy({ isPreview: true });
  expect(preview.events).toEqual(['delete a', 'delete proj-dev', 'succeeded: 2 delete']);
  expect(stack.world.calls).toEqual([]);
  expect(stack.records()).toEqual(['a = a']);
});

test('a destruction that does not run the program does not ask whether it is sound', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  await stack.up(body);
  const mayChange = async () => {
    throw new Error('the program has type errors');
  };
  const run = await stack.destroy({ program: body, mayChange });
  expect(run.errors).toEqual([]);
  expect(stack.snapshot.resources).toEqual([]);
});
