import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OperationError } from '@radiant/model';
import { upwards } from '../upwards.ts';
import type { PythonOptions, Toolchain } from './options.ts';

/** Where sources in Python are. Of a plugin or a policy pack both are one folder. */
export interface PythonPlace {
  /** What the option `virtualenv` is relative to. */
  readonly projectDir: string;
  readonly programDir: string;
}

/** The toolchain of a project: the one it names, else the one whose lock file is nearest, else pip. */
export function toolchainOf({ programDir }: PythonPlace, options: PythonOptions): Toolchain {
  if (options.toolchain !== undefined) return options.toolchain;
  if (options.virtualenv !== undefined) return 'pip';
  for (const folder of upwards(programDir)) {
    if (existsSync(join(folder, 'poetry.lock'))) return 'poetry';
    if (existsSync(join(folder, 'uv.lock'))) return 'uv';
  }
  return 'pip';
}

/**
 * The folder of the virtual environment that a toolchain keeps for a project, whether or not it is there; undefined for
 * pip without one. Throws OperationError when poetry cannot say.
 */
export function virtualEnvironmentOf(
  place: PythonPlace,
  options: PythonOptions,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const { projectDir, programDir } = place;
  const named = options.virtualenv === undefined ? undefined : resolve(projectDir, options.virtualenv);
  switch (toolchainOf(place, options)) {
    case 'pip':
      return named;
    case 'uv':
      return named ?? resolve(uvProject(programDir), env.UV_PROJECT_ENVIRONMENT || '.venv');
    case 'poetry':
      return poetryEnvironment(programDir, env);
  }
}

/** The folder that uv takes for the project. */
export function uvProject(programDir: string): string {
  return nearest('uv.lock', programDir) ?? nearest('pyproject.toml', programDir) ?? programDir;
}

/** The folder at or above `from` that has a file. */
export function nearest(file: string, from: string): string | undefined {
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
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') throw missingTool('poetry', cwd);
  throw new OperationError({
    code: 'PYTHON_NOT_FOUND',
    summary: `poetry knows no virtual environment for ${cwd}`,
    detail: error?.message ?? (stderr.trim() || undefined),
    remedy: 'Make it, and install what the project needs:\n    radiant install',
    cause: error,
  });
}

/** What a project is kept with, and is not on PATH. */
export function missingTool(tool: string, cwd: string): OperationError {
  return new OperationError({
    code: 'TOOLCHAIN_NOT_FOUND',
    summary: `${tool} is not on PATH, and ${cwd} is kept with it`,
    remedy: `Install ${tool}, or name another toolchain under \`runtime.options.toolchain\` in Pulumi.yaml.`,
  });
}
