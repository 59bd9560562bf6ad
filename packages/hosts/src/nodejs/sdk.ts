import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OperationError } from '@radiant/model';
import { upwards } from '../upwards.ts';
import { type PackageManager, packageManagerOf } from './package-manager.ts';

const sdkName = '@pulumi/pulumi';

/**
 * The SDK's runner, as the program itself would resolve it, so that the program's own SDK version decides
 * (`PULUMI_LANGUAGE_NODEJS_RUN_PATH` names another). Throws OperationError when there is none.
 */
export function findRunner(
  programDir: string,
  packageManager: PackageManager | undefined,
  env: NodeJS.ProcessEnv,
): string {
  const request = env.PULUMI_LANGUAGE_NODEJS_RUN_PATH || `${sdkName}/cmd/run`;
  try {
    return createRequire(join(programDir, 'program.js')).resolve(request);
  } catch (cause) {
    throw missingSdk(programDir, packageManager, request, cause);
  }
}

/** A file of the SDK that is installed where `dir` is: `cmd/dynamic-provider`. Throws OperationError when there is none. */
export function findSdkFile(dir: string, file: string, packageManager: PackageManager | undefined): string {
  const request = `${sdkName}/${file}`;
  try {
    return createRequire(join(dir, 'program.js')).resolve(request);
  } catch (cause) {
    throw missingSdk(dir, packageManager, request, cause);
  }
}

/** The SDK's package, from its `cmd/run/index.js`. */
export function sdkDirOf(runnerPath: string): string {
  return dirname(dirname(dirname(runnerPath)));
}

function missingSdk(
  programDir: string,
  packageManager: PackageManager | undefined,
  request: string,
  cause: unknown,
): OperationError {
  const { manager, directory } = packageManagerOf(programDir, packageManager);
  const isListed = manifestLists(programDir, sdkName);
  return new OperationError({
    code: 'SDK_NOT_INSTALLED',
    summary: `the Pulumi SDK is not installed: '${request}' was not found from ${programDir}`,
    detail: isListed
      ? `package.json asks for ${sdkName}, but its packages have not been installed yet.`
      : `${sdkName} is not among the dependencies of the program's package.json.`,
    remedy: `Run \`${isListed ? `${manager} install` : `${manager} ${addVerb(manager)} ${sdkName}`}\` in ${directory}`,
    cause,
  });
}

function addVerb(manager: PackageManager): string {
  return manager === 'npm' ? 'install' : 'add';
}

function manifestLists(programDir: string, name: string): boolean {
  for (const directory of upwards(programDir)) {
    try {
      const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<string, unknown>;
      return ['dependencies', 'devDependencies', 'optionalDependencies'].some((field) => {
        const listed = manifest[field];
        return typeof listed === 'object' && listed !== null && name in listed;
      });
    } catch {
      // No package.json here, or none that can be read: the next one up decides.
    }
  }
  return false;
}
