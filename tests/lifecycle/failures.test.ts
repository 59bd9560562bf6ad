import {
  BugError,
  OperationError,
  OutcomeUnknownError,
  type PropertyMap,
  type ReadResult,
  Unknown,
} from '@radiant/model';
import { expect, test } from 'vitest';
import { from, goal, type ProgramBody, TestStack } from './harness/stack.ts';
import { World, type WorldCall, worldWith } from './harness/world.ts';

function failing(call: WorldCall, subject: string, error: Error = new Error(`${call} of ${subject} failed`)): World {
  const world = new World();
  world.onCall = (current, currentSubject) => {
    if (current === call && currentSubject === subject) throw error;
  };
  return world;
}

const heal = (world: World) => {
  world.onCall = () => {};
};

test('a failed creation stops the update; what had begun is finished and recorded, nothing is deleted', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('gone', { name: 'gone' });
  });
  stack.world.onCall = (call, subject) => {
    if (call === 'create' && subject === 'broken') throw new Error('disk says no');
  };
  const run = await stack.up(async (program) => {
    await Promise.all([program.thing('broken', { name: 'broken' }), program.thing('fine', { name: 'fine' })]);
    await program.thing('never', { name: 'never' });
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on broken: disk says no",
      "failed: create broken",
      "create fine",
      "error: update failed",
      "failed: 1 same, 1 create",
    ]
  `);
  expect(stack.world.names()).toEqual(['fine', 'gone']);
  expect(stack.records()).toEqual(['gone = gone', 'fine = fine']);
});

test('a program that fails deletes nothing, and keeps the outputs it did not come to', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
    await program.export({ one: 1, two: 2 });
  });
  const run = await stack.up(async (program) => {
    await program.thing('b', { name: 'b' });
    await program.export({ one: 10 });
    throw new Error('boom');
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "create b",
      "error: boom",
      "same proj-dev",
      "failed: 1 same, 1 create",
    ]
  `);
  expect(stack.records()).toEqual(['a = a', 'b = b']);
  expect(run.outcome.stackOutputs).toEqual({ one: 10, two: 2 });
});

test('inputs that the provider finds faulty stop the update before anything is changed', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    await program.thing('a', { size: -1 });
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: test:index:Thing resource 'a': property size value {-1} has a problem: must not be negative",
      "failed: 1 create",
    ]
  `);
  expect(stack.world.names()).toEqual([]);
});

test('a thing that was made but did not get ready is recorded, and the next update awaits it', async () => {
  const stack = new TestStack(new World());
  stack.world.unready.set('a', ['the image cannot be pulled', 'it has no endpoint']);
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  const run = await stack.up(body);
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: 2 errors occurred:
        * the image cannot be pulled
        * it has no endpoint",
      "failed: create a",
      "error: update failed",
      "failed: 1 create",
    ]
  `);
  expect(stack.snapshot.resources.at(-1)).toMatchObject({
    id: 'a',
    initErrors: ['the image cannot be pulled', 'it has no endpoint'],
  });
  stack.world.unready.clear();
  expect((await stack.up(body)).events).toMatchInlineSnapshot(`
    [
      "update a",
      "same proj-dev",
      "succeeded: 1 same, 1 update",
    ]
  `);
  expect((await stack.up(body)).journal).toEqual([]);
});

