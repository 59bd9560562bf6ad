import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, programWith } from '../testing/program-folder.ts';
import { dynamicProviderCommand, pluginCommand } from './plugin-command.ts';

const engineAddress = '127.0.0.1:1';
const bin = folderWith({ python3: '' });
chmodSync(join(bin, 'python3'), 0o755);
const env = { PATH: bin };

function commandOf(dir: string) {
  return pluginCommand({ kind: 'source', dir }, { engineAddress, programDir: '/program', env });
}

test('an executable is given the address of the engine and nothing else, and runs where the program does', () => {
  const context = { engineAddress, programDir: '/program', env };
  expect(pluginCommand({ kind: 'executable', path: '/x/pulumi-resource-shelf' }, context)).toEqual({
    command: '/x/pulumi-resource-shelf',
    args: [engineAddress],
    cwd: '/program',
    env,
  });
});

test('sources in Node.js run under the SDK that they have installed', () => {
  const dir = programWith({
    'PulumiPlugin.yaml':
      'runtime:\n  name: nodejs\n  options:\n    nodeargs: "--max-old-space-size=99 --trace-warnings"\n',
  });
  const { command, args, cwd } = commandOf(dir);
  expect([command, cwd]).toEqual([process.execPath, '/program']);
  expect(args).toEqual([
    '--max-old-space-size=99',
    '--trace-warnings',
    expect.stringMatching(/@pulumi\/pulumi\/cmd\/run-plugin\/index\.js$/),
    dir,
    engineAddress,
  ]);
  expect(() => commandOf(folderWith({ 'PulumiPlugin.yaml': 'runtime: nodejs' }))).toThrow(
    /npm install @pulumi\/pulumi/,
  );
});

describe('sources in Python', () => {
  const python = 'bin/python';

  test('run themselves, or as the package that pyproject.toml names', () => {
    const script = folderWith({ 'PulumiPlugin.yaml': 'runtime: python', '__main__.py': '' });
    expect(commandOf(script)).toMatchObject({ command: 'python3', args: ['-u', script, engineAddress] });
    const named = folderWith({
      'PulumiPlugin.yaml': 'runtime: python',
      'pyproject.toml':
        '[build-system]\nname = "other"\n[project]\ndescription = "x"\nname = "my-shelf"\n[tool]\nname = "no"\n',
    });
    expect(commandOf(named)).toMatchObject({ args: ['-u', '-m', 'pulumi.run.plugin', 'my-shelf', engineAddress] });
    expect(() => commandOf(folderWith({ 'PulumiPlugin.yaml': 'runtime: python' }))).toThrow(
      /neither a __main__\.py nor/,
    );
  });

  test('run in the virtual environment that they name, that lies beside them, or that their toolchain keeps', () => {
    const sources = { '__main__.py': '' };
    const named = folderWith({
      ...sources,
      'PulumiPlugin.yaml': 'runtime: {name: python, options: {virtualenv: env}}',
      [`env/${python}`]: '',
    });
    expect(commandOf(named)).toMatchObject({
      command: join(named, 'env', python),
      env: { VIRTUAL_ENV: join(named, 'env'), PATH: `${join(named, 'env/bin')}:${bin}` },
    });
    const beside = folderWith({ ...sources, 'PulumiPlugin.yaml': 'runtime: python', [`venv/${python}`]: '' });
    expect(commandOf(beside).command).toBe(join(beside, 'venv', python));
    const uv = folderWith({
      ...sources,
      'PulumiPlugin.yaml': 'runtime: python',
      'uv.lock': '',
      [`.venv/${python}`]: '',
    });
    expect(commandOf(uv).command).toBe(join(uv, '.venv', python));
  });

  test('say which virtual environment is missing, and how to make it', () => {
    const dir = folderWith({
      '__main__.py': '',
      'PulumiPlugin.yaml': 'runtime: {name: python, options: {virtualenv: env}}',
    });
    expect(() => commandOf(dir)).toThrow(`python3 -m venv ${join(dir, 'env')}`);
  });
});

test.each([
  ['another runtime', 'runtime: dotnet', /is written for the runtime 'dotnet', which cannot be run from source/],
  ['no runtime', 'packages: {}', /"runtime" is a name, or a map with "name" and "options"/],
  ['broken YAML', 'runtime: [', /could not load the plugin of .*PulumiPlugin\.yaml/],
])('sources of %s are refused with the reason', (_, manifest, message) => {
  expect(() => commandOf(folderWith({ 'PulumiPlugin.yaml': manifest }))).toThrow(message);
});

test('dynamic providers run under the SDK of the program, in its folder', () => {
  const dir = programWith({});
  const context = { engineAddress, programDir: dir, projectDir: dir, env, runtimeOptions: {} };
  const node = dynamicProviderCommand('pulumi-nodejs', context);
  expect(node.args).toEqual([expect.stringMatching(/cmd\/dynamic-provider\/index\.js$/), engineAddress]);
  expect(node.cwd).toBe(dir);
  const python = dynamicProviderCommand('pulumi-python', context);
  expect(python).toMatchObject({ command: 'python3', args: ['-u', '-m', 'pulumi.dynamic', engineAddress], cwd: dir });
});
