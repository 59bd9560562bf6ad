import type { KindName } from '../../cluster-client.ts';
import type { KubeObject, OwnerReference } from '../../kube-object.ts';
import { keyOf } from '../object-key.ts';

/** An object by its place: enough to fetch what it is now. */
export interface ObjectPlace {
  readonly kind: KindName;
  /** Undefined for an object of the cluster as a whole. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Who depends on whom, by the uid of the owner. */
export interface Dependents {
  set(place: ObjectPlace, object: KubeObject): void;
  remove(place: ObjectPlace, object: KubeObject): void;
  of(ownerUid: string): readonly ObjectPlace[];
}

export function createDependents(): Dependents {
  const byOwner = new Map<string, Map<string, ObjectPlace>>();
  const ownersOf = new Map<string, readonly string[]>();
  const placeKey = (place: ObjectPlace, object: KubeObject) => `${place.kind} ${keyOf(object)}`;
  const remove = (place: ObjectPlace, object: KubeObject) => {
    const key = placeKey(place, object);
    for (const uid of ownersOf.get(key) ?? []) {
      const dependents = byOwner.get(uid);
      dependents?.delete(key);
      if (dependents?.size === 0) byOwner.delete(uid);
    }
    ownersOf.delete(key);
  };
  return {
    remove,
    set(place, object) {
      remove(place, object);
      const uids = ownerReferences(object).map((owner) => owner.uid);
      if (uids.length === 0) return;
      const key = placeKey(place, object);
      ownersOf.set(key, uids);
      for (const uid of uids) byOwner.set(uid, (byOwner.get(uid) ?? new Map()).set(key, place));
    },
    of: (uid) => [...(byOwner.get(uid)?.values() ?? [])],
  };
}

export function ownerReferences(object: KubeObject): readonly OwnerReference[] {
  return object.metadata.ownerReferences ?? [];
}
