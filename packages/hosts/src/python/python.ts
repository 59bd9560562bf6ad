import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { OperationError } from '@radiant/model';
import { upwards } from '../upwards.ts';

/** A Python to start, with the environment it is to have. */
export interface Python {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The options of `runtime: python` that say which Python is meant (engine reference 1.7). */
export interface PythonOptions {
  readonly toolchain?: unknown;
  /** The folder of a virtual environment, relative to the sources. */
  readonly virtualenv?: unknown;
}

/**
 * The Python of a folder of sources: that of its virtual environment, as its toolchain keeps it, else the one on PATH.
 * Throws OperationError for a virtual environment that is not there.
 */
export function findPython(folder: string, options: PythonOptions, env: NodeJS.ProcessEnv): Python {
  const root = virtualEnvironment(folder, options, env);
  if (root === undefined) return { command: env.PULUMI_PYTHON_CMD ?? 'python3', env };
  const bin = join(root, process.platform === 'win32' ? 'Scripts' : 'bin');
  const command = join(bin, process.platform === 'win32' ? 'python.exe' : 'python');
  if (!existsSync(command))
    throw new OperationError({
      code: 'PYTHON_NOT_FOUND',
      summary: `the virtual environment ${root} has no Python`,
      remedy: `Make it, and install what is needed:\n    python3 -m venv ${root} && ${command} -m pip install -r requirements.txt`,
    });
  const { PYTHONHOME: _, ...rest } = env;
  return { command, env: { ...rest, VIRTUAL_ENV: root, PATH: [bin, rest.PATH ?? ''].join(delimiter) } };
}

function virtualEnvironment(folder: string, options: PythonOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (typeof options.virtualenv === 'string' && options.virtualenv !== '') return resolve(folder, options.virtualenv);
  switch (options.toolchain ?? lockedToolchain(folder)) {
    case 'uv':
      return resolve(folderOf('uv.lock', folder) ?? folder, env.UV_PROJECT_ENVIRONMENT ?? '.venv');
    case 'poetry':
      return poetryEnvironment(folder, env);
    default:
      return env.VIRTUAL_ENV;
  }
}

function lockedToolchain(folder: string): 'uv' | 'poetry' | undefined {
  if (folderOf('poetry.lock', folder) !== undefined) return 'poetry';
  return folderOf('uv.lock', folder) === undefined ? undefined : 'uv';
}

function folderOf(file: string, from: string): string | undefined {
  return [...upwards(from)].find((folder) => existsSync(join(folder, file)));
}

function poetryEnvironment(cwd: string, env: NodeJS.ProcessEnv): string {
  const { stdout, stderr, status, error } = spawnSync('poetry', ['env', 'info', '--path'], {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (status === 0 && stdout.trim() !== '') return stdout.trim();
  throw new OperationError({
    code: 'PYTHON_NOT_FOUND',
    summary: `poetry knows no virtual environment for ${cwd}`,
    detail: error?.message ?? stderr.trim(),
    remedy: `Run \`poetry install\` in ${cwd}`,
    cause: error,
  });
}

/** What a pyproject.toml calls its package: `name` under `[project]`. */
export function distributionName(text: string): string | undefined {
  const project = /^\[project\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return /^\s*name\s*=\s*["']([^"']+)["']/m.exec(project)?.[1];
}
