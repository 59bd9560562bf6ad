import type { PackageDescription, PropertyMap } from '@radiant/model';
import { expect, test } from 'vitest';
import { type ProgramBody, TestStack } from './harness/stack.ts';
import { World, worldWith } from './harness/world.ts';

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
      'default_2_0_0_https_/plugins.test',
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

test('of two parameters for one version of a package, each has a provider that keeps its name', async () => {
  const stack = new TestStack(new World());
  const other = { ...parameterized, parameterization: { ...parameterized.parameterization!, value: 'b3RoZXI=' } };
  const body =
    (...packages: readonly PackageDescription[]): ProgramBody =>
    async ({ monitor, thing }) => {
      for (const described of packages) {
        const packageRef = await monitor.registerPackage(described);
        await thing(`of-${described.parameterization!.value}`, {}, { plugin: { packageRef } });
      }
    };
  const named = () =>
    Object.fromEntries(
      providers(stack).map(({ urn, inputs }) => [
        (inputs.__internal as PropertyMap).parameterization,
        urn.split('::')[3]?.replace(/[0-9a-f]{8}$/, 'HASH'),
      ]),
    );
  const plain = 'default_2_0_0_https_/plugins.test';
  expect((await stack.up(body(parameterized, other))).errors).toEqual([]);
  expect(named()).toEqual({ 'aGVsbG8=': plain, 'b3RoZXI=': `${plain}_HASH` });
  expect((await stack.up(body(other, parameterized))).journal).toEqual([]);
  await stack.up(body(other));
  expect(named()).toEqual({ 'b3RoZXI=': `${plain}_HASH` });
});

test('a parameter that changes changes the provider in its place', async () => {
  const stack = new TestStack(new World());
  const body =
    (value: string): ProgramBody =>
    async ({ monitor, thing }) => {
      const parameterization = { ...parameterized.parameterization!, value };
      const packageRef = await monitor.registerPackage({ ...parameterized, parameterization });
      await thing('a', {}, { plugin: { packageRef } });
    };
  await stack.up(body('b25l'));
  const before = providers(stack).map(({ urn, id }) => `${urn}::${id}`);
  await stack.up(body('dHdv'));
  expect(providers(stack).map(({ urn, id }) => `${urn}::${id}`)).toEqual(before);
  expect(providers(stack)[0]?.inputs.__internal).toMatchObject({ parameterization: 'dHdv' });
});

test('checksums, and a slash at the end of an address, make no other provider', async () => {
  const stack = new TestStack(new World());
  const plugin = { version: '1.0.0', downloadUrl: 'https://plugins.test/x' };
  const { errors } = await stack.up(async ({ thing }) => {
    await thing('a', {}, { plugin: { ...plugin, checksums: { 'linux-amd64': 'ab' } } });
    await thing('b', {}, { plugin: { ...plugin, downloadUrl: 'https://plugins.test/x/' } });
  });
  expect(errors).toEqual([]);
  expect(providers(stack).map(({ urn }) => urn.split('::')[3])).toEqual(['default_1_0_0_https_/plugins.test/x']);
});

const installed = () => ({ version: '4.5.6', downloadUrl: 'https://installed.test' });

test('what a request does not say of its plugin, the installed package says', async () => {
  const stack = new TestStack(new World());
  await stack.up(
    async ({ thing }) => {
      await thing('a');
      await thing('b', {}, { plugin: { version: '1.0.0' } });
    },
    { installed },
  );
  expect(providers(stack).map(({ urn, inputs }) => [urn.split('::')[3], inputs])).toEqual([
    [
      'default_4_5_6_https_/installed.test',
      { version: '4.5.6', __internal: { pluginDownloadURL: 'https://installed.test' } },
    ],
    [
      'default_1_0_0_https_/installed.test',
      { version: '1.0.0', __internal: { pluginDownloadURL: 'https://installed.test' } },
    ],
  ]);
});

