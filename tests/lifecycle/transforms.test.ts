import {
  OutputValue,
  type PropertyMap,
  type ResourceTransform,
  Secret,
  type TransformRequest,
  Unknown,
  type Urn,
} from '@radiant/model';
import { expect, test } from 'vitest';
import { from, type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

/** Adds to the list `by`, so that a thing tells who has seen it, and in which order. */
function signing(name: string): ResourceTransform {
  return async ({ inputs, options }) => ({ inputs: { ...inputs, by: [...listOf(inputs.by), name] }, options });
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value : [];
}

/** Remembers what it was asked and changes nothing. */
function watching(seen: TransformRequest[]): ResourceTransform {
  return async (request) => {
    seen.push(request);
    return request;
  };
}

async function up(body: ProgramBody) {
  const stack = new TestStack(new World());
  return { stack, run: await stack.up(body) };
}

test('transforms run from the resource outwards: its own, those of its ancestors, those of the stack', async () => {
  const { stack, run } = await up(async (program) => {
    program.monitor.registerStackTransform(signing('stack 1'));
    program.monitor.registerStackTransform(signing('stack 2'));
    const outer = await program.component('outer', { transforms: [signing('outer')] });
    const inner = await program.component('inner', { parent: outer.urn, transforms: [signing('inner')] });
    await program.thing('a', { name: 'a' }, { parent: inner.urn, transforms: [signing('own 1'), signing('own 2')] });
    await program.thing('b', { name: 'b' });
  });
  expect(run.errors).toEqual([]);
  expect(stack.world.things.get('a')?.props.by).toEqual(['own 1', 'own 2', 'inner', 'outer', 'stack 1', 'stack 2']);
  expect(stack.world.things.get('b')?.props.by).toEqual(['stack 1', 'stack 2']);
});

test('a component is transformed by its own transforms too, and a provider like any resource', async () => {
  const seen: TransformRequest[] = [];
  const { stack } = await up(async (program) => {
    program.monitor.registerStackTransform(watching(seen));
    await program.component('group', { transforms: [signing('own')] }, { size: 1 });
    await program.resource('pulumi:providers:test', 'explicit', { region: 'here' });
  });
  expect(seen).toMatchObject([
    { type: 'test:index:Group', name: 'group', isCustom: false, inputs: { size: 1, by: ['own'] } },
    { type: 'pulumi:providers:test', name: 'explicit', isCustom: true, inputs: { region: 'here' } },
  ]);
  const group = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::group'));
  expect(group?.inputs).toEqual({ size: 1, by: ['own'] });
});

test('the options that a transform answers are those of the resource, what it leaves out being unset', async () => {
  const stack = new TestStack(new World());
  const body =
    (transform: ResourceTransform): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { name: 'a' });
      await program.thing(
        'b',
        { name: 'b', size: 1, token: 'x' },
        { protect: true, retainOnDelete: true, deletedWith: a.urn, transforms: [transform] },
      );
    };
  await stack.up(
    body(async ({ inputs, options }) => ({
      inputs,
      options: {
        ...options,
        protect: undefined,
        retainOnDelete: undefined,
        deletedWith: undefined,
        ignoreChanges: ['size'],
        additionalSecretOutputs: ['token'],
        customTimeouts: { create: 60 },
        replaceOnChanges: ['name'],
        hideDiffs: ['size'],
      },
    })),
  );
  expect(stack.snapshot.resources.find(({ urn }) => urn.endsWith('::b'))).toMatchObject({
    isProtected: false,
    retainOnDelete: false,
    ignoreChanges: ['size'],
    additionalSecretOutputs: ['token'],
    customTimeouts: { create: 60 },
    replaceOnChanges: ['name'],
    hideDiffs: ['size'],
    outputs: { token: new Secret('x') },
  });
  expect(stack.snapshot.resources.find(({ urn }) => urn.endsWith('::b'))).not.toHaveProperty('deletedWith');
});

