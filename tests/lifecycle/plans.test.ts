import { type Plan, Secret, Unknown, type Urn } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { from, type Options, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const urn = (name: string, type = 'test:index:Thing') => `urn:pulumi:dev::proj::${type}::${name}` as Urn;

/** A program of one thing with a name of its own, which the options may change. */
function one(size: number, options: Options = {}): ProgramBody {
  return async (program) => {
    await program.thing('a', { name: 'a', size }, options);
  };
}

const nothing: ProgramBody = async () => {};

async function planOf(stack: TestStack, body: ProgramBody): Promise<Plan> {
  const { outcome } = await stack.preview(body, { request: { options: { makesPlan: true } } });
  expect(outcome.result).toBe('succeeded');
  return outcome.plan!;
}

function upBy(stack: TestStack, plan: Plan, body: ProgramBody) {
  return stack.up(body, { request: { options: { plan } } });
}

/** What all three programs of a deviation declare: the default provider stays. */
function withBase(body: ProgramBody): ProgramBody {
  return async (program) => {
    await program.thing('base', { name: 'base' });
    await body(program);
  };
}

/** Plans one program over a stack that another has made, and carries out a third by that plan. */
async function deviation(made: ProgramBody, planned: ProgramBody, actual: ProgramBody) {
  const stack = new TestStack(new World());
  await stack.up(withBase(made));
  const plan = await planOf(stack, withBase(planned));
  const before = stack.world.calls.length;
  const run = await upBy(stack, plan, withBase(actual));
  const changes = stack.world.calls.slice(before).filter((call) => /^(create|update|delete) /.test(call));
  return { errors: run.errors, changes, result: run.result, stack };
}

test('a plan says of every resource what was declared, what is to be done, and what is foreseen of it', async () => {
  const stack = new TestStack(new World());
  await stack.up(one(1));
  const plan = await planOf(stack, async (program) => {
    const a = await program.thing('a', { name: 'a', size: 2 }, { protect: true });
    await program.thing('b', { name: 'b', of: new Secret(new Unknown()) }, from(a, 'of'));
    await program.export({ size: 2 });
  });
  expect([...plan.resources.keys()].sort()).toEqual([
    'urn:pulumi:dev::proj::pulumi:providers:test::default',
    'urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev',
    urn('a'),
    urn('b'),
  ]);
  expect(plan.resources.get(urn('a'))).toMatchObject({
    goal: {
      type: 'test:index:Thing',
      name: 'a',
      isCustom: true,
      inputChanges: { adds: {}, deletes: [], updates: { size: 2 } },
      isProtected: true,
    },
    steps: ['update'],
    outputs: { size: 2, serial: 'serial-of-a' },
  });
  const b = plan.resources.get(urn('b'))!;
  expect(b.steps).toEqual(['create']);
  expect(b.goal!.inputChanges.adds).toMatchObject({ name: 'b', of: { value: {} } });
  expect(b.seed).toHaveLength(32);
  expect(plan.resources.get(urn('proj-dev', 'pulumi:pulumi:Stack'))).toMatchObject({
    goal: { isCustom: false, outputChanges: { adds: { size: 2 } } },
    steps: ['same'],
    outputs: { size: 2 },
  });
});

test('what happens as it was planned is allowed', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('gone', { name: 'gone' });
    await program.thing('same', { name: 'same' });
    await program.thing('replaced', { name: 'old' });
    await program.thing('remade', { name: 'remade', kind: 1 });
  });
  const body: ProgramBody = async (program) => {
    const made = await program.thing('made', { name: 'made' });
    await program.thing('same', { name: 'same' });
    await program.thing('replaced', { name: 'new' });
    await program.thing('remade', { name: 'remade', kind: 2 });
    await program.thing('leans', { name: 'leans', of: made.outputs.serial! }, from(made, 'of'));
    await program.export({ serial: made.outputs.serial! });
  };
  const plan = await planOf(stack, body);
  const steps = Array.from(plan.resources, ([urn, { steps }]) => `${urn.split('::').at(-1)}: ${steps.join(', ')}`);
  expect(steps).toMatchInlineSnapshot(`
    [
      "proj-dev: same",
      "default: same",
      "made: create",
      "same: same",
      "replaced: create-replacement, replace, delete-replaced",
      "remade: delete-replaced, replace, create-replacement",
      "leans: create",
      "gone: delete",
    ]
  `);
  const run = await upBy(stack, plan, body);
  expect(run.errors).toEqual([]);
  expect(run.result).toBe('succeeded');
});

