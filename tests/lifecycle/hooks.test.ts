import {
  type ErrorHookRequest,
  type HookBindings,
  type HookRequest,
  OutcomeUnknownError,
  type ResourceMonitor,
} from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, type RunResult, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const none: HookBindings = {
  beforeCreate: [],
  afterCreate: [],
  beforeUpdate: [],
  afterUpdate: [],
  beforeDelete: [],
  afterDelete: [],
  onError: [],
};

const everyMoment: HookBindings = {
  ...none,
  beforeCreate: ['watch'],
  afterCreate: ['watch'],
  beforeUpdate: ['watch'],
  afterUpdate: ['watch'],
  beforeDelete: ['watch'],
  afterDelete: ['watch'],
};

type HookBody = (request: HookRequest) => void | Promise<void>;

function register(
  monitor: ResourceMonitor,
  name: string,
  run: HookBody,
  options: { readonly runsOnDryRun?: boolean; readonly ignoresErrors?: boolean } = {},
): void {
  const { runsOnDryRun = false, ignoresErrors = false } = options;
  monitor.registerResourceHook({ name, runsOnDryRun, ignoresErrors, run: async (request) => run(request) });
}

/** What a hook was told, beside what the world was told. */
function noting(stack: TestStack): HookBody {
  return ({ moment, old, new: current }) => {
    stack.world.calls.push(`hook ${moment} ${(current ?? old)!.urn.split('::').at(-1)}`);
  };
}

/** The calls that change something, and the hooks between them. */
function changes(stack: TestStack): readonly string[] {
  return stack.world.calls.filter((call) => /^(create|update|delete|hook) /.test(call));
}

/** A program with one hook, `watch`, and one thing that names it for every moment. */
function hooked(stack: TestStack, inputs: object, hooks: HookBindings = everyMoment): ProgramBody {
  return async (program) => {
    register(program.monitor, 'watch', noting(stack));
    await program.thing('a', { name: 'a', ...inputs }, { hooks });
  };
}

/** A program that registers the hook and declares nothing. */
function watcher(stack: TestStack): ProgramBody {
  return async (program) => register(program.monitor, 'watch', noting(stack));
}

/** The one step on `a` fails as often as `failures` says, and `decide` says whether to try again. */
async function failing(
  failures: number,
  decide: (request: ErrorHookRequest) => boolean | Promise<boolean>,
  how: () => Error = () => new Error('the world is busy'),
): Promise<{ readonly stack: TestStack; readonly run: RunResult; readonly asked: readonly ErrorHookRequest[] }> {
  const stack = new TestStack(new World());
  const asked: ErrorHookRequest[] = [];
  let count = 0;
  stack.world.onCall = (call) => {
    if (call !== 'create') return;
    count += 1;
    if (count <= failures) throw how();
  };
  const run = await stack.up(async (program) => {
    program.monitor.registerErrorHook({
      name: 'again',
      wantsRetry: async (request) => {
        asked.push(request);
        return decide(request);
      },
    });
    await program.thing('a', { name: 'a' }, { hooks: { ...none, onError: ['again'] } });
  });
  return { stack, run, asked };
}

test('hooks run right before and right after what the provider does: create, update, delete', async () => {
  const stack = new TestStack(new World());
  await stack.up(hooked(stack, { size: 1 }));
  await stack.up(hooked(stack, { size: 1 }));
  await stack.up(hooked(stack, { size: 2 }));
  const run = await stack.up(watcher(stack));
  expect(run.result).toBe('succeeded');
  expect(changes(stack)).toMatchInlineSnapshot(`
    [
      "hook beforeCreate a",
      "create a",
      "hook afterCreate a",
      "hook beforeUpdate a",
      "update a",
      "hook afterUpdate a",
      "hook beforeDelete a",
      "delete a",
      "hook afterDelete a",
    ]
  `);
});

test('a replacement runs the create hooks for the new one and the delete hooks for the old one', async () => {
  const stack = new TestStack(new World());
  await stack.up(hooked(stack, { name: 'a' }));
  stack.world.calls.length = 0;
  await stack.up(hooked(stack, { name: 'b' }));
  expect(changes(stack)).toMatchInlineSnapshot(`
    [
      "hook beforeCreate a",
      "create b",
      "hook afterCreate a",
      "hook beforeDelete a",
      "delete a",
      "hook afterDelete a",
    ]
  `);
});