test('a transform can choose the provider of a resource, those of the children of a component, and their versions', async () => {
  const { stack, run } = await up(async (program) => {
    const provider = await program.resource('pulumi:providers:test', 'explicit', {});
    const reference = `${provider.urn}::${provider.id}`;
    program.monitor.registerStackTransform(async ({ name, inputs, options }) => {
      if (name === 'a') return { inputs, options: { ...options, provider: reference } };
      if (name === 'group') return { inputs, options: { ...options, providers: { test: reference } } };
      if (name === 'old') return { inputs, options: { ...options, plugin: { version: '1.2.3' } } };
      return { inputs, options };
    });
    await program.thing('a', { name: 'a' });
    const group = await program.component('group');
    await program.thing('child', { name: 'child' }, { parent: group.urn });
    await program.thing('old', { name: 'old' });
  });
  expect(run.errors).toEqual([]);
  const providerOf = (name: string) => stack.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`))?.provider;
  expect(providerOf('a')).toContain('::explicit::');
  expect(providerOf('child')).toContain('::explicit::');
  expect(providerOf('old')).toContain('default_1_2_3');
});

test('a transform can have an existing thing adopted', async () => {
  const stack = new TestStack(new World());
  stack.world.things.set('there', { id: 'there', type: 'test:index:Thing', props: { name: 'there', size: 1 } });
  const run = await stack.up(async (program) => {
    program.monitor.registerStackTransform(async ({ name, inputs, options }) => ({
      inputs,
      options: name === 'a' ? { ...options, importId: 'there' } : options,
    }));
    await program.thing('a', { name: 'there', size: 1 });
  });
  expect(run.changes).toEqual({ create: 1, import: 1 });
});

test('a transform that makes a resource depend on itself is refused', async () => {
  const { run } = await up(async (program) => {
    program.monitor.registerStackTransform(async ({ name, inputs, options }) => ({
      inputs,
      options: { ...options, dependencies: [`urn:pulumi:dev::proj::test:index:Thing::${name}` as never] },
    }));
    await program.thing('a', { name: 'a' });
  });
  expect(run.result).toBe('failed');
});

test('a transform can name the aliases by which a resource is found again', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    await program.thing('old', { name: 'x' });
  });
  const run = await stack.up(async (program) => {
    program.monitor.registerStackTransform(async ({ inputs, options }) => ({
      inputs,
      options: { ...options, aliases: [{ kind: 'spec', name: 'old' }] },
    }));
    await program.thing('new', { name: 'x' });
  });
  expect(run.changes).toEqual({ same: 2 });
  expect(stack.records()).toEqual(['new = x']);
});

test('secrets and unknowns reach a transform as output values with what they depend on, and stay what they are', async () => {
  const seen: TransformRequest[] = [];
  const stack = new TestStack(new World());
  const run = await stack.preview(async (program) => {
    const a = await program.thing('a', { name: 'a' });
    const inputs = { name: 'b', of: a.outputs.serial!, token: new Secret('s'), plain: 1 };
    await program.thing('b', inputs, { ...from(a, 'of', 'token'), transforms: [watching(seen)] });
  });
  const { of, token, plain } = seen[0]!.inputs;
  const a = expect.stringContaining('::a');
  expect(of).toEqual(new OutputValue(undefined, false, [a as never]));
  expect(token).toEqual(new OutputValue('s', true, [a as never]));
  expect(plain).toBe(1);
  const created = run.raw.find((event) => event.kind === 'step-succeeded' && event.step.urn.endsWith('::b'));
  expect(created).toMatchObject({ step: { new: { inputs: { token: new Secret('s') } } } });
  expect((created as { step: { new: { inputs: PropertyMap } } }).step.new.inputs.of).toBeInstanceOf(Unknown);
});

test('a known value that depends on another resource is an output value only to the transforms of the resource itself', async () => {
  const own: TransformRequest[] = [];
  const stackWide: TransformRequest[] = [];
  await up(async (program) => {
    program.monitor.registerStackTransform(watching(stackWide));
    const a = await program.thing('a', { name: 'a' });
    const inputs = { of: a.outputs.serial! };
    await program.thing('b', inputs, { ...from(a, 'of'), transforms: [watching(own)] });
    await program.thing('c', inputs, from(a, 'of'));
  });
  expect(own[0]!.inputs.of).toBeInstanceOf(OutputValue);
  expect(stackWide.find(({ name }) => name === 'c')?.inputs.of).toBe('serial-of-a');
});

test('dependencies follow what a transform answers: those it adds, and those of its output values', async () => {
  const { stack } = await up(async (program) => {
    const a = await program.thing('a', { name: 'a' });
    const b = await program.thing('b', { name: 'b' });
    const c = await program.thing('c', { name: 'c' });
    const transform: ResourceTransform = async ({ inputs, options }) => ({
      inputs: { ...inputs, of: new OutputValue('x', false, [b.urn]) },
      options: { ...options, dependencies: [c.urn] },
    });
    await program.thing('d', { name: 'd', of: 'y', kept: 'z' }, { ...from(a, 'of', 'kept'), transforms: [transform] });
  });
  const urn = (name: string) => `urn:pulumi:dev::proj::test:index:Thing::${name}`;
  const d = stack.snapshot.resources.find((state) => state.urn === urn('d'));
  expect(d?.propertyDependencies).toEqual({ name: [], of: [urn('b')], kept: [urn('a')] });
  expect(d?.dependencies).toEqual([urn('c'), urn('b'), urn('a')]);
  expect(d?.inputs.of).toBe('x');
});

test('what a transform of the stack or of a component adds to the dependencies counts', async () => {
  const { stack } = await up(async (program) => {
    const [a, b] = [await program.thing('a'), await program.thing('b')];
    const adding =
      (dependency: Urn): ResourceTransform =>
      async ({ name, inputs, options }) => {
        const dependencies = name === 'c' ? [...options.dependencies, dependency] : options.dependencies;
        return { inputs, options: { ...options, dependencies } };
      };
    program.monitor.registerStackTransform(adding(a.urn));
    const group = await program.component('group', { transforms: [adding(b.urn)] });
    await program.thing('c', {}, { parent: group.urn });
  });
  const c = stack.snapshot.resources.find(({ urn }) => urn.endsWith('::c'));
  expect(c?.dependencies.map((urn) => urn.split('::').at(-1)).sort()).toEqual(['a', 'b']);
});

test('a transform that fails ends the update before anything is done, in words that name the resource', async () => {
  const failing: ResourceTransform = () => Promise.reject(new Error('no such tag'));
  const { stack, run } = await up(async (program) => {
    await program.thing('a', { name: 'a' }, { transforms: [failing] });
    await program.thing('b', { name: 'b' });
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on a: a transform of test:index:Thing 'a' failed: no such tag",
      "failed: 1 create",
    ]
  `);
  expect(stack.world.names()).toEqual([]);
});

