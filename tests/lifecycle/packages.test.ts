import type { PackageDescription, PropertyMap } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World } from './harness/world.ts';

/** The plugin `base` serves the package `test` when it is told a parameter. */
const parameterized: PackageDescription = {
  name: 'base',
  version: '0.9.0',
  downloadUrl: 'https://plugins.test',
  parameterization: { name: 'test', version: '2.0.0', value: 'aGVsbG8=' },
};

const providers = ({ snapshot }: TestStack) =>
  snapshot.resources.filter(({ type }) => type.startsWith('pulumi:providers:'));

test('a package that the program describes gets one default provider, which records the plugin behind it', async () => {
  const stack = new TestStack(new World());
  const body: ProgramBody = async ({ monitor, thing, stackUrn: parent }) => {
    const packageRef = await monitor.registerPackage(parameterized);
    expect(await monitor.registerPackage({ ...parameterized })).toBe(packageRef);
    await thing('a', {}, { plugin: { packageRef } });
    const read = { type: 'test:index:Thing', name: 'r', id: undefined, parent, inputs: {}, dependencies: [] };
    if (monitor.info.isDryRun)
      await monitor.readResource({ ...read, packageRef, additionalSecretOutputs: [], stackTrace: [] });
    await monitor.invoke({ token: 'test:index:echo', args: {}, packageRef, dependsOn: [] });
  };
  expect((await stack.preview(body)).errors).toEqual([]);
  expect((await stack.up(body)).errors).toEqual([]);
  expect(providers(stack).map(({ urn, inputs }) => [urn.split('::')[3], inputs])).toEqual([
    [
      'default_2_0_0_https___plugins_test',
      {
        version: '2.0.0',
        __internal: {
          pluginDownloadURL: 'https://plugins.test',
          name: 'base',
          version: '0.9.0',
          parameterization: 'aGVsbG8=',
        } satisfies PropertyMap,
      },
    ],
  ]);
  expect((await stack.up(body)).journal).toEqual([]);
});

test('packages with different parameters are served by different providers', async () => {
  const stack = new TestStack(new World());
  await stack.up(async ({ monitor, thing }) => {
    const one = await monitor.registerPackage(parameterized);
    const version = { ...parameterized.parameterization!, version: '3.0.0' };
    const two = await monitor.registerPackage({ ...parameterized, parameterization: version });
    expect(one).not.toBe(two);
    await thing('a', {}, { plugin: { packageRef: one } });
    await thing('b', {}, { plugin: { packageRef: two } });
  });
  expect(providers(stack)).toHaveLength(2);
});

test('an explicit provider of a described package records the plugin behind it, too', async () => {
  const stack = new TestStack(new World());
  await stack.up(async ({ monitor, resource }) => {
    const packageRef = await monitor.registerPackage(parameterized);
    await resource('pulumi:providers:test', 'mine', {}, { plugin: { packageRef }, envVarMappings: { NEW: 'OLD' } });
  });
  expect(providers(stack)[0]?.inputs).toMatchObject({
    version: '2.0.0',
    __internal: { name: 'base', parameterization: 'aGVsbG8=', envVarMappings: { NEW: 'OLD' } },
  });
});

test('a reference to a package that nobody described is refused', async () => {
  const stack = new TestStack(new World());
  const { errors } = await stack.up(async ({ thing }) => {
    await thing('a', {}, { plugin: { packageRef: 'nobody' } });
  });
  expect(errors[0]).toContain("unknown provider package 'nobody'");
});

test('environment variables can be mapped for providers alone', async () => {
  const stack = new TestStack(new World());
  const { errors } = await stack.up(async ({ thing }) => {
    await thing('a', {}, { envVarMappings: { NEW: 'OLD' } });
  });
  expect(errors[0]).toContain('envVarMappings can only be used with provider resources');
});

test('denied default providers leave what the engine itself serves', async () => {
  const stack = new TestStack(new World());
  const request = { config: { 'pulumi:disable-default-providers': '["*"]' } };
  const { errors } = await stack.up(
    async ({ monitor, thing }) => {
      await monitor.invoke({ token: 'pulumi:pulumi:getResource', args: {}, dependsOn: [] });
      await thing('a');
    },
    { request },
  );
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain("Default provider for 'test' disabled.");
});

test('whoever names the same build of a plugin gets the same provider: resources, reads, functions and methods', async () => {
  const stack = new TestStack(new World());
  stack.world.methods.set('test:index:m', async () => ({ result: {}, resultDependencies: {}, failures: [] }));
  const run = await stack.up(async ({ monitor, thing, stackUrn: parent }) => {
    const checksums = { 'linux-amd64': 'ab01' };
    const named = { version: '1.2.3', pluginDownloadUrl: 'https://plugins.test', pluginChecksums: checksums };
    const made = await thing(
      'a',
      { name: 'a' },
      { plugin: { version: '1.2.3', downloadUrl: 'https://plugins.test', checksums } },
    );
    const read = { type: 'test:index:Thing', name: 'r', id: made.id, parent, inputs: {}, dependencies: [] };
    await monitor.readResource({ ...read, ...named, additionalSecretOutputs: [], stackTrace: [] });
    await monitor.invoke({ token: 'test:index:echo', args: {}, dependsOn: [], ...named });
    await monitor.call({ token: 'test:index:m', args: {}, argDependencies: {}, ...named });
  });
  expect(run.errors).toEqual([]);
  expect(providers(stack).map(({ inputs }) => inputs.__internal)).toEqual([
    { pluginDownloadURL: 'https://plugins.test', pluginChecksums: { 'linux-amd64': 'ab01' } },
  ]);
});
