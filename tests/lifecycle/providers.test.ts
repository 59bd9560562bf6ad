import { Secret, Unknown } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

const providers = (stack: TestStack) =>
  stack.snapshot.resources.filter(({ type }) => type.startsWith('pulumi:providers'));

test('a default provider is recorded under no parent, named after its version, with the configuration of its package', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a', {}, { plugin: { version: '4.34.2' } });
    await program.thing('b', {}, { plugin: { version: '4.34.2' } });
  };
  const request = {
    config: { 'test:region': 'west', 'test:token': 's3cret', 'other:x': 'y' },
    configSecretKeys: ['test:token'],
  };
  const run = await stack.up(body, { request });
  const [provider, ...others] = providers(stack);
  expect(others).toEqual([]);
  expect(provider?.urn).toBe('urn:pulumi:dev::proj::pulumi:providers:test::default_4_34_2');
  expect(provider?.parent).toBeUndefined();
  expect(provider?.inputs).toEqual({ region: 'west', token: new Secret('s3cret'), version: '4.34.2' });
  expect(provider?.id).toMatch(/^[0-9a-f]{8}-/);
  expect(run.changes).toEqual({ create: 3 });
  expect(stack.snapshot.resources[0]?.type).toBe('pulumi:pulumi:Stack');
  expect((await stack.up(body, { request })).journal).toEqual([]);
});

test('changed configuration updates the default provider without counting as a change', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a');
  };
  await stack.up(body, { request: { config: { 'test:token': 'one' } } });
  const run = await stack.up(body, { request: { config: { 'test:token': 'two' } } });
  expect(run.changes).toEqual({ same: 2 });
  expect(providers(stack)[0]?.inputs).toEqual({ token: 'two' });
});

test('a resource gets the provider it names, else its parent`s, else the one its component hands down', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const provider = await program.resource('pulumi:providers:test', 'mine', { region: 'east' });
    const reference = `${provider.urn}::${provider.id}`;
    await program.thing('named', {}, { provider: reference });
    const group = await program.component('group', { providers: { test: reference } });
    const inner = await program.component('inner', { parent: group.urn });
    const child = await program.thing('child', {}, { parent: inner.urn });
    await program.thing('grandchild', {}, { parent: child.urn });
    await program.thing('default');
  });
  const served = Object.fromEntries(
    stack.snapshot.resources
      .filter(({ type }) => type === 'test:index:Thing')
      .map(({ urn, provider }) => [urn.split('::').at(-1), provider.split('::')[3]]),
  );
  expect(served).toEqual({ named: 'mine', child: 'mine', grandchild: 'mine', default: 'default' });
});

test('an explicit provider counts, keeps its plugin`s facts apart, and may be replaced with all it serves', async () => {
  const stack = new TestStack(new World());
  const body =
    (region: string): ProgramBody =>
    async (program) => {
      const plugin = { version: '1.2.3' };
      const provider = await program.resource('pulumi:providers:test', 'mine', { region }, { plugin });
      await program.thing('a', {}, { provider: `${provider.urn}::${provider.id}` });
    };
  const first = await stack.up(body('east'));
  expect(first.changes).toEqual({ create: 3 });
  expect(providers(stack)[0]?.inputs).toEqual({ region: 'east', version: '1.2.3', __internal: {} });
  expect(providers(stack)[0]?.outputs).toEqual({ region: 'east', version: '1.2.3' });
  expect((await stack.preview(body('west'))).events).toMatchInlineSnapshot(`
    [
      "create-replacement mine because of region",
      "replace mine because of region",
      "create-replacement a because of provider",
      "replace a because of provider",
      "delete-replaced a",
      "delete-replaced mine",
      "same proj-dev",
      "succeeded: 1 same, 2 replace",
    ]
  `);
  expect((await stack.up(body('west'))).events).toMatchInlineSnapshot(`
    [
      "create-replacement mine because of region",
      "replace mine because of region",
      "create-replacement a because of provider",
      "replace a because of provider",
      "delete-replaced a",
      "delete-replaced mine",
      "same proj-dev",
      "succeeded: 1 same, 2 replace",
    ]
  `);
  expect((await stack.up(body('west'))).journal).toEqual([]);
});

