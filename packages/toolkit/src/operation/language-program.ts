import { findPlugin, pluginCommand, startPlugin } from '@radiant/hosts';
import type { ProgramRunner, PropertyMap, ResourceMonitor } from '@radiant/model';
import { type CallLog, connectLanguage, type LanguageRuntime } from '@radiant/protocol';
import type { OpenedConfig } from '../config/stack-config.ts';
import type { Environment } from '../home.ts';
import type { ProjectFile } from '../project/project-file.ts';
import { locateProgram } from './locate-program.ts';
import type { OperationServer } from './operation-server.ts';
import { pluginPatience } from './plugin-environment.ts';

export interface LanguageSettings {
  readonly project: ProjectFile;
  readonly env: Environment;
  readonly config: OpenedConfig;
  readonly server: OperationServer;
  /** `$RADIANT_HOME/plugins` and others, best first. */
  readonly pluginFolders: readonly string[];
  /** Whether the program is to wait for a debugger. */
  readonly attachesDebugger: boolean;
  /** Hears of every call. */
  readonly log: CallLog | undefined;
}

/** A program that lives in the process that serves at `HOST:PORT`, which expects the engine's address as its argument. */
export function clientProgram(settings: LanguageSettings, address: string): ProgramRunner {
  return {
    async run(monitor, signal) {
      const runtime = await connectLanguage({ runtime: 'client', address, log: settings.log });
      return await runIn(runtime, settings, monitor, signal, (engineAddress) => [engineAddress]);
    },
  };
}

/** A program that the language plugin of its runtime starts. */
export function languageProgram(settings: LanguageSettings): ProgramRunner {
  return {
    async run(monitor, signal) {
      const runtime = await startLanguage(settings, monitor);
      return await runIn(runtime, settings, monitor, signal, () => []);
    },
  };
}

async function runIn(
  runtime: LanguageRuntime,
  { project, server, config, attachesDebugger }: LanguageSettings,
  monitor: ResourceMonitor,
  signal: AbortSignal,
  args: (engineAddress: string) => readonly string[],
) {
  try {
    const engineAddress = await server.address(monitor);
    const run = {
      info: monitor.info,
      config: config.properties,
      engineAddress,
      projectDir: project.dir,
      ...locateProgram(project),
      options: project.runtimeOptions as PropertyMap,
      args: args(engineAddress),
      attachesDebugger,
    };
    return await runtime.run(run, signal);
  } finally {
    await runtime.close();
  }
}

async function startLanguage(
  { project, env, pluginFolders, server, log }: LanguageSettings,
  monitor: ResourceMonitor,
): Promise<LanguageRuntime> {
  const { runtime, dir } = project;
  const { location } = findPlugin({ kind: 'language', name: runtime, projectPlugins: [], pluginFolders, env });
  const peer = await startPlugin({
    ...pluginCommand(location, { engineAddress: await server.address(monitor), programDir: dir, env }),
    title: `the language plugin of the runtime "${runtime}"`,
    ...pluginPatience(env),
    onOutput: (stream, message) => monitor.log({ severity: stream === 'stdout' ? 'info' : 'info#err', message }),
  });
  try {
    return await connectLanguage({ runtime, address: peer.address, peer, log });
  } catch (error) {
    await peer.stop();
    throw error;
  }
}