test('another value than the planned one is refused before anything is done to the resource', async () => {
  expect(await deviation(one(1), one(2), one(3))).toMatchObject({
    errors: [`resource ${urn('a')} violates plan: properties changed: ~~size[{2}!={3}]`],
    changes: [],
    result: 'failed',
  });
});

test('a change of what was to stay is refused, and of what was to come, and of what was to go', async () => {
  const body =
    (inputs: { readonly [name: string]: number | string }): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'a', ...inputs });
    };
  const made = body({ x: 1, y: 1, z: 1 });
  const planned = body({ x: 1, y: 2, w: 5 });
  const actual = body({ x: 3, y: 1, z: 1, v: 6 });
  const { errors } = await deviation(made, planned, actual);
  expect(errors).toEqual([
    `resource ${urn('a')} violates plan: properties changed: +-w[{5}], -=z[{1}], =+v[{6}], =~x[{3}], ~=y[{2}!={1}]`,
  ]);
});

test('what was unknown in the plan may turn out to be anything, and nothing', async () => {
  const stack = new TestStack(new World());
  const plan = await planOf(stack, async (program) => {
    await program.thing('a', { name: 'a', any: new Unknown(), none: new Unknown(), deep: [{ x: new Unknown() }, 24] });
  });
  const run = await upBy(stack, plan, async (program) => {
    await program.thing('a', { name: 'a', any: 'thing', deep: [{ x: { y: 1 } }, 24] });
  });
  expect(run.errors).toEqual([]);
});

test('around what was unknown everything must be as planned', async () => {
  const stack = new TestStack(new World());
  const plan = await planOf(stack, async (program) => {
    await program.thing('a', { name: 'a', deep: [{ x: new Unknown() }, 24] });
  });
  const run = await upBy(stack, plan, async (program) => {
    await program.thing('a', { name: 'a', deep: [{ x: 1 }, 25] });
  });
  expect(run.errors).toEqual([
    `resource ${urn('a')} violates plan: properties changed: ++deep[{[{map[x:output<string>{}]} {24}]}!={[{map[x:{1}]} {25}]}]`,
  ]);
});

test('a secret of a plan is compared and never told', async () => {
  const body =
    (text: string): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'a', password: new Secret(text) });
    };
  const { errors } = await deviation(nothing, body('correct horse'), body('battery staple'));
  expect(errors).toEqual([`resource ${urn('a')} violates plan: properties changed: ++password[[secret]!=[secret]]`]);
});

test('a resource that was not planned is not created', async () => {
  expect(await deviation(nothing, nothing, one(1))).toMatchObject({
    errors: ['create is not allowed by the plan: no steps were expected for this resource'],
    changes: [],
  });
});

test('a resource that was to stay is not deleted', async () => {
  expect(await deviation(one(1), one(1), nothing)).toMatchObject({
    errors: ['delete is not allowed by the plan: this resource is constrained to same'],
    changes: [],
  });
});

test('a resource that was to be deleted does not stay', async () => {
  expect(await deviation(one(1), nothing, one(1))).toMatchObject({
    errors: [`resource ${urn('a')} violates plan: resource unexpectedly not deleted`],
    changes: [],
  });
});

test('a planned resource that does not come is missed, before anything is deleted', async () => {
  const made: ProgramBody = async (program) => {
    await program.thing('gone', { name: 'gone' });
  };
  const { errors, changes, stack } = await deviation(made, one(1), nothing);
  expect(errors).toEqual([`expected resource operations for ${urn('a')} but none were seen`]);
  expect(changes).toEqual([]);
  expect(stack.world.names()).toEqual(['base', 'gone']);
});

test('what was to be deleted and is gone already is not missed', async () => {
  const stack = new TestStack(new World());
  await stack.up(one(1));
  const plan = await planOf(stack, nothing);
  await stack.up(nothing);
  const run = await upBy(stack, plan, nothing);
  expect(run.errors).toEqual([]);
});

