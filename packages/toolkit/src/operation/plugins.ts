import path from 'node:path';
import { dynamicProviderCommand, findPlugin, type PluginCommand, pluginCommand, startPlugin } from '@radiant/hosts';
import type { PropertyMap, Provider, ProviderLoad } from '@radiant/model';
import { connectProvider } from '@radiant/protocol';
import type { OpenedConfig } from '../config/stack-config.ts';
import type { Environment } from '../home.ts';
import type { ProjectFile } from '../project/project-file.ts';
import { attachedPort } from './attached-providers.ts';
import type { OperationServer } from './operation-server.ts';
import { internalOf, mapIn, type PluginSource, pluginSource } from './plugin-source.ts';

export interface PluginSettings {
  readonly project: ProjectFile;
  readonly programDir: string;
  readonly homeDir: string;
  /** `$RADIANT_HOME/plugins` and others, best first. */
  readonly pluginFolders: readonly string[];
  readonly env: Environment;
  readonly config: OpenedConfig;
  readonly server: OperationServer;
}

/** The packages whose providers run what the program itself carries in its resources. */
const dynamicPackages = ['pulumi-nodejs', 'pulumi-python'] as const;

type DynamicPackage = (typeof dynamicPackages)[number];

/** Starts the plugin of a package and connects to it. Throws OperationError when there is none, or it does not start. */
export async function loadPlugin(settings: PluginSettings, load: ProviderLoad): Promise<Provider> {
  const { packageName, monitor } = load;
  const attached = attachedPort(packageName, settings.env);
  const engineAddress = await settings.server.address(monitor);
  if (attached !== undefined)
    return await connectProvider({
      packageName,
      engineAddress,
      info: monitor.info,
      address: `127.0.0.1:${attached}`,
      isAttached: true,
    });
  const source = pluginSource(load);
  const command = locate(settings, load, source, engineAddress);
  const isDynamic = isDynamicPackage(packageName);
  const plugin = await startPlugin({
    ...command,
    title: `the plugin of package "${packageName}"`,
    // Dynamic providers are the user's own code: what they print is for him. Others explain themselves when they die.
    ...(isDynamic && {
      onOutput: (stream: 'stdout' | 'stderr', message: string) =>
        monitor.log({ severity: stream === 'stdout' ? 'info' : 'info#err', message }),
    }),
  });
  try {
    return await connectProvider({
      packageName,
      engineAddress,
      info: monitor.info,
      ...(source.parameterization !== undefined && { parameterization: source.parameterization }),
      address: plugin.address,
      pluginDirectory: command.pluginDir,
      peer: plugin,
    });
  } catch (error) {
    await plugin.stop();
    throw error;
  }
}

function isDynamicPackage(name: string): name is DynamicPackage {
  return (dynamicPackages as readonly string[]).includes(name);
}

function locate(
  settings: PluginSettings,
  { packageName, inputs, monitor }: ProviderLoad,
  { name, version }: PluginSource,
  engineAddress: string,
): PluginCommand & { readonly pluginDir: string } {
  const { project, programDir } = settings;
  const env = pluginEnvironment(settings, packageName, inputs);
  const context = { engineAddress, programDir, env };
  if (isDynamicPackage(packageName)) {
    const { runtimeOptions, dir: projectDir } = project;
    const command = dynamicProviderCommand(packageName, { ...context, projectDir, runtimeOptions });
    return { ...command, pluginDir: programDir };
  }
  const { location, warning } = findPlugin({
    name,
    ...(version !== undefined && { version }),
    projectPlugins: project.plugins,
    pluginFolders: settings.pluginFolders,
    env: settings.env,
  });
  if (warning !== undefined) monitor.log({ severity: 'warning', message: warning });
  const pluginDir = location.kind === 'source' ? location.dir : path.dirname(location.path);
  return { ...pluginCommand(location, context), pluginDir };
}

/** Engine reference 1.6 and 4.3. */
function pluginEnvironment(
  { env, config, project }: PluginSettings,
  packageName: string,
  inputs: PropertyMap,
): NodeJS.ProcessEnv {
  const options = Object.entries(project.runtimeOptions).map(([name, value]): [string, string] => [
    `PULUMI_RUNTIME_${name.toUpperCase()}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    ...env,
    ...Object.fromEntries(options),
    ...mappedVariables(inputs, env),
    PULUMI_PROJECT: project.name,
    PULUMI_CONFIG: JSON.stringify(config.values),
    ...(packageName === 'pulumi-nodejs' && { PULUMI_NODEJS_PROJECT: project.name }),
  };
}

/** `{NEW: OLD}`: the plugin sees OLD with what NEW is here (option `envVarMappings`). */
function mappedVariables(inputs: PropertyMap, env: Environment): Record<string, string> {
  const pairs = Object.entries(mapIn(internalOf(inputs), 'envVarMappings')).flatMap(([from, to]) => {
    const value = env[from];
    return typeof to === 'string' && value !== undefined ? [[to, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}