test('a replacement that deletes first runs the delete hooks first', async () => {
  const stack = new TestStack(new World());
  await stack.up(hooked(stack, { kind: 'x' }));
  stack.world.calls.length = 0;
  await stack.up(hooked(stack, { kind: 'y' }));
  expect(changes(stack)).toMatchInlineSnapshot(`
    [
      "hook beforeDelete a",
      "delete a",
      "hook afterDelete a",
      "hook beforeCreate a",
      "create a",
      "hook afterCreate a",
    ]
  `);
});

test('a hook is told what was, what is to be, and afterwards what is', async () => {
  const stack = new TestStack(new World());
  const seen: HookRequest[] = [];
  const body =
    (size: number): ProgramBody =>
    async (program) => {
      register(program.monitor, 'watch', (request) => void seen.push(request));
      await program.thing('a', { name: 'a', size }, { hooks: everyMoment, protect: false });
    };
  await stack.up(body(1));
  await stack.up(body(2));
  expect(seen).toMatchObject([
    { moment: 'beforeCreate', new: { id: '', inputs: { size: 1 } } },
    { moment: 'afterCreate', new: { id: 'a', inputs: { size: 1 }, outputs: { serial: 'serial-of-a' } } },
    { moment: 'beforeUpdate', old: { outputs: { size: 1 } }, new: { id: 'a', inputs: { size: 2 } } },
    { moment: 'afterUpdate', old: { outputs: { size: 1 } }, new: { outputs: { size: 2 } } },
  ]);
  expect(seen[0]).not.toHaveProperty('old');
});

test('several hooks of a moment run in order, and none runs after a before-hook that failed', async () => {
  const stack = new TestStack(new World());
  const order: string[] = [];
  const run = await stack.up(async (program) => {
    for (const name of ['one', 'two', 'three'])
      register(program.monitor, name, () => {
        order.push(name);
        if (name === 'two') throw new Error('no');
      });
    await program.thing('a', { name: 'a' }, { hooks: { ...none, beforeCreate: ['one', 'two', 'three'] } });
  });
  expect(order).toEqual(['one', 'two']);
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: before hook "two" failed: no",
      "failed: create a",
      "error: update failed",
      "failed: 1 create",
    ]
  `);
  expect(stack.world.names()).toEqual([]);
  expect(run.journal.filter(({ kind }) => kind === 'begin')).toEqual([]);
});

test('an after-hook that fails fails the operation, but what was done is recorded', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    register(program.monitor, 'bad', () => {
      throw new Error('not reachable');
    });
    await program.thing('a', { name: 'a' }, { hooks: { ...none, afterCreate: ['bad'] } });
    await program.thing('b', { name: 'b' });
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: after hook "bad" failed: not reachable",
      "create a",
      "error: update failed",
      "failed: 2 create",
    ]
  `);
  expect(stack.records()).toEqual(['a = a']);
});

test('a component that was made while the program had to end says that its hooks did not run', async () => {
  const stack = new TestStack(new World());
  const heard: string[] = [];
  const body: ProgramBody = async (program) => {
    register(program.monitor, 'watch', ({ moment }) => void heard.push(moment));
    const group = await program.component('group', { hooks: { ...none, afterCreate: ['watch'] } });
    await program.thing('no token', {}, { transforms: [() => Promise.reject(new Error('no'))] }).catch(() => {});
    await program.monitor.registerResourceOutputs(group.urn, {});
  };
  const { events } = await stack.up(body, { request: { options: { continueOnError: true } } });
  expect(heard).toEqual([]);
  expect(events).toContain(
    'warning on group: its after-create hooks did not run to their end, as the operation was ending',
  );
});

test('a hook whose errors are ignored only warns, before and after', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    const fail = () => {
      throw new Error('no');
    };
    register(program.monitor, 'lenient', fail, { ignoresErrors: true });
    const hooks = { ...none, beforeCreate: ['lenient'], afterCreate: ['lenient'] };
    await program.thing('a', { name: 'a' }, { hooks });
  });
  expect(run.result).toBe('succeeded');
  expect(run.events).toMatchInlineSnapshot(`
    [
      "warning on a: before hook "lenient" failed: no",
      "warning on a: after hook "lenient" failed: no",
      "create a",
      "create proj-dev",
      "succeeded: 2 create",
    ]
  `);
});