test('a step whose outcome the provider does not know stays in doubt and is looked up by the next update', async () => {
  const stack = new TestStack(new World());
  stack.world.onDone = (call) => {
    if (call === 'create') throw new OutcomeUnknownError('connection lost');
  };
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  const run = await stack.up(body);
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: connection lost",
      "in doubt: create a",
      "error: update failed",
      "failed: 1 create",
    ]
  `);
  expect(run.outcome.summary.isMaybeCorrupt).toBe(true);
  expect(stack.snapshot.pendingOperations).toMatchObject([{ kind: 'creating' }]);
  stack.world.onDone = () => {};
  expect((await stack.preview(body)).events).toMatchInlineSnapshot(`
    [
      "info: An earlier operation left one step in doubt:
      creating urn:pulumi:dev::proj::test:index:Thing::a: the next update finds out how that ended",
      "create a",
      "same proj-dev",
      "succeeded: 1 same, 1 create",
    ]
  `);
  expect((await stack.up(body)).events).toMatchInlineSnapshot(`
    [
      "info: An earlier operation left one step in doubt:
      creating urn:pulumi:dev::proj::test:index:Thing::a: it had been made, and is recorded now",
      "update a",
      "same proj-dev",
      "succeeded: 1 same, 1 update",
    ]
  `);
  expect(stack.snapshot.pendingOperations).toEqual([]);
  expect(stack.world.names()).toEqual(['a']);
});

test('a creation that nobody can tell about stays in doubt, and the person is told what to answer', async () => {
  const world = failing('create', 'a', new OutcomeUnknownError('connection lost'));
  world.canLookUp = false;
  const stack = new TestStack(world);
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
  });
  heal(world);
  const run = await stack.refresh();
  expect(run.events).toMatchInlineSnapshot(`
    [
      "info: An earlier operation left one step in doubt:
      creating urn:pulumi:dev::proj::test:index:Thing::a: nobody can tell; see below",
      "warning: Attempting to deploy or update resources with 1 pending operations from previous deployment.
      * urn:pulumi:dev::proj::test:index:Thing::a, interrupted while creating
    These resources are in an unknown state: the operation was interrupted before it was known whether they were created, and their provider cannot tell. Look there, then answer:
        radiant refresh --import-pending-creates URN,ID    it was created, with that id
        radiant refresh --clear-pending-creates            they were not created",
      "same proj-dev",
      "succeeded: 1 same",
    ]
  `);
  expect(stack.snapshot.pendingOperations).toHaveLength(1);
  const urn = stack.snapshot.pendingOperations[0]!.resource.urn;
  const cleared = new TestStack(world);
  cleared.snapshot = stack.snapshot;
  await cleared.refresh({ request: { options: { pendingCreates: { clearsOthers: true } } } });
  expect(cleared.snapshot.pendingOperations).toEqual([]);
  world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a' } });
  await stack.refresh({ request: { options: { pendingCreates: { imports: { [urn]: 'a' } } } } });
  expect(stack.records()).toEqual(['a = a']);
});

test('two creations in doubt of one resource are told apart, and an id answers for one of them', async () => {
  const world = failing('create', 'a', new OutcomeUnknownError('connection lost'));
  world.canLookUp = false;
  const stack = new TestStack(world);
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  await stack.up(body);
  await stack.up(body);
  heal(world);
  const marks = [1, 2].map((which) => expect.stringMatching(new RegExp(` \\(${which} of 2, begun 2030-.*Z\\)`)));
  const { events: notes } = await stack.preview(body);
  const { events: lines } = await stack.refresh();
  const told = (events: readonly string[], text: string) =>
    events.flatMap((event) => event.split('\n')).filter((line) => line.includes(text));
  expect(told(notes, 'the next update finds out')).toEqual(marks);
  expect(told(lines, 'nobody can tell')).toEqual(marks);
  expect(told(lines, 'interrupted while creating')).toEqual(marks);
  const { urn } = stack.snapshot.pendingOperations[0]!.resource;
  world.things.set('a', { id: 'a', type: 'test:index:Thing', props: { name: 'a' } });
  await stack.refresh({ request: { options: { pendingCreates: { imports: { [urn]: 'a' } } } } });
  expect(stack.records()).toEqual(['a = a']);
  expect(stack.snapshot.pendingOperations).toHaveLength(1);
});

test('an update in doubt is done again, whatever the inputs say', async () => {
  const stack = new TestStack(new World());
  const body =
    (size: number): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'a', size });
    };
  await stack.up(body(1));
  stack.world.onDone = (call) => {
    if (call === 'update') throw new OutcomeUnknownError('connection lost');
  };
  await stack.up(body(2));
  stack.world.onDone = () => {};
  expect((await stack.up(body(1))).changes).toEqual({ same: 1, update: 1 });
  expect(stack.world.things.get('a')?.props).toMatchObject({ size: 1 });
});

test('a deletion in doubt that had happened is done; one that had not is done again', async () => {
  for (const hook of ['onCall', 'onDone'] as const) {
    const stack = new TestStack(new World());
    const body =
      (names: readonly string[]): ProgramBody =>
      async (program) => {
        for (const name of names) await program.thing(name, { name });
      };
    await stack.up(body(['a', 'b']));
    stack.world[hook] = (call) => {
      if (call === 'delete') throw new OutcomeUnknownError('connection lost');
    };
    await stack.up(body(['a']));
    stack.world[hook] = () => {};
    expect(stack.snapshot.pendingOperations).toMatchObject([{ kind: 'deleting' }]);
    expect((await stack.up(body(['a']))).result).toBe('succeeded');
    expect(stack.world.names()).toEqual(['a']);
    expect(stack.records()).toEqual(['a = a']);
    expect(stack.snapshot.pendingOperations).toEqual([]);
  }
});

test('a resource whose deletion in doubt had happened is made again when the program wants it again', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
  });
  stack.world.onDone = (call) => {
    if (call === 'delete') throw new OutcomeUnknownError('connection lost');
  };
  await stack.up(async () => {});
  stack.world.onDone = () => {};
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
  });
  expect(stack.world.names()).toEqual(['a']);
});

test('a failed deletion keeps what the thing leans on; the others go on', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a', { name: 'a' });
    await program.thing('b', { name: 'b' }, { dependencies: [a.urn] });
    await program.thing('c', { name: 'c' });
  });
  stack.world.onCall = (call, subject) => {
    if (call === 'delete' && subject === 'b') throw new Error('stuck');
  };
  const run = await stack.destroy();
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on b: stuck",
      "failed: delete b",
      "delete c",
      "error: update failed",
      "failed: 1 delete",
    ]
  `);
  expect(stack.records()).toEqual(['a = a', 'b = b']);
});

