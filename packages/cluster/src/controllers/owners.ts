import type { ClusterClient, KindName } from '../cluster-client.ts';
import { selectorMatches } from '../kinds/label-selector.ts';
import type { KubeObject, OwnerReference } from '../kube-object.ts';
import { isDeleting, kindNameOf } from './object-key.ts';

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** The reference that makes `owner` the one controller of another object, and its removal wait for it. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/**
 * The objects of a kind that `owner` controls: what matches its selector and nobody controls is adopted, what it controls and no longer
 * matches is released (kubernetes, pkg/controller/controller_ref_manager.go).
 */
export function claim(client: ClusterClient, owner: KubeObject, kind: KindName): KubeObject[] {
  const { namespace, uid } = owner.metadata;
  const options = namespace === undefined ? {} : { namespace };
  return client.list(kind, options).flatMap((object) => {
    const controller = controllerOf(object);
    const matches = selectorMatches(owner.spec?.selector, object.metadata.labels);
    if (controller === undefined) {
      const isFree = matches && !isDeleting(owner) && !isDeleting(object);
      return isFree ? [adopt(client, owner, object)] : [];
    }
    if (controller.uid !== uid) return [];
    if (matches || isDeleting(owner)) return [object];
    release(client, object, controller.uid);
    return [];
  });
}

/** The key of the controller of `object`, when that is of the given kind. */
export function controllerKey(object: KubeObject, kind: KindName): string | undefined {
  const controller = controllerOf(object);
  if (controller === undefined || kindNameOf(controller.apiVersion, controller.kind) !== kind) return undefined;
  return `${object.metadata.namespace ?? ''}/${controller.name}`;
}

function adopt(client: ClusterClient, owner: KubeObject, object: KubeObject): KubeObject {
  const adopted = structuredClone(object);
  adopted.metadata.ownerReferences = [...(adopted.metadata.ownerReferences ?? []), controllerReference(owner)];
  return client.update(adopted);
}

function release(client: ClusterClient, object: KubeObject, uid: string): void {
  const released = structuredClone(object);
  released.metadata.ownerReferences = released.metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
  client.update(released);
}
