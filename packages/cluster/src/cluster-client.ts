import type { KubeObject, LabelSelector } from './kube-object.ts';

/**
 * What controllers see of the API server: the same reads and writes as over HTTP (defaulting, validation, managed
 * fields, resource versions), in memory. Objects handed out are frozen copies or must be treated as such: to change one,
 * clone, change, `update`.
 */
export interface ClusterClient {
  get(kind: KindName, namespace: string | undefined, name: string): KubeObject | undefined;
  list(kind: KindName, options?: { namespace?: string; selector?: LabelSelector }): readonly KubeObject[];
  /** Throws ApiError (409 AlreadyExists, 422 Invalid, 404 when the namespace is missing, 403 when it is terminating). */
  create(object: KubeObject): KubeObject;
  /** Replaces everything but status. A stale resourceVersion throws ApiError 409 Conflict. */
  update(object: KubeObject): KubeObject;
  /** Sets the replicas through the scale subresource, so that who scales is told apart from who declares. */
  updateScale(object: KubeObject, replicas: number): KubeObject;
  /** Replaces status only. */
  updateStatus(object: KubeObject): KubeObject;
  delete(kind: KindName, namespace: string | undefined, name: string, options?: DeleteOptions): void;
  /** Calls back for every later change, and at once for everything that exists (as ADDED). Returns stop. */
  watch(kind: KindName, onChange: (change: KubeChange) => void): () => void;
}

/** `Deployment.apps`, `Pod` (core group): kind and group, as in GroupKind. */
export type KindName = string;

export interface KubeChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly old?: KubeObject;
}

export interface DeleteOptions {
  propagation?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
}
