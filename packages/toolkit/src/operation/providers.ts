import { randomUUID } from 'node:crypto';
import { createPulumiProvider, type StackOutputsReader } from '@radiant/builtins';
import { createKubernetesProvider } from '@radiant/kubernetes';
import type { Provider, ProviderSource } from '@radiant/model';
import type { Environment } from '../home.ts';
import { systemClock } from '../system.ts';
import { isAttached } from './attached-providers.ts';
import type { PluginSettings } from './plugins.ts';

export interface ProviderSettings {
  readonly env: Environment;
  readonly homeDir: string;
  readonly embedded: {
    ensureRunning(): Promise<{ readonly server: string; readonly caPem: string; readonly token: string }>;
  };
  readonly announce: (line: string) => void;
  /** Other stacks of the same backend. */
  readonly stacks: StackOutputsReader;
  readonly plugins: PluginSettings;
}

/** The packages that need no plugin. One that the project names itself, or that somebody debugs, takes precedence. */
const nativePackages: ReadonlySet<string> = new Set(['kubernetes', 'pulumi']);

export function isNative(packageName: string): boolean {
  return nativePackages.has(packageName);
}

/** Where the engine gets providers from: those that are built in, and plugins. */
export function providerSource(settings: ProviderSettings): ProviderSource {
  const kubernetes = createKubernetesProvider({ ...settings, clock: systemClock });
  return {
    async load(request): Promise<Provider> {
      const { packageName } = request;
      if (!isNative(packageName) || isReplaced(settings.plugins, packageName)) {
        const { loadPlugin } = await import('./plugins.ts');
        return await loadPlugin(settings.plugins, request);
      }
      if (packageName === 'kubernetes') return await kubernetes.load(request);
      return createPulumiProvider({
        stacks: settings.stacks,
        resources: request.resources,
        uuid: () => randomUUID(),
        inform: (message) => request.monitor.log({ severity: 'info', message }),
      });
    },
  };
}

/** Nobody replaces what reads other stacks. */
function isReplaced({ project, env }: PluginSettings, packageName: string): boolean {
  if (packageName === 'pulumi') return false;
  const isNamed = project.plugins.some(({ name }) => name === packageName);
  return isNamed || project.packages.get(packageName)?.kind === 'local' || isAttached(packageName, env);
}
