import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import { executableOnPath } from '../executables.ts';
import type { InstallRequest, InstallStep } from '../install/install-step.ts';
import { type PythonOptions, readPythonOptions } from './options.ts';
import { isPackage } from './pyproject.ts';
import { findPython, inEnvironment, pythonFile, pythonOnPath } from './python.ts';
import { missingTool, nearest, toolchainOf, virtualEnvironmentOf } from './toolchain.ts';

/** The commands that make the virtual environment of Python sources, and install what they need into it. */
export function pythonInstallSteps(request: InstallRequest): readonly InstallStep[] {
  const options = readPythonOptions(request.runtimeOptions);
  const versions = request.usesVersionTools ? versionSteps(request) : [];
  switch (toolchainOf(request, options)) {
    case 'pip':
      return [...versions, ...pipSteps(request, options)];
    case 'poetry':
      return [...versions, poetryStep(request, versions.length > 0)];
    case 'uv':
      return [...versions, ...uvSteps(request, options)];
  }
}

const packagesTitle = 'installing the packages of Python';

function pipSteps(request: InstallRequest, options: PythonOptions): readonly InstallStep[] {
  const { env, projectDir } = request;
  const root = virtualEnvironmentOf(request, options, env);
  const python = root === undefined ? findPython(request, options, env) : inEnvironment(root, env);
  const steps: InstallStep[] = [];
  if (root !== undefined && !existsSync(pythonFile(root))) {
    const args = ['-m', 'venv', root];
    steps.push({ title: 'making the virtual environment', command: pythonOnPath(env), args, cwd: projectDir, env });
  }
  const needs = needsOf(request);
  if (needs !== undefined)
    steps.push({ title: packagesTitle, ...python, args: ['-m', 'pip', 'install', ...needs.args], cwd: needs.cwd });
  return steps;
}

/** What pip is to install, and where; the list of requirements comes before the package that the sources are. */
function needsOf({ programDir, projectDir }: InstallRequest) {
  const folders = [programDir, projectDir];
  const listed = folders.find((folder) => existsSync(join(folder, 'requirements.txt')));
  if (listed !== undefined) return { args: ['-r', 'requirements.txt'], cwd: listed };
  const packaged = folders.find((folder) => existsSync(join(folder, 'setup.py')) || isPackaged(folder));
  return packaged === undefined ? undefined : { args: ['-e', '.'], cwd: packaged };
}

function isPackaged(folder: string): boolean {
  const file = join(folder, 'pyproject.toml');
  return existsSync(file) && isPackage(readFileSync(file, 'utf8'));
}

function poetryStep({ programDir: cwd, env }: InstallRequest, hasPyenv: boolean): InstallStep {
  if (executableOnPath('poetry', env) === undefined) throw missingTool('poetry', cwd);
  if (nearest('pyproject.toml', cwd) === undefined)
    throw new OperationError({
      code: 'INSTALL_NOT_POSSIBLE',
      summary: `poetry installs what a pyproject.toml lists, and there is none for ${cwd}`,
      remedy: `Make one there, and add what the program needs:\n    poetry init && poetry add pulumi`,
    });
  // Poetry would take the Python that it runs on itself.
  const active = hasPyenv ? { POETRY_VIRTUALENVS_PREFER_ACTIVE_PYTHON: 'true' } : {};
  const args = ['install', '--no-ansi'];
  return { title: packagesTitle, command: 'poetry', args, cwd, env: { ...env, ...active } };
}

function uvSteps(request: InstallRequest, options: PythonOptions): readonly InstallStep[] {
  const { programDir: cwd } = request;
  if (executableOnPath('uv', request.env) === undefined) throw missingTool('uv', cwd);
  const root = virtualEnvironmentOf(request, options, request.env);
  const env = { ...request.env, UV_PROJECT_ENVIRONMENT: root };
  const uv = (...args: string[]): InstallStep => ({ title: packagesTitle, command: 'uv', args, cwd, env });
  const isProject = ['uv.lock', 'pyproject.toml'].some((file) => nearest(file, cwd) !== undefined);
  if (isProject) return [uv('sync')];
  const begin = { ...uv('init', '--bare', '--no-package', '--no-pin-python'), title: 'making the project of uv' };
  return existsSync(join(cwd, 'requirements.txt'))
    ? [begin, uv('add', '--requirements', 'requirements.txt')]
    : [begin, uv('sync')];
}

function versionSteps({ programDir: cwd, env }: InstallRequest): readonly InstallStep[] {
  if (nearest('.python-version', cwd) === undefined || executableOnPath('pyenv', env) === undefined) return [];
  const args = ['install', '--skip-existing'];
  return [{ title: 'installing the version of Python', command: 'pyenv', args, cwd, env }];
}
