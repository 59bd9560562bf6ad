import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../program/run-program.ts';
import { folderWith } from '../testing/program-folder.ts';
import { programOptions } from '../testing/run-to-end.ts';
import { readPythonOptions } from './options.ts';
import { findPython, installsWith } from './python.ts';

const bin = folderWith({ python3: '', python: '', 'my-python': '' });
for (const name of ['python3', 'python', 'my-python']) chmodSync(join(bin, name), 0o755);
const env = { PATH: bin };
const python = 'bin/python';

function found(folder: string, options: Readonly<Record<string, unknown>> = {}, more: NodeJS.ProcessEnv = {}) {
  const place = { projectDir: folder, programDir: folder };
  const read = readPythonOptions(options);
  const it = findPython(place, read, { ...env, ...more });
  return { ...it, installWith: installsWith(it, place, read) };
}

function refusal(attempt: () => unknown): OperationError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('the Python of a folder', () => {
  test('is that of the virtual environment which the project names, and nothing of another Python’s home', () => {
    const folder = folderWith({ [`env/${python}`]: '' });
    const it = found(folder, { virtualenv: 'env' }, { VIRTUAL_ENV: '/other', PYTHONHOME: '/other' });
    expect(it).toMatchObject({
      command: join(folder, 'env', python),
      installWith: `${join(folder, 'env', python)} -m pip install`,
      env: { VIRTUAL_ENV: join(folder, 'env'), PATH: `${join(folder, 'env/bin')}:${bin}` },
    });
    expect(it.env).not.toHaveProperty('PYTHONHOME');
  });

  test('is the one that its toolchain keeps, named or known by its lock file, above the program too', () => {
    const locked = folderWith({ 'uv.lock': '', [`.venv/${python}`]: '', 'app/__main__.py': '' });
    expect(found(join(locked, 'app'))).toMatchObject({
      command: join(locked, '.venv', python),
      installWith: 'uv add',
    });
    const named = folderWith({ 'pyproject.toml': '', [`kept/${python}`]: '', 'app/__main__.py': '' });
    const options = { toolchain: 'uv' };
    expect(found(join(named, 'app'), options, { UV_PROJECT_ENVIRONMENT: 'kept' }).command).toBe(
      join(named, 'kept', python),
    );
  });

  test('is otherwise the one of PULUMI_PYTHON_CMD, of the active environment, or on PATH', () => {
    const active = folderWith({ [python]: '' });
    expect(found(active, {}, { VIRTUAL_ENV: active }).command).toBe(join(active, python));
    expect(found(active, {}, { VIRTUAL_ENV: active, PULUMI_PYTHON_CMD: 'my-python' }).command).toBe('my-python');
    expect(found(active).command).toBe('python3');
    expect(refusal(() => found(active, {}, { PATH: '' })).summary).toContain("'python3' and 'python' are not on PATH");
    const wrong = refusal(() => found(active, {}, { PULUMI_PYTHON_CMD: 'nowhere' }));
    expect([wrong.code, wrong.remedy]).toEqual(['PYTHON_NOT_FOUND', 'Correct PULUMI_PYTHON_CMD.']);
  });

  test('that is not there is named with the commands that make it', () => {
    const folder = folderWith({ 'empty/file': '' });
    const { summary, remedy } = refusal(() => found(folder, { virtualenv: 'venv' }));
    expect(summary).toBe(`the virtual environment ${join(folder, 'venv')} does not exist`);
    expect(remedy).toMatch(/radiant install[\s\S]*python3 -m venv/);
    expect(refusal(() => found(folder, { virtualenv: 'empty' })).summary).toContain('is no virtual environment');
    expect(refusal(() => found(folder, { toolchain: 'uv' })).remedy).toContain('uv sync');
    const missing = refusal(() => found(folder, { toolchain: 'poetry' }));
    expect(missing).toMatchObject({ code: 'TOOLCHAIN_NOT_FOUND', summary: expect.stringContaining('poetry') });
  });
});

test('runtime options that are none are refused with what they may be', () => {
  expect(refusal(() => readPythonOptions({ toolchain: 'conda' })).summary).toBe(
    'the runtime option \'toolchain\' must be one of pip, poetry, uv, not "conda"',
  );
  expect(refusal(() => readPythonOptions({ typechecker: true })).summary).toContain("'typechecker' must be a text");
  expect(readPythonOptions({ toolchain: 'UV', typechecker: '' })).toMatchObject({ toolchain: 'uv' });
});

test('a program that is not there is refused before anything is started', () => {
  const refusalOf = (folder: string, entryPoint: string) =>
    refusal(() => runProgram({ ...programOptions(folder, '127.0.0.1:1'), runtime: 'python', env, entryPoint }).kill());
  const folder = folderWith({ 'main.py': '' });
  expect(refusalOf(folder, '.').message).toContain(`There is no __main__.py in ${folder}`);
  expect(refusalOf(folder, 'app.py').message).toContain("Pulumi.yaml names 'app.py'");
  expect(refusalOf(join(folder, 'nowhere'), '.').code).toBe('PROGRAM_DIRECTORY_NOT_FOUND');
});
