import {
  type ConstructRequest,
  InvalidInputsError,
  lowerOutputValues,
  OutputValue,
  type ProviderLoad,
  Secret,
  Unknown,
  type Urn,
  unknownId,
} from '@radiant/model';
import { expect, test } from 'vitest';
import { from, goal, type ProgramBody, TestStack } from './harness/stack.ts';
import { type Construction, World } from './harness/world.ts';

/** Declares the component and one thing in it, as the process of a real component does. */
const shelf: Construction = async ({ goal: declared }, { monitor }) => {
  const component = await declareComponent(declared, monitor);
  const book = await monitor.registerResource(
    goal(
      'custom',
      'test:index:Thing',
      `${declared.name}-book`,
      { size: lowerOutputValues(declared.inputs).size ?? 1 },
      { parent: component },
    ),
  );
  await monitor.registerResourceOutputs(component, { label: declared.name });
  return {
    urn: component,
    outputs: { label: declared.name, serial: book.outputs.serial ?? null },
    propertyDependencies: { serial: [book.urn] },
  };
};

async function declareComponent(declared: ConstructRequest['goal'], monitor: ProviderLoad['monitor']): Promise<Urn> {
  const inputs = lowerOutputValues(declared.inputs);
  return (await monitor.registerResource({ ...declared, kind: 'component', inputs })).urn;
}

function stackWith(construction: Construction): TestStack {
  const world = new World();
  world.components.set('test:index:Shelf', construction);
  return new TestStack(world);
}

test('a remote component is declared by the process that serves it, recorded without a provider, and told to the program', async () => {
  const stack = stackWith(shelf);
  let reply: unknown;
  const body: ProgramBody = async (program) => {
    reply = await program.remote('shelf', { size: 3 });
  };
  expect((await stack.preview(body)).changes).toEqual({ create: 3 });
  expect(stack.world.names()).toEqual([]);
  const run = await stack.up(body);
  expect(run.errors).toEqual([]);
  expect(run.changes).toEqual({ create: 3 });
  const book = 'urn:pulumi:dev::proj::test:index:Shelf$test:index:Thing::shelf-book';
  expect(reply).toMatchObject({
    urn: 'urn:pulumi:dev::proj::test:index:Shelf::shelf',
    id: '',
    propertyDependencies: { label: [], serial: [book] },
  });
  const record = stack.snapshot.resources.find(({ type }) => type === 'test:index:Shelf');
  expect(record).toMatchObject({ ownership: 'component', provider: '', outputs: { label: 'shelf' } });
  const again = await stack.up(body);
  expect(again.changes).toEqual({ same: 3 });
  expect(again.journal).toEqual([]);
});

test('the process hears all that the program said, what the component inherits, and what its inputs came by', async () => {
  const heard: ConstructRequest['goal'][] = [];
  const stack = stackWith(async (request, engine) => {
    heard.push(request.goal);
    return shelf(request, engine);
  });
  await stack.up(async (program) => {
    const provider = await program.resource('pulumi:providers:test', 'mine');
    const outer = `${provider.urn}::${provider.id}`;
    const a = await program.thing('a');
    const group = await program.component('group', {
      protect: true,
      providers: { test: outer },
    });
    await program.remote(
      'shelf',
      {
        size: 1,
        plain: 'text',
        password: new OutputValue('s3cret', true, [a.urn]),
        token: new OutputValue('t', true, []),
      },
      {
        parent: group.urn,
        providers: { 'own-package': outer },
        aliases: [{ kind: 'spec', name: 'old' }],
        dependencies: [a.urn],
        propertyDependencies: { size: [a.urn], plain: [] },
        ignoreChanges: ['size'],
        customTimeouts: { create: 90 },
      },
    );
  });
  const a = 'urn:pulumi:dev::proj::test:index:Thing::a';
  expect(heard[0]).toMatchObject({
    protect: true,
    aliases: [{ kind: 'spec', name: 'old' }],
    dependencies: [a],
    ignoreChanges: ['size'],
    customTimeouts: { create: 90 },
    propertyDependencies: { size: [a], plain: [], password: [a], token: [] },
    inputs: {
      size: new OutputValue(1, false, [a as Urn]),
      plain: 'text',
      password: new OutputValue('s3cret', true, [a as Urn]),
      token: new OutputValue('t', true, []),
    },
  });
  expect(Object.keys(heard[0]!.providers)).toEqual(['test', 'own-package']);
});

