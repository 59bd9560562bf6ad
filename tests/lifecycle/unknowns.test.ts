import { type PropertyMap, ResourceReference, Secret, Unknown, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { from, type ProgramBody, type RunResult, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const urn = (name: string, type = 'test:index:Thing') => `urn:pulumi:dev::proj::${type}::${name}` as Urn;

function inputsOf(run: RunResult, name: string): PropertyMap {
  const event = run.raw.find((event) => event.kind === 'step-started' && event.step.urn.endsWith(`::${name}`));
  return event?.kind === 'step-started' ? event.step.new!.inputs : {};
}

/** A provider whose answers come over a wire, or not. */
const providers = [
  ['in this process', false],
  ['over a wire', true],
] as const;

function createStack(forgetsSources: boolean): TestStack {
  const world = new World();
  world.forgetsSources = forgetsSources;
  return new TestStack(world);
}

test.each(providers)('outputs of what is to be created say so: provider %s', async (_, isRemote) => {
  await createStack(isRemote).preview(async (program) => {
    const a = await program.thing('a');
    expect(a.outputs.serial).toEqual(new Unknown({ urn: a.urn, property: 'serial', after: 'create' }));
  });
});

test.each(providers)('inputs are traced to what they depend on: provider %s', async (_, isRemote) => {
  const run = await createStack(isRemote).preview(async (program) => {
    const a = await program.thing('a');
    // As it comes back over the wire: unknown, and only the dependency says from where.
    const b = await program.thing('b', { of: { deep: [new Secret(new Unknown())] } }, from(a, 'of'));
    expect(b.outputs.of).toMatchObject({ deep: [{ value: { source: { urn: a.urn } } }] });
    await program.thing('c', { of: new Unknown() }, from(b, 'of'));
  });
  expect(inputsOf(run, 'b').of).toEqual({ deep: [new Secret(new Unknown({ urn: urn('a'), after: 'create' }))] });
  expect(inputsOf(run, 'c').of).toEqual(new Unknown({ urn: urn('b'), after: 'create' }));
});

test('a dependency of the whole resource stands in where the property names none', async () => {
  const run = await createStack(false).preview(async (program) => {
    const a = await program.thing('a');
    await program.thing('b', { of: new Unknown() }, { dependencies: [a.urn] });
  });
  expect(inputsOf(run, 'b').of).toEqual(new Unknown({ urn: urn('a'), after: 'create' }));
});

test('what depends on a component is unknown for the sake of what is in it', async () => {
  const run = await createStack(false).preview(async (program) => {
    const group = await program.component('group');
    await program.thing('known', { name: 'known' }, { parent: group.urn });
    await program.thing('b', { of: new Unknown() }, { dependencies: [group.urn] });
  });
  const inside = 'urn:pulumi:dev::proj::test:index:Group$test:index:Thing::known' as Urn;
  expect(inputsOf(run, 'b').of).toEqual(new Unknown({ urn: inside, after: 'create' }));
});

test('a replacement and a read say when they will be known', async () => {
  const stack = createStack(false);
  const body =
    (kind: number): ProgramBody =>
    async (program) => {
      const a = await program.thing('a', { kind });
      const r = await program.read('r', kind === 1 ? 'theirs' : undefined, { inputs: { label: 'x' } });
      await program.thing(
        'b',
        { of: new Unknown(), label: new Unknown() },
        {
          dependencies: [a.urn, r.urn],
          propertyDependencies: { of: [a.urn], label: [r.urn] },
        },
      );
    };
  stack.world.things.set('theirs', { id: 'theirs', type: 'test:index:Thing', props: {} });
  const known: ProgramBody = async (program) => {
    await program.thing('a', { kind: 1 });
  };
  await stack.up(known);
  const run = await stack.preview(body(2));
  expect(inputsOf(run, 'b')).toMatchObject({
    of: new Unknown({ urn: urn('a'), after: 'replace' }),
    label: new Unknown({ urn: urn('r'), after: 'read' }),
  });
});

test('where only one output is unknown, it is that one', async () => {
  const stack = createStack(false);
  const { world } = stack;
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a', size: 1 });
  });
  const provider = world.provider.bind(world);
  world.provider = () => ({
    ...provider(),
    update: async ({ newInputs }) => ({ outputs: { ...newInputs, address: { port: new Unknown() } } }),
  });
  const run = await stack.preview(async (program) => {
    const a = await program.thing('a', { name: 'a', size: 2 });
    await program.thing('b', { of: new Unknown() }, from(a, 'of'));
  });
  expect(inputsOf(run, 'b').of).toEqual(new Unknown({ urn: urn('a'), property: 'address.port', after: 'update' }));
});

test('an output that a provider which foresees nothing had before its update is not known until after it', async () => {
  const stack = createStack(false);
  stack.world.capabilities = { acceptsSecrets: true, acceptsResources: true, supportsPreview: false };
  await stack.up(async (program) => {
    await program.thing('a', { name: 'a', size: 1 });
  });
  const run = await stack.preview(async (program) => {
    const a = await program.thing('a', { name: 'a', size: 2 });
    await program.thing('b', { of: new Unknown() }, from(a, 'of'));
  });
  expect(inputsOf(run, 'b').of).toEqual(new Unknown({ urn: urn('a'), property: 'serial', after: 'update' }));
});

test('what a provider adds beside an unknown input is unknown for its own reason', async () => {
  const stack = createStack(true);
  const { world } = stack;
  const provider = world.provider.bind(world);
  world.provider = () => ({
    ...provider(),
    create: async ({ inputs }) => ({
      id: '',
      outputs: { ...inputs, meta: { label: new Unknown(), uid: new Unknown(), list: [new Unknown()] } },
    }),
  });
  await stack.preview(async (program) => {
    const a = await program.thing('a');
    const meta = { label: new Unknown(), list: new Unknown() };
    const b = await program.thing('b', { meta }, from(a, 'meta'));
    const inherited = new Unknown({ urn: a.urn, after: 'create' });
    expect(b.outputs.meta).toEqual({
      label: inherited,
      uid: new Unknown({ urn: b.urn, property: 'meta.uid', after: 'create' }),
      list: [inherited],
    });
  });
});

test('a reference to a resource that does not exist yet lacks its id', async () => {
  const stack = createStack(false);
  stack.world.capabilities = { ...stack.world.capabilities, acceptsResources: false };
  const run = await stack.preview(async (program) => {
    const a = await program.thing('a');
    const reference = new ResourceReference(a.urn, new Unknown({ urn: a.urn, property: 'id' }));
    await program.thing('b', { of: reference }, from(a, 'of'));
  });
  expect(inputsOf(run, 'b').of).toEqual(new Unknown({ urn: urn('a'), property: 'id', after: 'create' }));
});

test('an update knows everything, and traces nothing', async () => {
  const stack = createStack(true);
  const run = await stack.up(async (program) => {
    const a = await program.thing('a');
    await program.thing('b', { of: a.outputs.serial! }, from(a, 'of'));
    await program.export({ serial: a.outputs.serial! });
  });
  expect(inputsOf(run, 'b').of).toBe('serial-of-a-1');
  expect(run.outcome.stackOutputs).toEqual({ serial: 'serial-of-a-1' });
});