test('a preview runs only the hooks that say so', async () => {
  const stack = new TestStack(new World());
  const run = await stack.preview(async (program) => {
    register(program.monitor, 'dry', noting(stack), { runsOnDryRun: true });
    register(program.monitor, 'wet', noting(stack));
    const hooks = { ...none, beforeCreate: ['dry', 'wet'], afterCreate: ['wet', 'dry'] };
    await program.thing('a', { name: 'a' }, { hooks });
  });
  expect(run.result).toBe('succeeded');
  expect(changes(stack)).toEqual(['hook beforeCreate a', 'hook afterCreate a']);
});

test('a hook that nobody registered fails the step before anything is done, in a preview as well', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' }, { hooks: { ...none, beforeCreate: ['ghost'] } });
  };
  expect((await stack.preview(body)).errors.join('\n')).toContain('hook "ghost" was not registered');
  const run = await stack.up(body);
  expect(run.errors).toMatchInlineSnapshot(`
    [
      "hook "ghost" was not registered
    urn:pulumi:dev::proj::test:index:Thing::a names it, and hooks are functions of the program: it must register them whenever it runs.",
      "update failed",
    ]
  `);
  expect(stack.world.names()).toEqual([]);
});

test('a destruction that could not run all delete hooks destroys nothing, and a preview of it says so', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    register(program.monitor, 'watch', noting(stack));
    await program.thing('a', { name: 'a' }, { hooks: everyMoment });
    await program.thing('b', { name: 'b' });
  });
  expect((await stack.destroy({ isPreview: true })).result).toBe('failed');
  const run = await stack.destroy();
  expect(run.result).toBe('failed');
  expect(run.errors).toMatchInlineSnapshot(`
    [
      "nothing was destroyed, since resources have delete hooks, which are functions of the program:
      * urn:pulumi:dev::proj::test:index:Thing::a: watch
    Let the program run, and register them:
        radiant destroy --run-program",
    ]
  `);
  expect(stack.world.names()).toEqual(['a', 'b']);
});

test('a before-delete hook that fails keeps the resource and its record', async () => {
  const stack = new TestStack(new World());
  await stack.up(hooked(stack, {}));
  const run = await stack.up(async (program) => {
    register(program.monitor, 'watch', () => {
      throw new Error('still in use');
    });
  });
  expect(run.errors).toEqual(['before hook "watch" failed: still in use', 'update failed']);
  expect(stack.records()).toEqual(['a = a']);
  expect(stack.world.names()).toEqual(['a']);
});

test('names of hooks are unique, whatever their kind', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    register(program.monitor, 'x', () => {});
    program.monitor.registerErrorHook({ name: 'x', wantsRetry: async () => false });
  });
  expect(run.errors.join('\n')).toContain('resource hook already registered for name "x"');
});

test("a component's create hooks run around all that is declared of it, its update hooks likewise", async () => {
  const stack = new TestStack(new World());
  const body =
    (size: number): ProgramBody =>
    async (program) => {
      register(program.monitor, 'watch', noting(stack));
      const group = await program.component('group', { hooks: everyMoment }, { size });
      await program.thing('child', { name: 'child' }, { parent: group.urn });
      await program.monitor.registerResourceOutputs(group.urn, { size });
    };
  await stack.up(body(1));
  await stack.up(body(1));
  await stack.up(body(2));
  await stack.up(watcher(stack));
  expect(changes(stack)).toMatchInlineSnapshot(`
    [
      "hook beforeCreate group",
      "create child",
      "hook afterCreate group",
      "hook beforeUpdate group",
      "hook afterUpdate group",
      "delete child",
      "hook beforeDelete group",
      "hook afterDelete group",
    ]
  `);
});

test('the bindings of a resource that is otherwise the same are recorded, for the day it is deleted', async () => {
  const stack = new TestStack(new World());
  await stack.up(hooked(stack, {}, none));
  const run = await stack.up(hooked(stack, {}, { ...none, beforeDelete: ['watch'] }));
  expect(run.changes).toEqual({ same: 2 });
  await stack.up(watcher(stack));
  expect(changes(stack)).toEqual(['create a', 'hook beforeDelete a', 'delete a']);
});