test('what was to be deleted may be given up, since its lost thing came back for another resource', async () => {
  const stack = new TestStack(new World());
  await stack.up(one(1));
  stack.world.things.delete('a');
  const body: ProgramBody = async (program) => void (await program.thing('b', { name: 'a' }));
  const plan = await planOf(stack, body);
  expect(plan.resources.get(urn('a'))!.steps).toEqual(['delete']);
  const run = await upBy(stack, plan, body);
  expect(run.errors).toEqual([]);
  expect(run.events).toContain('discard a');
});

test('a replacement that was planned as an update is refused, and nothing is deleted first', async () => {
  const kind =
    (kind: number, size: number): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { name: 'a', kind, size });
      await program.thing('b', { name: 'b', fixedOn: a.outputs.serial! }, from(a, 'fixedOn'));
    };
  const stack = new TestStack(new World());
  await stack.up(kind(1, 1));
  const plan = await planOf(stack, kind(2, 1));
  const a = plan.resources.get(urn('a'))!;
  const tampered = { resources: new Map(plan.resources).set(urn('a'), { ...a, steps: ['update'] }) };
  const run = await upBy(stack, tampered, kind(2, 1));
  expect(run.errors[0]).toBe('delete-replaced is not allowed by the plan: this resource is constrained to update');
  expect(stack.world.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
});

test('a dependent that the plan does not let go keeps what is replaced from being deleted', async () => {
  const body =
    (kind: number): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { name: 'a', kind });
      await program.thing('b', { name: 'b', fixedOn: a.outputs.serial! }, from(a, 'fixedOn'));
    };
  const stack = new TestStack(new World());
  await stack.up(body(1));
  const plan = await planOf(stack, body(2));
  expect(plan.resources.get(urn('b'))!.steps).toEqual(['delete-replaced', 'replace', 'create-replacement']);
  const b = plan.resources.get(urn('b'))!;
  const tampered = { resources: new Map(plan.resources).set(urn('b'), { ...b, steps: ['same'] }) };
  const run = await upBy(stack, tampered, body(2));
  expect(run.errors).toEqual(['delete-replaced is not allowed by the plan: this resource is constrained to same']);
  expect(stack.world.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  expect((await upBy(stack, plan, body(2))).errors).toEqual([]);
});

test('less than was planned may happen: an update that has been made, a resource that has been created', async () => {
  const stack = new TestStack(new World());
  await stack.up(one(1));
  const body: ProgramBody = async (program) => {
    await program.thing('a', { name: 'a', size: 2 });
    await program.thing('b', { name: 'b' });
    await program.thing('c', { name: 'c2' });
  };
  const plan = await planOf(stack, body);
  await stack.up(body);
  expect((await upBy(stack, plan, body)).errors).toEqual([]);
});

test('a replacement that was interrupted goes on by the same plan', async () => {
  const body =
    (name: string): ProgramBody =>
    async (program) => {
      await program.thing('a', { name });
    };
  const stack = new TestStack(new World());
  await stack.up(body('old'));
  const plan = await planOf(stack, body('new'));
  stack.world.onCall = (call) => {
    if (call === 'delete') throw new Error('no');
  };
  expect((await upBy(stack, plan, body('new'))).errors).toEqual(['no', 'update failed']);
  stack.world.onCall = () => {};
  const run = await upBy(stack, plan, body('new'));
  expect(run.errors).toEqual([]);
  expect(stack.world.names()).toEqual(['new']);
});

