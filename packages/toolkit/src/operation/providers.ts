import { randomUUID } from 'node:crypto';
import { createPulumiProvider, type RegisteredResources } from '@radiant/builtins';
import { createKubernetesProvider } from '@radiant/kubernetes';
import { OperationError, type PropertyMap, type Provider, type ProviderSource } from '@radiant/model';
import type { Environment } from '../home.ts';
import { systemClock } from '../system.ts';

export interface ProviderSettings {
  readonly env: Environment;
  readonly homeDir: string;
  readonly embedded: {
    ensureRunning(): Promise<{ readonly server: string; readonly caPem: string; readonly token: string }>;
  };
  readonly announce: (line: string) => void;
  /** The outputs of another stack of the same backend; throws when there is no such stack. */
  readonly readStackOutputs: (reference: string) => Promise<PropertyMap>;
  readonly resources: RegisteredResources;
}

/** The providers that are built in. Plugins come with another version, and until then are refused by name. */
export function builtinProviders(settings: ProviderSettings): ProviderSource {
  const kubernetes = createKubernetesProvider({ ...settings, clock: systemClock });
  return {
    async load(request): Promise<Provider> {
      switch (request.packageName) {
        case 'kubernetes':
          return await kubernetes.load(request);
        case 'pulumi':
          return createPulumiProvider({
            stacks: { readOutputs: settings.readStackOutputs },
            resources: settings.resources,
            uuid: () => randomUUID(),
          });
        default:
          throw new OperationError({
            code: 'PROVIDER_UNSUPPORTED',
            summary: `no provider serves the package '${request.packageName}'`,
            detail:
              'This version of Radiant has the providers "kubernetes" and "pulumi"; provider plugins are not supported yet.',
            remedy: `Remove the resources of "${request.packageName}" from the program.`,
          });
      }
    },
  };
}
