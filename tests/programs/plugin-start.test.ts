import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually, processesWithEnv } from '../support/processes.ts';
import { ProviderStack, testProviderDir } from './harness/test-provider.ts';

const text = (lines: readonly string[]) => lines.join('\n');
const node = path.resolve(import.meta.dirname, '../../node_modules/node/bin/node');

const asks = `
new Thing('Echo', 'echo');
export const answer = pulumi.runtime.invoke('testprovider:index:config', { variable: config.get('variable') ?? 'PULUMI_PROJECT' });`;

test('an executable on PATH is a plugin, also when a shell wraps it; nothing of it is left behind', async () => {
  await using provider = await ProviderStack.create(asks, { project: '' });
  const { stack } = provider;
  stack.env.PATH = `${testProviderDir}:${stack.env.PATH}`;
  stack.env.TEST_NODE = node;
  await stack.mustUp();
  expect(await provider.things()).toEqual(['echo']);
  expect(await processesWithEnv(provider.world)).toEqual([]);
});

test('a plugin knows the project, its configuration and the options of its runtime', async () => {
  await using provider = await ProviderStack.create(asks, {
    project: `plugins:\n  providers: [{ name: testprovider, path: ${testProviderDir} }]\n`,
  });
  const { stack } = provider;
  await stack.write({
    'Pulumi.yaml': `name: proj
runtime: { name: nodejs, options: { nodeargs: "--no-deprecation", typescript: true } }
plugins: { providers: [{ name: testprovider, path: ${testProviderDir} }] }
`,
  });
  const answer = async (variable: string) => {
    await stack.config('variable', variable);
    await stack.mustUp();
    return ((await (await stack.stack()).outputs()).answer as { env: unknown }).env;
  };
  expect(await answer('PULUMI_PROJECT')).toBe('proj');
  expect(await answer('PULUMI_RUNTIME_NODEARGS')).toBe('--no-deprecation');
  expect(await answer('PULUMI_RUNTIME_TYPESCRIPT')).toBe('true');
  expect(JSON.parse(String(await answer('PULUMI_CONFIG')))).toMatchObject({ 'proj:variable': 'PULUMI_CONFIG' });
});

test('a package of the project may be a plugin that parameters make it', async () => {
  await using provider = await ProviderStack.create(
    `class Planet extends pulumi.CustomResource {
      constructor(name: string) { super('planets:index:Echo', name, {}); }
    }
    new Planet('trantor');`,
    {
      project: `plugins: { providers: [{ name: testprovider, path: ${testProviderDir} }] }
packages:
  planets: { source: testprovider, parameters: [planets, 2.0.0] }
`,
    },
  );
  await provider.stack.mustUp();
  expect(await provider.things()).toEqual(['trantor']);
});

test('what the program has installed decides the version of a provider that it does not name', async () => {
  await using provider = await ProviderStack.create(asks);
  const { stack } = provider;
  await stack.write({
    'node_modules/testprovider/package.json': JSON.stringify({
      name: 'testprovider',
      version: '3.1.4',
      pulumi: { resource: true },
    }),
  });
  await stack.mustUp();
  const { resources } = await stack.exported();
  const found = resources.find(({ type }) => type === 'pulumi:providers:testprovider');
  expect(found).toMatchObject({ urn: expect.stringMatching(/::default_3_1_4$/), inputs: { version: '3.1.4' } });
});

test('a provider that somebody runs in a debugger is used, told of the engine, and left running', async () => {
  await using provider = await ProviderStack.create(`new Thing('Echo', 'echo', { say: 'hello from afar' });`, {
    project: '',
  });
  const { stack } = provider;
  const server = spawn(node, [path.join(testProviderDir, 'index.js')], {
    env: { PATH: process.env.PATH, TEST_WORLD: provider.world },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    stack.env.PULUMI_DEBUG_PROVIDERS = `other:1,testprovider:${await portOf(server)}`;
    const { diagnostics } = await stack.mustUp();
    expect(diagnostics.map(({ message }) => message)).toContain('hello from afar');
    expect((await stack.destroy()).result).toBe('succeeded');
    expect(await provider.things()).toEqual([]);
    expect(server.exitCode).toBeNull();
  } finally {
    server.kill();
  }
  // Not the port it had: whoever listens next may get that one, ourselves included.
  stack.env.PULUMI_DEBUG_PROVIDERS = 'testprovider:1';
  const gone = await stack.up();
  expect(text(gone.errors)).toContain('nobody answers at 127.0.0.1:1');
  stack.env.PULUMI_DEBUG_PROVIDERS = 'testprovider:soon';
  expect(text((await stack.up()).errors)).toContain('PULUMI_DEBUG_PROVIDERS has "testprovider:soon"');
});

test('a plugin that prints something else than its port, or nothing, is named; patience is a setting', async () => {
  await using provider = await ProviderStack.create(asks, { behaviour: { greeting: 'welcome' } });
  const { stack } = provider;
  expect(text((await stack.preview()).errors)).toContain(
    'the plugin of package "testprovider" printed "welcome" where its port was expected',
  );
  await stack.write({
    'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins: { providers: [{ name: testprovider, path: ./silent }] }\n',
    'silent/pulumi-resource-testprovider': '#!/bin/sh\necho thinking >&2\nexec sleep 60\n',
  });
  await stack.makeExecutable('silent/pulumi-resource-testprovider');
  stack.env.RADIANT_PLUGIN_START_SECONDS = '1';
  const silent = text((await stack.preview()).errors);
  expect(silent).toContain('did not print its port within 1 s');
  expect(silent).toContain('thinking');
  expect(await eventually(async () => (await processesWithEnv(provider.world)).length === 0, 2000)).toBe(true);
});

async function portOf(server: ChildProcess): Promise<string> {
  const [line] = (await once(server.stdout!, 'data')) as [Buffer];
  return line.toString().trim();
}
