import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { OperationError } from '@radiant/model';
import { executableOnPath, withPathFirst } from '../executables.ts';
import type { PythonOptions, Toolchain } from './options.ts';
import { type PythonPlace, toolchainOf, virtualEnvironmentOf } from './toolchain.ts';

/** A Python to start, with the environment it is to have. */
export interface Python {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

const isWindows = process.platform === 'win32';

/**
 * The Python of a folder of sources: that of its virtual environment, as its toolchain keeps it, else the one that
 * PULUMI_PYTHON_CMD names, that of the active virtual environment, or the one on PATH. Throws OperationError for one
 * that is not there.
 */
export function findPython(place: PythonPlace, options: PythonOptions, env: NodeJS.ProcessEnv): Python {
  const root = virtualEnvironmentOf(place, options, env);
  if (root !== undefined) return pythonIn(root, toolchainOf(place, options), env);
  if (env.VIRTUAL_ENV && !env.PULUMI_PYTHON_CMD) return pythonIn(env.VIRTUAL_ENV, 'pip', env);
  return { command: pythonOnPath(env), env };
}

/** The Python that makes virtual environments. Throws OperationError when there is none. */
export function pythonOnPath(env: NodeJS.ProcessEnv): string {
  // The installer from python.org brings no `python3` to Windows, and a link of that name makes no good environments.
  const usual = isWindows ? ['python', 'python3'] : ['python3', 'python'];
  const names = env.PULUMI_PYTHON_CMD ? [env.PULUMI_PYTHON_CMD] : usual;
  const found = names.find((name) => (isAbsolute(name) ? existsSync(name) : executableOnPath(name, env) !== undefined));
  if (found !== undefined) return found;
  throw new OperationError({
    code: 'PYTHON_NOT_FOUND',
    summary: `there is no Python: ${names.map((name) => `'${name}'`).join(' and ')} ${names.length === 1 ? 'is' : 'are'} not on PATH`,
    remedy: env.PULUMI_PYTHON_CMD
      ? 'Correct PULUMI_PYTHON_CMD.'
      : 'Install Python, or name one:\n    PULUMI_PYTHON_CMD=/path/to/python3',
  });
}

/** The Python of a virtual environment. */
export function pythonFile(root: string): string {
  return isWindows ? join(root, 'Scripts', 'python.exe') : join(root, 'bin', 'python');
}

function pythonIn(root: string, toolchain: Toolchain, env: NodeJS.ProcessEnv): Python {
  if (!existsSync(pythonFile(root))) throw noEnvironment(root, toolchain);
  return inEnvironment(root, env);
}

/** The Python of a virtual environment, which may yet have to be made, with the environment variables it runs in. */
export function inEnvironment(root: string, env: NodeJS.ProcessEnv): Python {
  const command = pythonFile(root);
  const { PYTHONHOME: _, ...rest } = env;
  return { command, env: { ...withPathFirst(dirname(command), rest), VIRTUAL_ENV: root } };
}

function noEnvironment(root: string, toolchain: Toolchain): OperationError {
  return new OperationError({
    code: 'PYTHON_NOT_FOUND',
    summary: existsSync(root)
      ? `${root} is no virtual environment: it has no Python`
      : `the virtual environment ${root} does not exist`,
    remedy: `Make it, and install what is needed:\n    radiant install\nor by hand:\n    ${madeByHand[toolchain](root)}`,
  });
}

const madeByHand: { readonly [toolchain in Toolchain]: (root: string) => string } = {
  pip: (root) =>
    `${isWindows ? 'python' : 'python3'} -m venv ${root} && ${pythonFile(root)} -m pip install -r requirements.txt`,
  poetry: () => 'poetry install',
  uv: () => 'uv sync',
};

/** The command that installs a package where this Python finds it, without the name of the package. */
export function installsWith(python: Python, place: PythonPlace, options: PythonOptions): string {
  switch (toolchainOf(place, options)) {
    case 'pip':
      return `${python.command} -m pip install`;
    case 'poetry':
      return 'poetry add';
    case 'uv':
      return 'uv add';
  }
}