test('a provider with an input that is not known yet is not asked, and the preview says so', async () => {
  const stack = new TestStack(new World());
  const body =
    (token: string): ProgramBody =>
    async (program) => {
      const isKnown = !program.monitor.info.isDryRun;
      const inputs = { token: isKnown ? token : new Unknown() };
      const provider = await program.resource('pulumi:providers:test', 'mine', inputs);
      const created = await program.thing('a', {}, { provider: `${provider.urn}::${provider.id}` });
      if (!isKnown && token === 'one') expect(created).toMatchObject({ id: '', outputs: {} });
    };
  expect((await stack.preview(body('one'))).events).toMatchInlineSnapshot(`
    [
      "create mine",
      "create a",
      "create proj-dev",
      "succeeded: 3 create",
    ]
  `);
  expect(stack.world.calls.filter((call) => !call.startsWith('checkConfig'))).toEqual([]);
  await stack.up(body('one'));
  expect((await stack.preview(body('two'))).events).toMatchInlineSnapshot(`
    [
      "update mine",
      "warning on a: The provider for this resource has inputs that are not known during preview.
    This preview may not correctly represent the changes that will be applied during an update.",
      "same a",
      "same proj-dev",
      "succeeded: 2 same, 1 update",
    ]
  `);
});

test('where a provider works is told once', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async (program) => {
    await program.thing('a');
  };
  const request = { config: { 'test:target': 'cluster trantor' }, options: { refresh: true } };
  await stack.up(body, { request });
  const run = await stack.up(body, { request });
  expect(run.events.filter((line) => line.startsWith('target'))).toEqual(['target: cluster trantor']);
});

test('a provider that does not come up fails the update once, whoever needs it', async () => {
  const stack = new TestStack(new World());
  stack.world.onCall = (call) => {
    if (call === 'configure') throw new Error('wrong cluster');
  };
  const run = await stack.preview(async (program) => {
    await Promise.all([program.thing('a'), program.thing('b'), program.resource('nobody:index:X', 'c')]);
  });
  expect(run.events).toMatchInlineSnapshot(`
    [
      "error on default: nobody serves package nobody",
      "error on default: Preview failed: wrong cluster",
      "failed: create default",
      "create proj-dev",
      "error: preview failed",
      "failed: 1 create",
    ]
  `);
  expect(stack.world.calls.filter((call) => call.startsWith('check '))).toEqual([]);
});

test('default providers can be denied by configuration', async () => {
  const stack = new TestStack(new World());
  const run = await stack.up(
    async (program) => {
      await program.thing('a');
    },
    { request: { config: { 'pulumi:disable-default-providers': '["test"]' } } },
  );
  expect(run.errors).toMatchInlineSnapshot(`
    [
      "Default provider for 'test' disabled. 'urn:pulumi:dev::proj::test:index:Thing::a' must use an explicit provider.
    The configuration \`pulumi:disable-default-providers\` says so.",
    ]
  `);
});

test('a function of a provider that a preview cannot configure yet is unknown', async () => {
  const stack = new TestStack(new World());
  const { errors } = await stack.preview(async (program) => {
    const { urn, id } = await program.resource('pulumi:providers:test', 'mine', { token: new Unknown() });
    const call = { token: 'test:index:echo', args: { text: 'x' }, provider: `${urn}::${id}`, dependsOn: [] };
    expect(await program.monitor.invoke(call)).toEqual({ kind: 'unknown' });
  });
  expect(errors).toEqual([]);
  expect(stack.world.calls).not.toContain('invoke test:index:echo');
});

test('a child that asks for a version of the package is served by that version, whatever serves its parent', async () => {
  const stack = new TestStack(new World());
  await stack.up(async (program) => {
    const { urn: parent } = await program.thing('a', {}, { plugin: { version: '1.0.0' } });
    await program.thing('b', {}, { parent, plugin: { version: '2.0.0' } });
  });
  const serverOf = (name: string) =>
    stack.snapshot.resources
      .find(({ urn }) => urn.endsWith(`::${name}`))
      ?.provider.split('::')
      .at(-2);
  expect([serverOf('a'), serverOf('b')]).toEqual(['default_1_0_0', 'default_2_0_0']);
});
