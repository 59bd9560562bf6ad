import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import { readNodeOptions } from '../nodejs/options.ts';
import { findSdkFile } from '../nodejs/sdk.ts';
import { readPythonOptions } from '../python/options.ts';
import { distributionName } from '../python/pyproject.ts';
import { findPython } from '../python/python.ts';
import { sourceFolderOptions } from '../python/source-folder.ts';
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

type Options = Readonly<Record<string, unknown>>;

/** How to start a plugin that was found on disk. Throws OperationError for a runtime that cannot be run. */
export function pluginCommand(location: PluginLocation, context: PluginContext): PluginCommand {
  const { engineAddress, programDir: cwd, env } = context;
  if (location.kind === 'executable') return { command: location.path, args: [engineAddress], cwd, env };
  const { dir } = location;
  const { runtime, options } = readManifest('plugin', dir);
  switch (runtime) {
    case 'nodejs':
      return nodeCommand(dir, options, context);
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

export interface DynamicContext extends PluginContext {
  readonly projectDir: string;
  /** `runtime.options` of Pulumi.yaml. */
  readonly runtimeOptions: Options;
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
  const place = { projectDir: context.projectDir, programDir: cwd };
  const python = findPython(place, readPythonOptions(runtimeOptions), env);
  return { ...python, args: ['-u', '-m', 'pulumi.dynamic', engineAddress], cwd };
}

function nodeCommand(dir: string, options: Options, { engineAddress, programDir: cwd, env }: PluginContext) {
  const { nodeArguments, packageManager } = readNodeOptions(options);
  const runner = findSdkFile(dir, 'cmd/run-plugin', packageManager);
  return { command: process.execPath, args: [...nodeArguments, runner, dir, engineAddress], cwd, env };
}

/** A folder with a `__main__.py` runs itself; one without is a package whose components the SDK serves. */
function pythonCommand(dir: string, options: Options, { engineAddress, programDir: cwd, env }: PluginContext) {
  const python = findPython({ projectDir: dir, programDir: dir }, sourceFolderOptions(dir, options), env);
  if (existsSync(join(dir, '__main__.py'))) return { ...python, args: ['-u', dir, engineAddress], cwd };
  const manifest = join(dir, 'pyproject.toml');
  const name = existsSync(manifest) ? distributionName(readFileSync(manifest, 'utf8')) : undefined;
  if (name !== undefined) return { ...python, args: ['-u', '-m', 'pulumi.run.plugin', name, engineAddress], cwd };
  throw new OperationError({
    code: 'PLUGIN_INVALID',
    summary: `the plugin in ${dir} cannot be started: it has neither a __main__.py nor a pyproject.toml that names it`,
    remedy: 'Give it a __main__.py that calls `pulumi.provider.main(provider, sys.argv[1:])`.',
  });
}
