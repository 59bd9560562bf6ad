import type { Backend, StackRef } from '@radiant/state';
import type { ClusterControl, Home, Interaction } from './api.ts';
import type { EmbeddedCluster } from './cluster-control.ts';
import type { Environment } from './home.ts';
import type { ProjectFile } from './project/project-file.ts';

/** A stack and all that working on it needs. */
export interface StackContext {
  readonly ref: StackRef;
  readonly project: ProjectFile;
  readonly backend: Backend;
  readonly isDefaultStore: boolean;
  readonly home: Home;
  readonly env: Environment;
  readonly interaction: Interaction;
  readonly cluster: ClusterControl & { readonly embedded: EmbeddedCluster };
}
