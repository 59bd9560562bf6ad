import path from 'node:path';
import type { PropertyMap } from '@radiant/model';
import type { OpenedConfig } from '../config/stack-config.ts';
import type { Environment } from '../home.ts';
import type { ProjectFile } from '../project/project-file.ts';
import { internalOf, mapIn } from './plugin-source.ts';

export interface EnvironmentSettings {
  readonly env: Environment;
  readonly project: ProjectFile;
  readonly config: OpenedConfig;
  readonly cacheDir: string;
}

/** What the plugin of a provider resource finds in its environment (engine reference 1.6 and 4.3). */
export function pluginEnvironment(
  { env, project, config, cacheDir }: EnvironmentSettings,
  packageName: string,
  inputs: PropertyMap,
): NodeJS.ProcessEnv {
  const options = Object.entries(project.runtimeOptions).map(([name, value]): [string, string] => [
    `PULUMI_RUNTIME_${name.toUpperCase()}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    // What a plugin in Node.js has compiled is kept for the next time it starts.
    NODE_COMPILE_CACHE: path.join(cacheDir, 'compiled-code'),
    ...env,
    ...Object.fromEntries(options),
    ...mappedVariables(inputs, env),
    PULUMI_PROJECT: project.name,
    PULUMI_CONFIG: JSON.stringify(config.values),
    ...(packageName === 'pulumi-nodejs' && { PULUMI_NODEJS_PROJECT: project.name }),
  };
}

/** How long a plugin may take to print its port, when the person says so. */
export function pluginPatience(env: Environment): { readonly portWithinMs?: number } {
  const seconds = Number(env.RADIANT_PLUGIN_START_SECONDS);
  return seconds > 0 ? { portWithinMs: seconds * 1000 } : {};
}

/** `{NEW: OLD}`: the plugin sees OLD with what NEW is here (option `envVarMappings`). */
function mappedVariables(inputs: PropertyMap, env: Environment): Record<string, string> {
  const pairs = Object.entries(mapIn(internalOf(inputs), 'envVarMappings')).flatMap(([from, to]) => {
    const value = env[from];
    return typeof to === 'string' && value !== undefined ? [[to, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}