test('what a secret holds is masked in the words of a transform that fails', async () => {
  const leaking: ResourceTransform = async ({ inputs }) => {
    throw new Error(`cannot use ${(inputs.token as OutputValue).value}`);
  };
  const { run } = await up(async (program) => {
    await program.thing('a', { token: new Secret('hunter22') }, { transforms: [leaking] });
  });
  expect(run.errors.join('\n')).toContain('cannot use [secret]');
  expect(JSON.stringify(run.raw)).not.toContain('hunter22');
});

test('an interrupt ends an update although a transform never answers', async () => {
  const drain = new AbortController();
  const stack = new TestStack(new World());
  const run = await stack.up(
    async (program) => {
      const silent: ResourceTransform = () => {
        drain.abort();
        return new Promise(() => {});
      };
      await program.thing('a', { name: 'a' }, { transforms: [silent] });
    },
    { drain: drain.signal },
  );
  expect(run.result).toBe('cancelled');
  expect(stack.world.names()).toEqual([]);
});

test('a transform may declare resources of its own while its resource waits, one call at a time', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(
    async (program) => {
      const nesting: ResourceTransform = async ({ inputs, options }) => {
        const side = await program.thing('side', { name: 'side' });
        return { inputs: { ...inputs, of: side.outputs.serial! }, options };
      };
      await program.thing('a', { name: 'a' }, { transforms: [nesting] });
    },
    { request: { parallel: 1 } },
  );
  expect(run.errors).toEqual([]);
  expect(stack.world.things.get('a')?.props.of).toBe('serial-of-side');
});

test('transforms of invokes change arguments and provider, each seeing what the one before it answered', async () => {
  const answers: unknown[] = [];
  await up(async (program) => {
    const invoke = () => program.monitor.invoke({ token: 'test:index:echo', args: { text: 'a' }, dependsOn: [] });
    answers.push(await invoke());
    for (const letter of ['b', 'c'])
      program.monitor.registerInvokeTransform(async ({ args, ...options }) => ({
        ...options,
        args: { text: `${String(args.text)}${letter}` },
      }));
    answers.push(await invoke());
  });
  expect(answers).toMatchObject([{ result: { echo: 'a' } }, { result: { echo: 'abc' } }]);
});

test('a transform of invokes that fails names the function', async () => {
  const { run } = await up(async (program) => {
    program.monitor.registerInvokeTransform(() => Promise.reject(new Error('not today')));
    await program.monitor.invoke({ token: 'test:index:echo', args: {}, dependsOn: [] });
  });
  expect(run.errors.join('\n')).toContain('a transform of the call of test:index:echo failed: not today');
});

test('what a parent hands down is among the options that transforms see and may take back', async () => {
  const seen: unknown[] = [];
  const { stack, run } = await up(async (program) => {
    const { urn, id } = await program.resource('pulumi:providers:test', 'explicit');
    const reference = `${urn}::${id}`;
    const group = await program.component('group', {
      protect: true,
      retainOnDelete: true,
      providers: { test: reference },
    });
    const takesBack: ResourceTransform = async ({ inputs, options }) => {
      const { protect, retainOnDelete, provider } = options;
      seen.push({ protect, retainOnDelete, isExplicit: provider === reference });
      return { inputs, options: { ...options, protect: undefined, provider: undefined } };
    };
    await program.thing('a', {}, { parent: group.urn, transforms: [takesBack] });
    await program.thing('b', {}, { parent: group.urn });
  });
  expect(run.errors).toEqual([]);
  expect(seen).toEqual([{ protect: true, retainOnDelete: true, isExplicit: true }]);
  const recorded = (name: string) => {
    const { provider, isProtected, retainOnDelete } = stack.snapshot.resources.find(({ urn }) =>
      urn.endsWith(`::${name}`),
    )!;
    return { provider: provider.split('::').at(-2), isProtected, retainOnDelete };
  };
  expect(recorded('a')).toEqual({ provider: 'default', isProtected: false, retainOnDelete: true });
  expect(recorded('b')).toEqual({ provider: 'explicit', isProtected: true, retainOnDelete: true });
});