test('no two resources have one URN, and a parent must be declared', async () => {
  const stack = new TestStack(new World());
  const twice = await stack.up(async (program) => {
    await program.thing('a');
    await program.thing('a');
  });
  expect(twice.errors).toMatchInlineSnapshot(`
    [
      "Duplicate resource URN 'urn:pulumi:dev::proj::test:index:Thing::a'; try giving it a unique name",
    ]
  `);
  const orphan = await stack.preview(async (program) => {
    await program.thing('b', {}, { parent: 'urn:pulumi:dev::proj::x:y:Z::nobody' as never });
  });
  expect(orphan.errors).toMatchInlineSnapshot(`
    [
      "could not find parent resource urn:pulumi:dev::proj::x:y:Z::nobody
    test:index:Thing 'b' names it as its parent, but the program has not declared it.",
    ]
  `);
});

test('what the program must pass before anything changes is awaited before the first change, and may stop it', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(
    async (program) => {
      await Promise.all([program.thing('a', { name: 'a' }), program.thing('b', { name: 'b' })]);
    },
    {
      mayChange: async () => {
        throw new OperationError({ code: 'TEST_TYPES', summary: 'the program does not type check' });
      },
    },
  );
  expect(run.errors).toMatchInlineSnapshot(`
    [
      "the program does not type check",
      "update failed",
    ]
  `);
  expect(run.outcome.diagnostics.map(({ urn }) => urn)).toEqual([undefined, undefined]);
  expect(stack.world.names()).toEqual([]);
  expect(stack.world.calls).toContain('check a');
});

