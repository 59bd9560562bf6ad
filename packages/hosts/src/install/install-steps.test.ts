import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceFolderRequest } from '../plugin/source-folder.ts';
import { folderWith } from '../testing/program-folder.ts';
import type { InstallRequest } from './install-step.ts';
import { installSteps } from './install-steps.ts';

/** A PATH with these executables and no others. */
function pathWith(...names: readonly string[]): string {
  const folder = folderWith(Object.fromEntries(names.map((name) => [name, ''])));
  for (const name of names) chmodSync(join(folder, name), 0o755);
  return folder;
}

const everything = pathWith('npm', 'yarn', 'pnpm', 'bun', 'fnm', 'python3', 'pyenv', 'poetry', 'uv');

function linesOf(folder: string, runtime: string, request: Partial<InstallRequest> = {}): string[] {
  const steps = installSteps({
    ...{ projectDir: folder, programDir: folder, runtime, runtimeOptions: {}, usesVersionTools: false },
    env: { PATH: everything },
    ...request,
  });
  return (steps ?? []).map(({ command, args }) => [command, ...args].join(' ').replaceAll(`${folder}/`, ''));
}

describe('what a Node.js program needs', () => {
  test('is installed by the package manager of its lock file, of its options, or by npm', () => {
    const manifest = { 'package.json': '{}' };
    const npm = folderWith(manifest);
    expect(linesOf(npm, 'nodejs')).toEqual(['npm install --loglevel=error']);
    expect(linesOf(npm, 'nodejs', { runtimeOptions: { packagemanager: 'bun' } })).toEqual(['bun install']);
    expect(linesOf(npm, 'nodejs', { runtimeOptions: { production: true } })).toEqual([
      'npm install --loglevel=error --omit=dev',
    ]);
    expect(linesOf(folderWith({ ...manifest, 'yarn.lock': '' }), 'nodejs')).toEqual(['yarn install']);
    expect(linesOf(folderWith({ ...manifest, 'pnpm-lock.yaml': '' }), 'nodejs')).toEqual(['pnpm install']);
    expect(linesOf(folderWith({}), 'nodejs')).toEqual([]);
  });

  test('is installed by npm where the lock file’s manager is not there, unless the project insists on it', () => {
    const folder = folderWith({ 'package.json': '{}', 'yarn.lock': '' });
    const env = { PATH: pathWith('npm') };
    expect(linesOf(folder, 'nodejs', { env })).toEqual(['npm install --loglevel=error']);
    expect(() => linesOf(folder, 'nodejs', { env, runtimeOptions: { packagemanager: 'yarn' } })).toThrow(
      /yarn is not on PATH/,
    );
  });

  test('includes the version of Node.js that it asks for, when that is wanted and can be had', () => {
    const folder = folderWith({ 'package.json': '{}', '.nvmrc': '24' });
    expect(linesOf(folder, 'nodejs', { usesVersionTools: true })[0]).toBe('fnm install');
    const env = { PATH: pathWith('npm') };
    expect(linesOf(folder, 'nodejs', { usesVersionTools: true, env })).toHaveLength(1);
  });
});

describe('what a Python program needs', () => {
  test('is installed into the virtual environment, which is made when it is not there', () => {
    const folder = folderWith({ 'requirements.txt': '' });
    const runtimeOptions = { virtualenv: 'venv' };
    expect(linesOf(folder, 'python', { runtimeOptions })).toEqual([
      'python3 -m venv venv',
      'venv/bin/python -m pip install -r requirements.txt',
    ]);
    const made = folderWith({ 'requirements.txt': '', 'venv/bin/python': '' });
    expect(linesOf(made, 'python', { runtimeOptions })).toHaveLength(1);
  });

  test('is what requirements.txt lists, else the package that the sources are', () => {
    expect(linesOf(folderWith({ 'requirements.txt': '', 'pyproject.toml': '[project]\n' }), 'python')).toEqual([
      'python3 -m pip install -r requirements.txt',
    ]);
    expect(linesOf(folderWith({ 'pyproject.toml': '[project]\nname = "x"\n' }), 'python')).toEqual([
      'python3 -m pip install -e .',
    ]);
    expect(linesOf(folderWith({ 'pyproject.toml': '[tool.ruff]\n' }), 'python')).toEqual([]);
  });

  test('is installed by poetry or uv, where those keep it', () => {
    expect(linesOf(folderWith({ 'poetry.lock': '', 'pyproject.toml': '' }), 'python')).toEqual([
      'poetry install --no-ansi',
    ]);
    expect(() => linesOf(folderWith({ 'poetry.lock': '' }), 'python')).toThrow(/pyproject\.toml/);
    const uv = { runtimeOptions: { toolchain: 'uv' } };
    expect(linesOf(folderWith({ 'pyproject.toml': '' }), 'python', uv)).toEqual(['uv sync']);
    expect(linesOf(folderWith({ 'requirements.txt': '' }), 'python', uv)).toEqual([
      'uv init --bare --no-package --no-pin-python',
      'uv add --requirements requirements.txt',
    ]);
    const without = { ...uv, env: { PATH: pathWith('python3') } };
    expect(() => linesOf(folderWith({}), 'python', without)).toThrow(/uv is not on PATH/);
  });

  test('includes the version of Python that it asks for', () => {
    const folder = folderWith({ 'requirements.txt': '', '.python-version': '3.12' });
    expect(linesOf(folder, 'python', { usesVersionTools: true })[0]).toBe('pyenv install --skip-existing');
  });
});

test('a plugin or policy pack in Python gets a virtual environment of its own beside it, unless it says otherwise', () => {
  const pack = folderWith({ 'PulumiPolicy.yaml': 'runtime: python', 'requirements.txt': '' });
  expect(linesOf(pack, 'python', sourceFolderRequest('policy pack', pack))).toEqual([
    'python3 -m venv venv',
    'venv/bin/python -m pip install -r requirements.txt',
  ]);
  const own = folderWith({
    'PulumiPlugin.yaml': 'runtime: {name: python, options: {toolchain: uv}}',
    'pyproject.toml': '',
  });
  expect(linesOf(own, 'python', sourceFolderRequest('plugin', own))).toEqual(['uv sync']);
});

test('other runtimes have tools that are not known here', () => {
  expect(installSteps({ ...sourceRequest(), runtime: 'go' })).toBeUndefined();
  expect(installSteps({ ...sourceRequest(), runtime: 'constructor' })).toBeUndefined();
});

function sourceRequest(): InstallRequest {
  const dir = folderWith({});
  return { projectDir: dir, programDir: dir, runtime: '', runtimeOptions: {}, env: {}, usesVersionTools: false };
}
