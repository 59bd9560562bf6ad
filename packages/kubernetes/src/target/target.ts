import type { JsonMap } from '../json.ts';

/** What chose the cluster: kept with its identity, so that a change can be explained. */
export type TargetSource = 'provider' | 'environment' | 'kubeconfig' | 'in-cluster' | 'embedded-default';

/** The cluster that a provider was told to work on. */
export type Target = ClusterTarget | EmbeddedTarget | UnusableTarget;

export interface ClusterTarget {
  readonly kind: 'cluster';
  readonly source: TargetSource;
  /** Empty when no context is at work: inside a cluster, or with a bare cluster override. */
  readonly context: string;
  readonly clusterName: string;
  /** Entries of a kubeconfig, as they stand there. */
  readonly cluster: JsonMap;
  readonly user: JsonMap;
  readonly userName: string;
  readonly namespace: string;
}

export interface EmbeddedTarget {
  readonly kind: 'embedded';
  readonly source: TargetSource;
  /** Why nothing else was chosen, for the announcement; only where the embedded cluster is the last resort. */
  readonly because?: string;
}

/** Something was chosen that leads to no cluster. */
export interface UnusableTarget {
  readonly kind: 'unusable';
  readonly source: TargetSource;
  readonly context: string;
  readonly reason: string;
}

/** The name of the context that stands for the embedded cluster. */
export const embeddedContext = 'embedded';
