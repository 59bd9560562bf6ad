import path from 'node:path';
import { dynamicProviderCommand, findPlugin, type PluginCommand, pluginCommand, startPlugin } from '@radiant/hosts';
import type { Provider, ProviderLoad } from '@radiant/model';
import { type CallLog, connectProvider } from '@radiant/protocol';
import type { OpenedConfig } from '../config/stack-config.ts';
import type { Environment } from '../home.ts';
import type { ProjectFile } from '../project/project-file.ts';
import { attachedPort } from './attached-providers.ts';
import { isDynamicPackage } from './dynamic-packages.ts';
import type { OperationServer } from './operation-server.ts';
import { pluginEnvironment, pluginPatience } from './plugin-environment.ts';
import { type PluginSource, pluginSource } from './plugin-source.ts';

export interface PluginSettings {
  readonly project: ProjectFile;
  readonly programDir: string;
  readonly cacheDir: string;
  /** `$RADIANT_HOME/plugins` and others, best first. */
  readonly pluginFolders: readonly string[];
  readonly env: Environment;
  readonly config: OpenedConfig;
  readonly server: OperationServer;
  /** Hears of every call. */
  readonly log: CallLog | undefined;
}

/** Starts the plugin of a package and connects to it. Throws OperationError when there is none, or it does not start. */
export async function loadPlugin(settings: PluginSettings, load: ProviderLoad): Promise<Provider> {
  const { packageName, monitor, mask } = load;
  const source = pluginSource(load, settings.project.packages);
  const attached = attachedPort(source.name, settings.env);
  const connection = {
    packageName,
    engineAddress: await settings.server.address(monitor),
    info: monitor.info,
    log: settings.log,
    ...(source.parameters !== undefined && { parameters: source.parameters }),
  };
  if (attached !== undefined)
    return await connectProvider({ ...connection, address: `127.0.0.1:${attached}`, isAttached: true });
  const command = locate(settings, load, source, connection.engineAddress);
  const plugin = await startPlugin({
    ...command,
    title: `the plugin of package "${packageName}"`,
    ...pluginPatience(settings.env),
    mask,
    onOutput: (stream, message) => monitor.log({ severity: stream === 'stdout' ? 'info' : 'info#err', message }),
  });
  try {
    return await connectProvider({
      ...connection,
      address: plugin.address,
      pluginDirectory: command.pluginDir,
      peer: plugin,
    });
  } catch (error) {
    await plugin.stop();
    throw error;
  }
}

function locate(
  settings: PluginSettings,
  { packageName, inputs, monitor }: ProviderLoad,
  source: PluginSource,
  engineAddress: string,
): PluginCommand & { readonly pluginDir: string } {
  const { project, programDir } = settings;
  const context = { engineAddress, programDir, env: pluginEnvironment(settings, packageName, inputs) };
  if (isDynamicPackage(packageName)) {
    const { runtimeOptions, dir: projectDir } = project;
    const command = dynamicProviderCommand(packageName, { ...context, projectDir, runtimeOptions });
    return { ...command, pluginDir: programDir };
  }
  const { name, version, path: named } = source;
  const { location, warning } = findPlugin({
    kind: 'resource',
    name,
    ...(version !== undefined && { version }),
    projectPlugins: named === undefined ? project.plugins : [...project.plugins, { name, path: named }],
    pluginFolders: settings.pluginFolders,
    env: settings.env,
  });
  if (warning !== undefined) monitor.log({ severity: 'warning', message: warning });
  const pluginDir = location.kind === 'source' ? location.dir : path.dirname(location.path);
  return { ...pluginCommand(location, context), pluginDir };
}