test('a hook may declare resources of its own, with one provider call at a time', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(
    async (program) => {
      register(program.monitor, 'nest', async ({ moment }) => {
        await program.thing(`by ${moment}`, { name: moment });
      });
      const hooks = { ...none, beforeCreate: ['nest'], afterCreate: ['nest'] };
      await program.thing('a', { name: 'a' }, { hooks });
    },
    { request: { parallel: 1 } },
  );
  expect(run.errors).toEqual([]);
  expect(stack.world.names()).toEqual(['a', 'afterCreate', 'beforeCreate']);
});

test('a hook that runs during the deletions can declare nothing any more', async () => {
  const stack = new TestStack(new World());
  await stack.up(hooked(stack, {}));
  const run = await stack.up(async (program) => {
    register(program.monitor, 'watch', async () => {
      await program.thing('a', { name: 'a' });
    });
  });
  expect(run.errors.join('\n')).toContain('before hook "watch" failed: test:index:Thing \'a\' was declared too late');
  expect(stack.records()).toEqual(['a = a']);
});

test('an interrupt ends an update although a hook never answers', async () => {
  const drain = new AbortController();
  const stack = new TestStack(new World());
  const silent = () => {
    drain.abort();
    return new Promise<void>(() => {});
  };
  const run = await stack.up(
    async (program) => {
      register(program.monitor, 'silent', silent);
      await program.thing('a', { name: 'a' }, { hooks: { ...none, afterCreate: ['silent'] } });
      await program.thing('b', { name: 'b' });
    },
    { drain: drain.signal },
  );
  expect(run.events).toMatchInlineSnapshot(`
    [
      "warning on a: its after-create hooks did not run to their end, as the operation was ending",
      "create a",
      "error: update canceled",
      "cancelled: 2 create",
    ]
  `);
  expect(stack.records()).toEqual(['a = a']);
});

test('what did not become ready runs no after-hook', async () => {
  const stack = new TestStack(new World());
  stack.world.unready.set('a', ['no pod is ready']);
  await stack.up(hooked(stack, {}));
  expect(changes(stack)).toEqual(['hook beforeCreate a', 'create a']);
});

test('an error hook is asked after each failure, with the newest error first, and may have the step repeated', async () => {
  let count = 0;
  const how = () => {
    count += 1;
    return new Error(`busy ${count}`);
  };
  const { stack, run, asked } = await failing(2, () => true, how);
  expect(run.result).toBe('succeeded');
  expect(asked).toMatchObject([
    { failedOperation: 'create', errors: ['busy 1'], new: { inputs: { name: 'a' } } },
    { failedOperation: 'create', errors: ['busy 2', 'busy 1'] },
  ]);
  const warnings = run.outcome.diagnostics.filter(({ severity }) => severity === 'warning');
  expect(warnings.map(({ message }) => message)).toEqual([
    'retrying create due to on-error hook request (1/100)',
    'retrying create due to on-error hook request (2/100)',
  ]);
  expect(stack.records()).toEqual(['a = a']);
  expect(run.journal.map((entry) => (entry.kind === 'end' ? entry.outcome : entry.kind))).toMatchInlineSnapshot(`
    [
      "change",
      "change",
      "begin",
      "failed",
      "begin",
      "failed",
      "begin",
      "succeeded",
    ]
  `);
});

test('what was made and did not become ready is updated when an error hook wants a retry, never created again', async () => {
  const stack = new TestStack(new World());
  const asked: ErrorHookRequest[] = [];
  stack.world.unready.set('a', ['no pod is ready']);
  const body: ProgramBody = async (program) => {
    register(program.monitor, 'watch', noting(stack));
    program.monitor.registerErrorHook({
      name: 'again',
      wantsRetry: async (request) => {
        asked.push(request);
        if (request.errors.length === 2) stack.world.unready.clear();
        return true;
      },
    });
    await program.thing('a', { name: 'a' }, { hooks: { ...none, afterCreate: ['watch'], onError: ['again'] } });
  };
  const run = await stack.up(body);
  expect(run.result).toBe('succeeded');
  expect(changes(stack)).toEqual(['create a', 'update a', 'update a', 'hook afterCreate a']);
  expect(asked).toMatchObject([
    { failedOperation: 'create', errors: ['no pod is ready'] },
    { failedOperation: 'create', errors: ['no pod is ready', 'no pod is ready'] },
  ]);
  expect(asked[1]).not.toHaveProperty('old');
  expect((await stack.up(body)).changes).toEqual({ same: 2 });
});