test('children inherit from a component whose construction is still under way', async () => {
  const stack = stackWith(shelf);
  await stack.up(async (program) => {
    const provider = await program.resource('pulumi:providers:test', 'mine');
    await program.remote('shelf', {}, { protect: true, providers: { test: `${provider.urn}::${provider.id}` } });
  });
  const book = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::shelf-book'));
  expect(book?.isProtected).toBe(true);
  expect(book?.provider).toContain('pulumi:providers:test::mine::');
  expect(stack.snapshot.resources.filter(({ type }) => type.startsWith('pulumi:providers:'))).toHaveLength(1);
});

test('where the provider cannot be configured yet, a preview shows the bare component', async () => {
  const stack = stackWith(shelf);
  const run = await stack.preview(async (program) => {
    const a = await program.thing('a');
    const region = { region: a.outputs.serial! };
    const provider = await program.resource('pulumi:providers:test', 'mine', region, from(a, 'region'));
    const { urn, outputs } = await program.remote(
      'shelf',
      { size: new OutputValue(undefined, false, [a.urn]) },
      {
        providers: { test: `${provider.urn}::${provider.id}` },
      },
    );
    expect(urn).toBe('urn:pulumi:dev::proj::test:index:Shelf::shelf');
    expect(outputs).toEqual({});
  });
  expect(run.errors).toEqual([]);
  expect(run.events).toContain('create shelf');
  expect(stack.world.calls).not.toContain('construct shelf');
});

test('unknown inputs reach the process of a preview, and its unknown outputs the program', async () => {
  const sizes: unknown[] = [];
  const stack = stackWith(async (request, engine) => {
    sizes.push(request.goal.inputs.size);
    return shelf(request, engine);
  });
  const run = await stack.preview(async (program) => {
    const a = await program.thing('a');
    const made = await program.remote('shelf', { size: new OutputValue(undefined, false, [a.urn]) });
    expect(made.outputs.serial).toBeInstanceOf(Unknown);
    await program.thing('b', { of: made.outputs.serial! }, from(made, 'of'));
  });
  expect(run.errors).toEqual([]);
  expect(sizes[0]).toEqual(new OutputValue(undefined, false, ['urn:pulumi:dev::proj::test:index:Thing::a' as Urn]));
});

test('a construction that fails is told on the component and ends the operation; what was made is recorded', async () => {
  const stack = stackWith(async (request, engine) => {
    await shelf(request, engine);
    throw new Error('out of wood');
  });
  const body: ProgramBody = async (program) => {
    await program.remote('shelf');
    await program.thing('never');
  };
  const preview = await stack.preview(body);
  expect(preview.events).toContain("error on shelf: test:index:Shelf resource 'shelf' has a problem: out of wood");
  expect(preview.result).toBe('failed');
  const run = await stack.up(body);
  expect(run.result).toBe('failed');
  expect(run.errors).toEqual(["test:index:Shelf resource 'shelf' has a problem: out of wood"]);
  expect(stack.records()).toEqual(['shelf', expect.stringContaining('shelf-book')]);
  stack.world.components.set('test:index:Shelf', shelf);
  expect((await stack.up(body)).changes).toEqual({ same: 3, create: 1 });
});

test('a child that fails is told once, and ends the construction', async () => {
  const stack = stackWith(shelf);
  stack.world.onCall = (call) => {
    if (call === 'create') throw new Error('no space');
  };
  const run = await stack.up(async (program) => {
    await program.remote('shelf');
  });
  expect(run.result).toBe('failed');
  expect(run.errors.filter((message) => message.includes('no space'))).toHaveLength(1);
  expect(run.errors.join('\n')).not.toContain('has a problem');
});

test('each input that a component finds fault with is named with its value, and a secret one without it', async () => {
  const stack = stackWith(async () => {
    throw new InvalidInputsError('cannot be built', [
      { property: 'size', reason: 'too big' },
      { property: 'doors[1].key', reason: 'does not fit' },
      { property: 'safe.code', reason: 'too short' },
      { property: 'color', reason: 'is missing' },
    ]);
  });
  const { errors } = await stack.up(async (program) => {
    await program.remote('shelf', {
      size: 7,
      doors: [{}, { key: 'brass' }],
      safe: new OutputValue({ code: 'canary' }, true, []),
    });
  });
  expect(errors).toEqual([
    "test:index:Shelf resource 'shelf' has a problem: cannot be built\n" +
      "\t\t- property size with value '{7}' has a problem: too big\n" +
      "\t\t- property doors[1].key with value '{brass}' has a problem: does not fit\n" +
      "\t\t- property safe.code with value '[secret]' has a problem: too short\n" +
      '\t\t- property color has a problem: is missing',
  ]);
});

