import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import { executableOnPath } from '../executables.ts';
import type { InstallRequest, InstallStep } from '../install/install-step.ts';
import { upwards } from '../upwards.ts';
import { type NodeOptions, readNodeOptions } from './options.ts';
import { type PackageManager, packageManagerOf } from './package-manager.ts';

const installArguments: { readonly [manager in PackageManager]: readonly string[] } = {
  npm: ['install', '--loglevel=error'],
  yarn: ['install'],
  pnpm: ['install'],
  bun: ['install'],
};

const withoutDevelopment: { readonly [manager in PackageManager]: readonly string[] } = {
  npm: ['--omit=dev'],
  yarn: ['--production'],
  pnpm: ['--prod'],
  // Its `--production` refuses to write a lock file, too.
  bun: [],
};

/** The commands that install the packages of Node.js sources; none for those without a package.json. */
export function nodejsInstallSteps(request: InstallRequest): readonly InstallStep[] {
  const { programDir, env } = request;
  const options = readNodeOptions(request.runtimeOptions);
  const cwd = [...upwards(programDir)].find((each) =>
    ['package.json', 'package.yaml'].some((file) => existsSync(join(each, file))),
  );
  if (cwd === undefined) return [];
  const manager = availableManager(programDir, options, env);
  const args = [...installArguments[manager], ...(options.production ? withoutDevelopment[manager] : [])];
  const packages = { title: 'installing the packages of Node.js', command: manager, args, cwd, env };
  return [...(request.usesVersionTools ? versionSteps(programDir, env) : []), packages];
}

/** One that is asked for must be there; for one that only a lock file speaks of, npm does. */
function availableManager(programDir: string, options: NodeOptions, env: NodeJS.ProcessEnv): PackageManager {
  const { manager } = packageManagerOf(programDir, options.packageManager);
  if (executableOnPath(manager, env) !== undefined) return manager;
  if (options.packageManager === undefined && executableOnPath('npm', env) !== undefined) return 'npm';
  throw new OperationError({
    code: 'TOOLCHAIN_NOT_FOUND',
    summary: `${manager} is not on PATH, and the packages of ${programDir} are installed with it`,
    remedy:
      options.packageManager === undefined
        ? 'Install Node.js with npm.'
        : `Install ${manager}, or name another package manager under \`runtime.options.packagemanager\`.`,
  });
}

function versionSteps(cwd: string, env: NodeJS.ProcessEnv): readonly InstallStep[] {
  const isAsked = [...upwards(cwd)].some((each) =>
    ['.node-version', '.nvmrc'].some((file) => existsSync(join(each, file))),
  );
  if (!isAsked || executableOnPath('fnm', env) === undefined) return [];
  return [{ title: 'installing the version of Node.js', command: 'fnm', args: ['install'], cwd, env }];
}