test.each([
  ['protect changed (expected false)', {}, { protect: true }],
  ['deleteBeforeReplace changed (expected no value)', {}, { deleteBeforeReplace: true }],
  ['deleteBeforeReplace changed (expected true)', { deleteBeforeReplace: true }, {}],
  ['importID changed (expected )', {}, { importId: 'a' }],
  ['create timeout changed (expected 5)', { customTimeouts: { create: 5 } }, { customTimeouts: { create: 6 } }],
  ['update timeout changed (expected 0)', {}, { customTimeouts: { update: 6 } }],
  ['delete timeout changed (expected 7)', { customTimeouts: { delete: 7 } }, {}],
  ['ignoreChanges changed: added x, y', {}, { ignoreChanges: ['y', 'x'] }],
  [
    'additionalSecretOutputs changed: added x; deleted y',
    { additionalSecretOutputs: ['y'] },
    { additionalSecretOutputs: ['x'] },
  ],
  [
    'aliases changed: added {name: old, parent: none}',
    {},
    { aliases: [{ kind: 'spec', name: 'old', parent: { kind: 'none' } }] },
  ],
  [`dependencies changed: added ${urn('other')}`, {}, { dependencies: [urn('other')] }],
  [
    `dependencies for size changed: deleted ${urn('other')}`,
    { propertyDependencies: { size: [urn('other')] } },
    { propertyDependencies: { size: [] } },
  ],
] satisfies [string, Options, Options][])('a deviation is named: %s', async (text, planned, actual) => {
  const body =
    (options: Options): ProgramBody =>
    async (program) => {
      await program.thing('other', { name: 'other' });
      await program.thing('a', { name: 'a', size: 1 }, options);
    };
  const { errors } = await deviation(body(planned), body(planned), body(actual));
  expect(errors).toEqual([`resource ${urn('a')} violates plan: ${text}`]);
});

test('another parent is a deviation, although the URN is the same', async () => {
  const body =
    (index: number): ProgramBody =>
    async (program) => {
      const groups = [await program.component('g0'), await program.component('g1')];
      await program.thing('a', { name: 'a' }, { parent: groups[index]!.urn });
    };
  const { errors } = await deviation(nothing, body(0), body(1));
  expect(errors).toEqual([
    'resource urn:pulumi:dev::proj::test:index:Group$test:index:Thing::a violates plan: ' +
      `parent changed (expected ${urn('g0', 'test:index:Group')})`,
  ]);
});

test('several deviations of one resource are all told', async () => {
  const { errors } = await deviation(nothing, one(1), one(1, { protect: true, ignoreChanges: ['x'] }));
  expect(errors).toEqual([
    `resource ${urn('a')} violates plan: protect changed (expected false)`,
    `resource ${urn('a')} violates plan: ignoreChanges changed: added x`,
  ]);
});

test('a component that became a resource, and another provider, are deviations', async () => {
  const group: ProgramBody = async (program) => {
    await program.resource('test:index:Group', 'g', {});
  };
  const component: ProgramBody = async (program) => {
    await program.component('g');
  };
  const { errors } = await deviation(nothing, component, group);
  expect(errors).toEqual([
    `resource ${urn('g', 'test:index:Group')} violates plan: resource kind changed (expected component)`,
  ]);
  const provided =
    (isExplicit: boolean): ProgramBody =>
    async (program) => {
      const provider = await program.resource('pulumi:providers:test', 'mine', {});
      await program.thing('a', { name: 'a' }, isExplicit ? { provider: `${provider.urn}::${provider.id}` } : {});
    };
  const other = await deviation(nothing, provided(true), provided(false));
  expect(other.errors[0]).toContain(`provider changed (expected ${urn('mine', 'pulumi:providers:test')}::`);
  const same = await deviation(nothing, provided(true), provided(true));
  expect(same.errors).toEqual([]);
});

test('outputs of a component and of the stack are bound, too', async () => {
  const body =
    (text: string, isGroup: boolean): ProgramBody =>
    async (program) => {
      const group = await program.component('group');
      await program.monitor.registerResourceOutputs(group.urn, { text: isGroup ? text : 'x' });
      await program.export({ text: isGroup ? 'x' : text });
    };
  expect((await deviation(nothing, body('1', true), body('2', true))).errors).toEqual([
    `resource ${urn('group', 'test:index:Group')} violates plan: properties changed: ++text[{1}!={2}]`,
  ]);
  expect((await deviation(nothing, body('1', false), body('2', false))).errors).toEqual([
    `resource ${urn('proj-dev', 'pulumi:pulumi:Stack')} violates plan: properties changed: ++text[{1}!={2}]`,
  ]);
});

