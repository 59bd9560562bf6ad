import type { Clock } from '@radiant/model';
import type { ClusterSession } from './cluster-session.ts';
import type { ProgramKnowledge } from './program-knowledge.ts';
import type { ProviderOptions } from './provider-options.ts';

/** What every call of one configured provider works with. */
export interface ProviderEnvironment {
  readonly session: ClusterSession;
  readonly options: ProviderOptions;
  readonly clock: Clock;
  readonly program: ProgramKnowledge;
  /** Where namespaced objects go that do not say. */
  readonly defaultNamespace: string;
  /** Waits for every kind by the common conventions, not only for those with a rule of their own. */
  readonly waitsForAll: boolean;
}
