import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { OperationError } from '@radiant/model';
import { readNodeOptions } from '../program/options.ts';
import { findSdkFile } from '../program/sdk.ts';
import type { PluginLocation } from './plugin-location.ts';
import { readManifest } from './plugin-manifest.ts';
import type { PluginCommand } from './plugin-process.ts';

export interface PluginContext {
  /** Of the engine service, which a plugin gets as its one argument (engine reference 1.1). */
  readonly engineAddress: string;
  /** Where the program runs; plugins run there too. */
  readonly programDir: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How to start a plugin that was found on disk. Throws OperationError for a runtime that cannot be run. */
export function pluginCommand(location: PluginLocation, context: PluginContext): PluginCommand {
  const { engineAddress, programDir: cwd, env } = context;
  if (location.kind === 'executable') return { command: location.path, args: [engineAddress], cwd, env };
  const { dir } = location;
  const { runtime, options } = readManifest(dir);
  switch (runtime) {
    case 'nodejs': {
      const { nodeArguments, packageManager } = readNodeOptions(options);
      const runner = findSdkFile(dir, 'cmd/run-plugin', packageManager);
      return { command: process.execPath, args: [...nodeArguments, runner, dir, engineAddress], cwd, env };
    }
    case 'python':
      return pythonCommand(dir, options, context);
    default:
      throw new OperationError({
        code: 'PLUGIN_RUNTIME_UNSUPPORTED',
        summary: `the plugin in ${dir} is written for the runtime '${runtime}', which cannot be run from source`,
        detail: 'Plugins in Node.js (`runtime: nodejs`) and Python (`runtime: python`) can.',
        remedy: 'Build it, and name the folder of its executable instead.',
      });
  }
}

/** The provider of `pulumi.dynamic` resources: the program's own SDK runs what they carry (engine reference 1.6). */
export function dynamicProviderCommand(
  packageName: 'pulumi-nodejs' | 'pulumi-python',
  context: DynamicContext,
): PluginCommand {
  const { engineAddress, programDir: cwd, env, runtimeOptions } = context;
  if (packageName === 'pulumi-nodejs') {
    const script = findSdkFile(cwd, 'cmd/dynamic-provider', undefined);
    return { command: process.execPath, args: [script, engineAddress], cwd, env };
  }
  const python = pythonOf(context.projectDir, runtimeOptions.virtualenv, env);
  return { ...python, args: ['-u', '-m', 'pulumi.dynamic', engineAddress], cwd };
}

export interface DynamicContext extends PluginContext {
  readonly projectDir: string;
  /** `runtime.options` of Pulumi.yaml. */
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
}

/** A folder with a `__main__.py` runs itself; one without is taken for a package of components. */
function pythonCommand(dir: string, options: Readonly<Record<string, unknown>>, context: PluginContext): PluginCommand {
  const { engineAddress, programDir: cwd, env } = context;
  const virtualenv = options.virtualenv ?? (existsSync(join(dir, 'venv')) ? 'venv' : undefined);
  const python = pythonOf(dir, virtualenv, env);
  if (existsSync(join(dir, '__main__.py'))) return { ...python, args: ['-u', dir, engineAddress], cwd };
  throw new OperationError({
    code: 'PLUGIN_INVALID',
    summary: `the plugin in ${dir} cannot be started: it has no __main__.py`,
    remedy: 'Give it one that calls `pulumi.provider.main(provider, sys.argv[1:])`.',
  });
}

function pythonOf(
  folder: string,
  virtualenv: unknown,
  env: NodeJS.ProcessEnv,
): { readonly command: string; readonly env: NodeJS.ProcessEnv } {
  if (typeof virtualenv !== 'string' || virtualenv === '') {
    const { VIRTUAL_ENV: active } = env;
    const command = active === undefined ? (env.PULUMI_PYTHON_CMD ?? 'python3') : join(active, 'bin', 'python');
    return { command, env };
  }
  const root = resolve(folder, virtualenv);
  const command = process.platform === 'win32' ? join(root, 'Scripts', 'python.exe') : join(root, 'bin', 'python');
  if (!existsSync(command))
    throw new OperationError({
      code: 'PLUGIN_NOT_STARTED',
      summary: `the virtual environment ${root} has no Python`,
      remedy: `Make it, and install what is needed:\n    python3 -m venv ${root} && ${command} -m pip install -r requirements.txt`,
    });
  const { PYTHONHOME: _, ...rest } = env;
  const bin = join(command, '..');
  return { command, env: { ...rest, VIRTUAL_ENV: root, PATH: [bin, rest.PATH ?? ''].join(delimiter) } };
}
