import { OperationError, type Provider, type ProviderLoad } from '@radiant/model';
import { KubernetesProvider, type KubernetesProviderOptions } from './kubernetes-provider.ts';
import { ProgramKnowledge } from './program-knowledge.ts';

export type { EmbeddedCluster } from './cluster-session.ts';
export { fieldManagerOf } from './kinds/field-manager.ts';
export type { KubernetesProviderOptions } from './kubernetes-provider.ts';
export type { PodLogLine } from './logs/logged-containers.ts';
export { mergeByTime } from './logs/merge-by-time.ts';
export { followLogs, mayRunPods, podLogs, type RecordedProvider } from './logs/open-pod-logs.ts';
export { KubeconfigError } from './target/kubeconfig.ts';
export { embeddedContext } from './target/target.ts';

export interface KubernetesSource {
  load(request: Pick<ProviderLoad, 'packageName' | 'inputs'>): Promise<Provider>;
}

/**
 * Where the engine gets Kubernetes providers from: one per provider resource, each working on one cluster. Nothing is
 * read or connected before a provider is configured. Throws OperationError for any other package.
 */
export function createKubernetesProvider(options: KubernetesProviderOptions): KubernetesSource {
  const shared = { program: new ProgramKnowledge(), announcedDefault: false };
  return {
    load({ packageName }) {
      if (packageName !== 'kubernetes')
        throw new OperationError({
          code: 'PROVIDER_PACKAGE',
          summary: `the Kubernetes provider does not serve the package ${packageName}`,
        });
      return Promise.resolve(new KubernetesProvider(options, shared));
    },
  };
}

/**
 * Loads what the first call to a cluster needs. It takes some tens of milliseconds, which are free while a program
 * starts in a process of its own.
 */
export async function preloadKubernetesClient(): Promise<void> {
  await import('undici');
}