test('an error hook that nobody registered is told beside the failure', async () => {
  const stack = new TestStack(new World());
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('the world is busy');
  };
  const run = await stack.up(
    async (program) => void (await program.thing('a', { name: 'a' }, { hooks: { ...none, onError: ['ghost'] } })),
  );
  expect(run.errors[0]).toContain('error hook "ghost" was not registered');
  expect(run.errors[1]).toBe('the world is busy');
});

test('an error hook that wants no retry leaves the failure as it is', async () => {
  const { run, asked } = await failing(1, () => false);
  expect(asked).toHaveLength(1);
  expect(run.errors).toEqual(['the world is busy', 'update failed']);
});

test('an error hook that fails is told beside the failure, and nothing is repeated', async () => {
  const { run } = await failing(1, () => {
    throw new Error('cannot think');
  });
  expect(run.errors).toEqual(['error hook "again" failed: cannot think', 'the world is busy', 'update failed']);
});

test('a step that fails a hundred times is not repeated any more', async () => {
  const { run, asked } = await failing(Number.POSITIVE_INFINITY, () => true);
  expect(asked).toHaveLength(99);
  expect(run.events.join('\n')).toContain('maximum number of error hook retries (100) reached');
  expect(run.result).toBe('failed');
});

test('what may have happened is not repeated when nobody says that it failed, whatever error hooks say', async () => {
  const { stack, run, asked } = await failing(
    1,
    () => true,
    () => new OutcomeUnknownError('the line is dead'),
  );
  expect(asked).toEqual([]);
  expect(run.result).toBe('failed');
  expect(stack.snapshot.pendingOperations).toMatchObject([{ kind: 'creating' }]);
});

test('a failure that the provider is not sure of stays in doubt until an attempt succeeds', async () => {
  const unsure = () => new OutcomeUnknownError('internal error', { saysFailed: true });
  const good = await failing(2, () => true, unsure);
  expect(good.run.result).toBe('succeeded');
  expect(good.run.journal.filter(({ kind }) => kind === 'begin')).toHaveLength(1);
  expect(good.stack.snapshot.pendingOperations).toEqual([]);

  const errors = [unsure(), new Error('"a" already exists')];
  const bad = await failing(
    2,
    ({ errors }) => errors.length < 2,
    () => errors.shift()!,
  );
  expect(bad.run.events).toContain('in doubt: create a');
  expect(bad.stack.snapshot.pendingOperations).toMatchObject([{ kind: 'creating' }]);
});

test('nothing is in doubt while an error hook thinks', async () => {
  const drain = new AbortController();
  const stack = new TestStack(new World());
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('busy');
  };
  const wantsRetry = () => {
    drain.abort();
    return new Promise<boolean>(() => {});
  };
  const body: ProgramBody = async (program) => {
    program.monitor.registerErrorHook({ name: 'slow', wantsRetry });
    await program.thing('a', { name: 'a' }, { hooks: { ...none, onError: ['slow'] } });
  };
  await stack.up(body, { drain: drain.signal });
  expect(stack.snapshot.pendingOperations).toEqual([]);
});

test('deletions and updates have error hooks too', async () => {
  const stack = new TestStack(new World());
  const asked: string[] = [];
  const body =
    (things: readonly object[]): ProgramBody =>
    async (program) => {
      program.monitor.registerErrorHook({
        name: 'again',
        wantsRetry: async ({ failedOperation, old, new: current }) => {
          asked.push(`${failedOperation} ${old?.inputs.size ?? '-'} ${current?.inputs.size ?? '-'}`);
          return true;
        },
      });
      for (const inputs of things) await program.thing('a', { ...inputs }, { hooks: { ...none, onError: ['again'] } });
    };
  await stack.up(body([{ name: 'a', size: 1 }]));
  const failOnce = (wanted: string) => {
    let isDone = false;
    stack.world.onCall = (call) => {
      if (call !== wanted || isDone) return;
      isDone = true;
      throw new Error('busy');
    };
  };
  failOnce('update');
  expect((await stack.up(body([{ name: 'a', size: 2 }]))).result).toBe('succeeded');
  failOnce('delete');
  expect((await stack.up(body([]))).result).toBe('succeeded');
  expect(asked).toEqual(['update 1 2', 'delete 2 -']);
});
