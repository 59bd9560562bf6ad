import type { KindName } from '../cluster-client.ts';
import type { KubeObject } from '../kube-object.ts';

/** `namespace/name`; the namespace of a cluster-scoped object is empty. */
export function keyOf(object: KubeObject): string {
  return makeKey(object.metadata.namespace, object.metadata.name);
}

export function makeKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

export function parseKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash) || undefined, name: key.slice(slash + 1) };
}

/** `Deployment.apps`, from an apiVersion and a kind. */
export function kindNameOf(apiVersion: string, kind: string): KindName {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
}

export function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}