test('a state that does not hold together is refused with the record, the rule and what mends it', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const a = await program.thing('a');
    await program.thing('b', {}, { dependencies: [a.urn] });
  });
  const resources = stack.snapshot.resources.filter(({ id }) => id !== 'a-1');
  stack.snapshot = { resources, pendingOperations: [] };
  await expect(stack.up(async () => {})).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OperationError: the state of stack 'dev' does not hold together: urn:pulumi:dev::proj::test:index:Thing::b depends on urn:pulumi:dev::proj::test:index:Thing::a, which is not recorded before it
    Nothing was changed. Its records break these rules:
      record 2, dependency-missing: urn:pulumi:dev::proj::test:index:Thing::b depends on urn:pulumi:dev::proj::test:index:Thing::a, which is not recorded before it
    Look at it, or have it mended:
        radiant stack export --stack dev
        radiant state repair --stack dev]
  `);
});

test('a fault of ours ends the operation and is thrown', async () => {
  const stack = new TestStack(failing('create', 'a', new BugError('confused')));
  await expect(
    stack.up(async (program) => {
      await program.thing('a', { name: 'a' });
    }),
  ).rejects.toThrow('confused');
});

test('outputs are told once, and only of what was declared', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(async (program) => {
    const group = await program.component('group');
    await program.monitor.registerResourceOutputs(group.urn, { a: 1 });
    await program.monitor.registerResourceOutputs(group.urn, { a: 2 });
  });
  expect(run.errors).toMatchInlineSnapshot(`
    [
      "cannot complete a resource 'urn:pulumi:dev::proj::test:index:Group::group' whose registration isn't pending",
    ]
  `);
});

test('dependents of what failed in the same update are not created from half the truth', async () => {
  const stack = new TestStack(failing('create', 'a'));
  await stack.up(async (program) => {
    const a = await program.thing('a', { name: 'a' });
    await program.thing('b', { name: 'b', of: a.outputs.serial! }, from(a, 'of'));
  });
  expect(stack.world.names()).toEqual([]);
});

test('what another engine left in doubt where nothing can have happened is settled by itself', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.component('group');
  };
  await stack.up(body);
  const [root] = stack.snapshot.resources;
  stack.snapshot = { ...stack.snapshot, pendingOperations: [{ kind: 'creating', resource: root! }] };
  expect((await stack.up(body)).events).toMatchInlineSnapshot(`
    [
      "info: An earlier operation left one step in doubt:
      creating urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev: that changes nothing",
      "same group",
      "same proj-dev",
      "succeeded: 2 same",
    ]
  `);
  expect(stack.snapshot.pendingOperations).toEqual([]);
});

test('the outcome of a creation whose provider is gone cannot be told', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  await stack.up(body);
  const resource = {
    ...stack.snapshot.resources.at(-1)!,
    provider: 'urn:pulumi:dev::proj::pulumi:providers:test::x::gone',
  };
  stack.snapshot = { ...stack.snapshot, pendingOperations: [{ kind: 'creating', resource }] };
  expect((await stack.up(body)).result).toBe('succeeded');
  expect(stack.snapshot.pendingOperations).toHaveLength(1);
  const settings = { request: { options: { pendingCreates: { clearsOthers: true } } } };
  expect((await stack.up(body, settings)).result).toBe('succeeded');
  expect(stack.snapshot.pendingOperations).toEqual([]);
});

test('a deletion in doubt of what waits to be made again is settled, and its record stays for those that refer to it', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    const a = await program.thing('a');
    await program.thing('b', {}, { dependencies: [a.urn] });
  };
  await stack.up(body);
  const a = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::a'))!;
  stack.world.things.delete(a.id);
  stack.snapshot = {
    resources: stack.snapshot.resources.map((state) =>
      state === a ? { ...state, disposition: 'awaiting-recreate' } : state,
    ),
    pendingOperations: [{ kind: 'deleting', resource: a }],
  };
  const run = await stack.up(body);
  expect(run.errors).toEqual([]);
  expect(stack.snapshot.pendingOperations).toEqual([]);
  expect(stack.records()).toEqual(['a = a-3', 'b = b-2']);
});

test.each(['', 'Thing', 'test:index', 'test::Thing', 'test:index:Thing$Part', 'pulumi:providers:'])(
  'the type %j, which no URN could give back, is refused before anything is created',
  async (type) => {
    const stack = new TestStack(new World());
    const run = await stack.up(async (program) => {
      await program.resource(type, 'a');
    });
    expect(run.errors.join()).toContain(`Type '${type}' is not a valid type token (must have format '*:*:*')`);
    expect(stack.world.names()).toEqual([]);
  },
);

test.each(['', 'Shop', 'Acme::Shop', 'acme:index:Shop$Front', 'pulumi:providers:'])(
  'the type of a component may be any text, as %j',
  async (type) => {
    const stack = new TestStack(new World());
    const body: ProgramBody = async (program) => {
      const goalOf = goal('component', type, 'shop', {}, { parent: program.stackUrn });
      const shop = await program.monitor.registerResource(goalOf);
      await program.thing('a', {}, { parent: shop.urn });
    };
    expect((await stack.up(body)).result).toBe('succeeded');
    expect((await stack.up(body)).journal).toEqual([]);
    await stack.destroy();
    expect(stack.snapshot.resources).toEqual([]);
  },
);

/** A world whose provider answers with something unknown, also when it has nothing to foresee. */
function vague(answers: Partial<Record<'check' | 'create' | 'read', 'inputs' | 'outputs'>>): World {
  const world = new World();
  const serve = world.provider.bind(world);
  world.provider = (engine) => {
    const provider = serve(engine);
    const blur = <T extends object>(method: keyof typeof answers, answer: T): T => {
      const part = answers[method];
      if (part === undefined) return answer;
      const values = (answer as { readonly [part: string]: PropertyMap | undefined })[part];
      return { ...answer, [part]: { ...values, later: new Unknown() } };
    };
    return {
      ...provider,
      check: async (request) => blur('check', await provider.check(request)),
      create: async (request, context) => blur('create', await provider.create(request, context)),
      read: async (request, context) => blur('read', (await provider.read(request, context)) ?? {}) as ReadResult,
    };
  };
  return world;
}

test('a provider that leaves checked inputs unknown in an update is refused, and nothing is created', async () => {
  const stack = new TestStack(vague({ check: 'inputs' }));
  const run = await stack.up(async (program) => {
    await program.thing('a');
  });
  expect(run.errors.join()).toContain("answered Check with an unknown value for 'later' of the inputs");
  expect(stack.world.names()).toEqual([]);
});

test('a provider that leaves an output of what it created unknown has it recorded without that one, as not ready', async () => {
  const stack = new TestStack(vague({ create: 'outputs' }));
  const run = await stack.up(async (program) => {
    await program.thing('a');
  });
  expect(run.result).toBe('failed');
  expect(run.errors.join()).toContain("the provider left the output 'later' unknown");
  expect(stack.records()).toEqual(['a = a-1']);
  expect(stack.snapshot.resources.flatMap(({ outputs }) => Object.keys(outputs))).not.toContain('later');
});

test.each(['inputs', 'outputs'] as const)('a provider that reads unknown %s changes no record', async (part) => {
  const stack = new TestStack(vague({ read: part }));
  await stack.up(async (program) => {
    await program.thing('a');
  });
  const before = stack.snapshot.resources;
  const run = await stack.refresh();
  expect(run.errors.join()).toContain(`answered Read with an unknown value for 'later' of the ${part}`);
  expect(stack.snapshot.resources).toEqual(before);
});

test('a creation that is answered with an empty id stays in doubt: the thing may be there', async () => {
  const world = worldWith(({ create }) => ({
    create: async (request, context) => ({ ...(await create(request, context)), id: '' }),
  }));
  const stack = new TestStack(world);
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  const run = await stack.up(body);
  expect(run.errors[0]).toBe(
    'the provider of test:index:Thing returned an empty ID for what it has created\n' +
      'Without one it cannot be recorded. This is a fault of the provider.',
  );
  expect(run.outcome.summary.isMaybeCorrupt).toBe(true);
  expect(stack.records()).toEqual([]);
  expect(stack.snapshot.pendingOperations).toMatchObject([{ kind: 'creating' }]);
  expect((await stack.preview(body)).errors).toEqual([]);
});

test('a read that is answered with an empty id fails, and keeps what is recorded', async () => {
  const world = worldWith(({ read }) => ({
    read: async (request, context) => {
      const answer = await read(request, context);
      return answer === undefined ? undefined : { ...answer, id: '' };
    },
  }));
  const stack = new TestStack(world);
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
  });
  const message = 'the provider of test:index:Thing answered Read with an empty ID';
  expect((await stack.refresh()).errors[0]).toContain(message);
  expect(stack.records()).toEqual(['a = a']);
  const adopted = await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
    await program.thing('b', { name: 'a' }, { importId: 'a' });
  });
  expect(adopted.errors[0]).toContain(message);
  const read = await stack.up(async (program) => {
    await program.thing('a', { name: 'a' });
    await program.read('c', 'a');
  });
  expect(read.errors[0]).toContain(message);
  expect(stack.records()).toEqual(['a = a']);
});

test('a look at a creation in doubt that is answered with an empty id leaves it in doubt', async () => {
  const world = worldWith(({ lookUpInDoubt }) => ({
    lookUpInDoubt: async (request, context) => {
      const verdict = await lookUpInDoubt!(request, context);
      return verdict.kind === 'exists' ? { ...verdict, id: '' } : verdict;
    },
  }));
  world.onDone = (call) => {
    if (call === 'create') throw new OutcomeUnknownError('connection lost');
  };
  const stack = new TestStack(world);
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a' });
  };
  await stack.up(body);
  const run = await stack.up(body);
  expect(run.errors[0]).toContain('the provider of test:index:Thing found it, but by an empty ID');
  expect(stack.snapshot.pendingOperations).toHaveLength(1);
});