test('automatic names are those of the plan', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.resource('test:index:Seeded', 'a', {});
  };
  const plan = await planOf(stack, body);
  const seeded = plan.resources.get(urn('a', 'test:index:Seeded'))!;
  expect((await upBy(stack, plan, body)).errors).toEqual([]);
  expect(stack.world.names()).toEqual([`a-${Buffer.from(seeded.seed!).toString('hex')}`]);
});

test('reads are free: a plan says nothing of them', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('theirs', { id: 'theirs', type: 'test:index:Thing', props: {} });
  const plan = await planOf(stack, withBase(nothing));
  const run = await upBy(
    stack,
    plan,
    withBase(async (program) => {
      await program.read('r', 'theirs');
    }),
  );
  expect(run.errors).toEqual([]);
});

test('a preview that is bound by a plan tells every deviation and makes nothing', async () => {
  const stack = new TestStack(new World());
  const body =
    (size: number): ProgramBody =>
    async (program) => {
      await Promise.all([program.thing('a', { name: 'a', size }), program.thing('b', { name: 'b', size })]);
    };
  const plan = await planOf(stack, body(1));
  const run = await stack.preview(body(2), { request: { options: { plan, makesPlan: true } } });
  expect([...run.errors].sort()).toEqual([
    `resource ${urn('a')} violates plan: properties changed: ++size[{1}!={2}]`,
    `resource ${urn('b')} violates plan: properties changed: ++size[{1}!={2}]`,
  ]);
  expect(run.outcome.plan).toBeUndefined();
});

test('a plan is not spent: it binds as often as it is used', async () => {
  const stack = new TestStack(new World());
  const plan = await planOf(stack, one(1));
  expect((await stack.preview(one(1), { request: { options: { plan } } })).errors).toEqual([]);
  expect((await upBy(stack, plan, one(1))).errors).toEqual([]);
  expect((await upBy(stack, plan, one(1))).errors).toEqual([]);
});

test('an import is bound like any other step, and its update with it', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('there', { id: 'there', type: 'test:index:Thing', props: { name: 'there', size: 1 } });
  const body =
    (size: number): ProgramBody =>
    async (program) => {
      await program.thing('a', { name: 'there', size }, { importId: 'there' });
    };
  const plan = await planOf(stack, body(2));
  expect(plan.resources.get(urn('a'))!.steps).toEqual(['import', 'update']);
  expect((await upBy(stack, plan, body(3))).errors).toEqual([
    `resource ${urn('a')} violates plan: properties changed: ~~size[{2}!={3}]`,
  ]);
});

describe('a plan and what an operation leaves alone', () => {
  const two =
    (size: number): ProgramBody =>
    async (program) => {
      await Promise.all([program.thing('a', { name: 'a', size }), program.thing('b', { name: 'b', size })]);
    };
  const targets = [urn('a')];

  test('a plan with targets keeps the others as they are, even in an update without targets', async () => {
    const stack = new TestStack(new World());
    await stack.up(two(1));
    const preview = await stack.preview(two(2), { request: { options: { makesPlan: true, targets } } });
    const plan = preview.outcome.plan!;
    expect(plan.resources.get(urn('b'))).toMatchObject({ steps: ['same'], goal: { inputChanges: { updates: {} } } });
    const whole = await upBy(stack, plan, two(2));
    expect(whole.errors).toEqual([`resource ${urn('b')} violates plan: properties changed: =~size[{2}]`]);
    const targeted = await stack.up(two(2), { request: { options: { plan, targets } } });
    expect(targeted.errors).toEqual([]);
  });

  test('what a plan with targets leaves unmade is not made', async () => {
    const stack = new TestStack(new World());
    const preview = await stack.preview(two(1), { request: { options: { makesPlan: true, targets } } });
    const plan = preview.outcome.plan!;
    const whole = await upBy(stack, plan, two(1));
    expect(whole.errors).toEqual(['create is not allowed by the plan: this resource is constrained to same']);
    expect((await stack.up(two(1), { request: { options: { plan, targets } } })).errors).toEqual([]);
  });

  test('an update with targets may do a part of a whole plan', async () => {
    const stack = new TestStack(new World());
    await stack.up(two(1));
    const plan = await planOf(stack, two(2));
    expect((await stack.up(two(2), { request: { options: { plan, targets } } })).errors).toEqual([]);
    expect((await upBy(stack, plan, two(2))).errors).toEqual([]);
  });
});