test('a secret that comes out of a component stays secret, with what it came by', async () => {
  const stack = stackWith(async (request, engine) => {
    const made = await shelf(request, engine);
    return { ...made, outputs: { key: new OutputValue('canary', true, [made.urn]) } };
  });
  await stack
    .up(async (program) => {
      const { outputs, propertyDependencies } = await program.remote('shelf');
      expect(outputs.key).toEqual(new Secret('canary'));
      expect(propertyDependencies?.key).toEqual(['urn:pulumi:dev::proj::test:index:Shelf::shelf']);
      throw new Error('the key is canary');
    })
    .then(({ errors }) => expect(errors).toEqual(['the key is [secret]']));
});

test('components may construct components', async () => {
  const stack = stackWith(shelf);
  stack.world.components.set('test:index:Library', async ({ goal: declared }, engine) => {
    const urn = await declareComponent(declared, engine.monitor);
    const made = await engine.monitor.registerResource(goal('remote', 'test:index:Shelf', 'east', {}, { parent: urn }));
    await engine.monitor.registerResourceOutputs(urn, {});
    return { urn, outputs: { serial: made.outputs.serial! }, propertyDependencies: {} };
  });
  const run = await stack.up(async (program) => {
    await program.monitor.registerResource(
      goal('remote', 'test:index:Library', 'library', {}, { parent: program.stackUrn }),
    );
  });
  expect(run.errors).toEqual([]);
  expect(stack.snapshot.resources.map(({ urn }) => urn)).toContain(
    'urn:pulumi:dev::proj::test:index:Library$test:index:Shelf$test:index:Thing::east-book',
  );
});

test('a component that is no longer declared goes with all in it, after all that depend on it', async () => {
  const stack = stackWith(shelf);
  await stack.up(async (program) => {
    const made = await program.remote('shelf');
    await program.thing('user', { name: 'user', of: made.outputs.label! }, from(made, 'of'));
  });
  const book = stack.world.names().find((name) => name.startsWith('shelf-book'));
  stack.world.calls.length = 0;
  const run = await stack.up(async () => {});
  expect(run.changes).toEqual({ same: 1, delete: 3 });
  expect(stack.world.calls.filter((call) => call.startsWith('delete '))).toEqual(['delete user', `delete ${book}`]);
  expect(stack.records()).toEqual([]);
});

test('an answer that names a component nobody declared is a fault of the provider', async () => {
  const stack = stackWith(async () => ({
    urn: 'urn:pulumi:dev::proj::test:index:Shelf::elsewhere' as Urn,
    outputs: {},
    propertyDependencies: {},
  }));
  const { result, errors } = await stack.up(async (program) => {
    await program.remote('shelf');
  });
  expect(result).toBe('failed');
  expect(errors[0]).toContain('but it declared no such component');
});

test('what a component has declared can be looked up at once, outputs or not', async () => {
  const found: unknown[] = [];
  const stack = stackWith(async (request, engine) => {
    const urn = await declareComponent(request.goal, engine.monitor);
    found.push(engine.resources.find(urn), engine.resources.find('urn:pulumi:dev::proj::a:b:c::nobody' as Urn));
    return { urn, outputs: {}, propertyDependencies: {} };
  });
  await stack.up(async (program) => {
    await program.remote('shelf');
  });
  expect(found).toEqual([{ id: '', outputs: {} }, undefined]);
});

test('a process that serves a component says nothing about the program when it says that it has declared everything', async () => {
  const stack = stackWith(async (request, engine) => {
    const constructed = await shelf(request, engine);
    await engine.monitor.signalAndWaitForShutdown();
    return constructed;
  });
  const body: ProgramBody = async (program) => {
    await program.remote('shelf');
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    await program.thing('late', { name: 'late' });
  };
  await stack.up(body);
  const run = await stack.up(body);
  expect(run.errors).toEqual([]);
  expect(run.changes).toEqual({ same: 4 });
});

test('a remote component whose provider is not made is refused for that, in a preview as well', async () => {
  const body: ProgramBody = async (program) => {
    const group = await program.component('group');
    const mine = await program.resource('pulumi:providers:test', 'mine', {}, { parent: group.urn });
    await program.remote('shelf', {}, { provider: `${mine.urn}::${mine.id === '' ? unknownId : mine.id}` });
  };
  const request = { options: { targets: ['**::shelf', '**::shelf-book'] } };
  const text =
    "Resource 'urn:pulumi:dev::proj::test:index:Shelf::shelf' depends on 'urn:pulumi:dev::proj::test:index:Group$pulumi:providers:test::mine' which was was not specified in --target list.";
  expect((await stackWith(shelf).preview(body, { request })).errors).toEqual([text]);
  expect((await stackWith(shelf).up(body, { request })).errors).toEqual([text]);
});