test('an explicit provider that names no plugin gets the one that the installed package asks for', async () => {
  const stack = new TestStack(new World());
  await stack.up(
    async ({ resource }) => {
      await resource('pulumi:providers:test', 'silent', { version: 'of the user' });
      await resource('pulumi:providers:test', 'versioned', {}, { plugin: { version: '1.0.0' } });
    },
    { installed },
  );
  expect(Object.fromEntries(providers(stack).map(({ urn, inputs }) => [urn.split('::')[3], inputs]))).toEqual({
    silent: { version: '4.5.6', __internal: { pluginDownloadURL: 'https://installed.test' } },
    versioned: { version: '1.0.0', __internal: {} },
  });
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

/** A package that adds to what the plugin of `test` serves. */
const gateway: PackageDescription = {
  name: 'test',
  version: '1.0.0',
  extension: { name: 'gateway', version: '1.2.0', value: 'Z2F0ZXdheQ==' },
};

/** sha256 of the name, the version and the value, with zeros between. */
const gatewayRef = '730e23a33a1e97f08242e30ab5fcf9b4f78c313ec3477a18e679379b184c6935';

/** A resource of the package itself and one of its extension, in the given version. */
const extended =
  (version: string, size = 1): ProgramBody =>
  async ({ monitor, thing }) => {
    const packageRef = await monitor.registerPackage({ ...gateway, extension: { ...gateway.extension!, version } });
    await thing('plain', { name: 'plain' }, { plugin: { version: '1.0.0' } });
    await thing('route', { name: 'route', size }, { plugin: { packageRef } });
  };

const lessons = ({ world }: TestStack) => world.calls.splice(0).filter((call) => call.startsWith('extend'));

test('an extension of a package is taught to the provider of the package, once, before it serves its resources', async () => {
  const stack = new TestStack(new World());
  await stack.up(extended('1.2.0'));
  const calls = stack.world.calls.filter((call) => /^(extend|check|create)/.test(call));
  expect(calls.indexOf('extend gateway 1.2.0')).toBeLessThan(calls.indexOf('check route'));
  expect(lessons(stack)).toEqual(['extend gateway 1.2.0']);
  expect(providers(stack)).toHaveLength(1);
  expect(stack.snapshot.resources.map(({ id, extension }) => [id, extension?.ref])).toEqual(
    expect.arrayContaining([
      ['plain', undefined],
      ['route', gatewayRef],
    ]),
  );
  expect((await stack.up(extended('1.2.0'))).journal).toEqual([]);
});

test('what an extension serves is read and deleted by a provider that has been taught it again', async () => {
  const stack = new TestStack(new World());
  await stack.up(extended('1.2.0'));
  lessons(stack);
  await stack.refresh();
  expect(lessons(stack)).toEqual(['extend gateway 1.2.0']);
  expect((await stack.destroy()).errors).toEqual([]);
  expect(lessons(stack)).toEqual(['extend gateway 1.2.0']);
  expect(stack.world.names()).toEqual([]);
});

test('another version of an extension is recorded, though nothing else has changed', async () => {
  const stack = new TestStack(new World());
  await stack.up(extended('1.2.0'));
  lessons(stack);
  expect((await stack.up(extended('2.0.0'))).changes).toEqual({ same: 3 });
  expect(lessons(stack)).toEqual(['extend gateway 2.0.0']);
  expect(stack.snapshot.resources.find(({ id }) => id === 'route')?.extension?.version).toBe('2.0.0');
});

test('a provider that cannot be extended is named with the package that wants it, before anything is made', async () => {
  const stack = new TestStack(worldWith(({ extend: _, ...honest }) => ({ ...honest, extend: undefined })));
  const { errors, result } = await stack.up(extended('1.2.0'));
  expect(result).toBe('failed');
  expect(errors.join()).toMatch(/the provider '.*default_1_0_0.*' cannot be extended by the package gateway 1\.2\.0/);
  expect(stack.world.names()).not.toContain('route');
});

test('a rollback declares what an extension served with the extension', async () => {
  const stack = new TestStack(new World());
  await stack.up(extended('1.2.0'));
  const before = stack.snapshot;
  await stack.up(extended('2.0.0', 2));
  lessons(stack);
  expect((await stack.rollback(before)).errors).toEqual([]);
  expect(lessons(stack)).toEqual(['extend gateway 1.2.0']);
});

test('a version that is none is refused with the package, of default and explicit providers', async () => {
  const stack = new TestStack(new World());
  const plugin = { version: 'latest' };
  const byDefault = await stack.up(async (program) => void (await program.thing('a', {}, { plugin })));
  const explicit = await stack.up(
    async (program) => void (await program.resource('pulumi:providers:test', 'mine', {}, { plugin })),
  );
  for (const { errors } of [byDefault, explicit])
    expect(errors[0]).toContain("the version 'latest' of package 'test' is none");
  const good = { version: '1.2.3-beta.1+build.7' };
  expect((await stack.up(async (program) => void (await program.thing('a', {}, { plugin: good })))).errors).toEqual([]);
});