test('a plan knows a resource by the name it is declared by, whatever happens before it is declared', async () => {
  const stack = new TestStack(new World());
  const body =
    (kind: number, name: string, aliases: Options['aliases']): ProgramBody =>
    async (program) => {
      const base = await program.thing('base', { name: 'base', kind });
      await program.thing(name, { name: 'user', fixedTo: base.outputs.serial! }, { ...from(base, 'fixedTo'), aliases });
    };
  await stack.up(body(1, 'user', []));
  const renamed = body(2, 'renamed', [{ kind: 'spec', name: 'user' }]);
  const plan = await planOf(stack, renamed);
  expect(plan.resources.get(urn('renamed'))!.steps).toEqual(['delete-replaced', 'replace', 'create-replacement']);
  expect(plan.resources.get(urn('user'))).toBeUndefined();
  expect((await upBy(stack, plan, renamed)).errors).toEqual([]);
});

test('outputs of a component that is not made are not bound', async () => {
  const world = new World();
  world.components.set('test:index:Shelf', async ({ goal: declared }, { monitor }) => {
    const component = await monitor.registerResource({ ...declared, kind: 'component' });
    await monitor.registerResourceOutputs(component.urn, { width: new Unknown() });
    return { urn: component.urn, outputs: {}, propertyDependencies: {} };
  });
  const stack = new TestStack(world);
  const body: ProgramBody = async (program) => void (await program.remote('shelf'));
  const options = { excludes: [urn('shelf', 'test:index:Shelf')] };
  const preview = await stack.preview(body, { request: { options: { ...options, makesPlan: true } } });
  const { errors } = await stack.up(body, { request: { options: { ...options, plan: preview.outcome.plan! } } });
  expect(errors).toEqual([]);
});

test('what a resource that fails on its way leaves behind is deleted as planned', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('there', { id: 'there', type: 'test:index:Thing', props: { name: 'there' } });
  await stack.up(async (program) => void (await program.thing('a', { name: 'a' })));
  const adopting: ProgramBody = async (program) =>
    void (await program.thing('a', { name: 'a' }, { importId: 'there' }));
  const plan = await planOf(stack, adopting);
  const { errors } = await stack.up(adopting, { request: { options: { plan, continueOnError: true } } });
  expect(errors).toEqual([expect.stringContaining('previously-imported resources')]);
  expect(stack.world.names()).toEqual(['there']);
});

test('outputs that a failure keeps from being as planned are no deviation', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    const { outputs } = await program.thing('a', { name: 'a' });
    await program.export({ name: outputs.name ?? null });
  };
  const plan = await planOf(stack, body);
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('create refused');
  };
  const { errors } = await stack.up(body, { request: { options: { plan, continueOnError: true } } });
  expect(errors).toEqual(['create refused', 'update failed']);
});

test('what a failure has go in another way than planned stays, and that is no deviation', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('there', { id: 'there', type: 'test:index:Thing', props: { name: 'there' } });
  const made: ProgramBody = async (program) => {
    const c = await program.thing('c', { name: 'c', kind: 'x' });
    await program.thing('d', {}, { replaceWith: [c.urn], dependencies: [c.urn] });
  };
  await stack.up(made);
  const replacing: ProgramBody = async (program) => {
    const a = await program.thing('a', { name: 'a' }, { importId: 'there' });
    await program.thing(
      'c',
      { name: 'c', kind: 'y' },
      { parent: a.urn, aliases: [{ kind: 'spec', parent: { kind: 'urn', urn: program.stackUrn } }] },
    );
  };
  const plan = await planOf(stack, replacing);
  expect(plan.resources.get(urn('d'))?.steps).not.toContain('delete');
  const { errors } = await stack.up(replacing, { request: { options: { plan, continueOnError: true } } });
  expect(errors).toEqual([expect.stringContaining('previously-imported resources')]);
  expect(stack.world.names()).toEqual(['c', 'd-1', 'there']);
});
