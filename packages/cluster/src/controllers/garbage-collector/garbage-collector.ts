import { ApiError } from '../../api-error.ts';
import type { ClusterClient, DeleteOptions } from '../../cluster-client.ts';
import type { KubeObject, OwnerReference } from '../../kube-object.ts';
import type { StartController } from '../controller.ts';
import { eventRecorder } from '../event-recorder.ts';
import { type AnyKind, findKind, watchEveryKind } from '../every-kind.ts';
import { isDeleting, kindNameOf } from '../object-key.ts';
import { startWorkQueue } from '../work-queue.ts';
import { createDependents, type Dependents, type ObjectPlace, ownerReferences } from './dependents.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/**
 * Deletes what has lost all its owners, lets owners that are deleted in the foreground wait for their dependents, and frees the dependents
 * of those that orphan them (kubernetes docs: Garbage Collection).
 */
export const startGarbageCollector: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'garbage-collector-controller');
  const dependents = createDependents();
  const queue = startWorkQueue(context, 'garbage-collector', (key) => {
    const place = parsePlace(key);
    const object = client.get(place.kind, place.namespace, place.name);
    if (object === undefined) return;
    if (isDeleting(object)) return processDeleting(client, dependents, object, wake);
    if (ownerReferences(object).length === 0) return;
    const misplaced = ownerReferences(object).find((owner) => isMisplaced(client, owner, place));
    if (misplaced !== undefined) {
      const message = `ownerRef ${describe(misplaced, place)} does not exist in namespace "${place.namespace ?? ''}"`;
      record(object, { type: 'Warning', reason: 'OwnerRefInvalidNamespace', message });
    }
    collect(client, dependents, place, object);
  });
  const wake = (place: ObjectPlace) => queue.add(placeKey(place));
  const stop = watchEveryKind(context, (kind, { type, object }) => {
    const place = placeOf(kind, object);
    if (type === 'DELETED') {
      dependents.remove(place, object);
      for (const dependent of dependents.of(object.metadata.uid ?? '')) wake(dependent);
      wakeOwners(client, object, place, wake);
      return;
    }
    dependents.set(place, object);
    if (isDeleting(object) || ownerReferences(object).length > 0) wake(place);
    if (ownerReferences(object).length === 0) return;
    // A dependent that no longer blocks, or is no longer one, may be what an owner waits for.
    wakeOwners(client, object, place, wake);
  });
  return () => {
    stop();
    queue.stop();
  };
};

/** An object whose owners are all gone goes too; of several, the references to those that are gone go. */
function collect(client: ClusterClient, dependents: Dependents, place: ObjectPlace, object: KubeObject): void {
  const owners = ownerReferences(object).map((reference) => ({
    reference,
    owner: findOwner(client, reference, place),
  }));
  const absent = owners.filter(({ owner }) => owner === undefined);
  const waiting = owners.filter(({ owner }) => owner !== undefined && isWaitingForDependents(owner));
  const solid = owners.filter(({ owner }) => owner !== undefined && !isWaitingForDependents(owner));
  if (solid.length > 0) {
    if (absent.length + waiting.length === 0) return;
    const gone = new Set([...absent, ...waiting].map(({ reference }) => reference.uid));
    client.update({
      ...object,
      metadata: { ...object.metadata, ownerReferences: ownerReferences(object).filter((one) => !gone.has(one.uid)) },
    });
    return;
  }
  const hasDependents = dependents.of(object.metadata.uid ?? '').length > 0;
  const propagation = waiting.length > 0 && hasDependents ? 'Foreground' : propagationOf(object);
  remove(client, place, object, { propagation });
}

function processDeleting(
  client: ClusterClient,
  dependents: Dependents,
  object: KubeObject,
  wake: (place: ObjectPlace) => void,
): void {
  const finalizers = object.metadata.finalizers ?? [];
  const uid = object.metadata.uid ?? '';
  if (finalizers.includes(orphan)) {
    for (const dependent of dependents.of(uid)) release(client, dependent, uid);
    dropFinalizer(client, object, orphan);
    return;
  }
  if (!finalizers.includes(foreground)) return;
  const blocking = dependents.of(uid).filter((dependent) => isBlocking(client, dependent, uid));
  if (blocking.length === 0) dropFinalizer(client, object, foreground);
  else for (const dependent of dependents.of(uid)) wake(dependent);
}

function isBlocking(client: ClusterClient, place: ObjectPlace, ownerUid: string): boolean {
  const dependent = client.get(place.kind, place.namespace, place.name);
  if (dependent === undefined) return false;
  return ownerReferences(dependent).some((owner) => owner.uid === ownerUid && owner.blockOwnerDeletion === true);
}

function release(client: ClusterClient, place: ObjectPlace, ownerUid: string): void {
  const dependent = client.get(place.kind, place.namespace, place.name);
  if (dependent === undefined) return;
  const kept = ownerReferences(dependent).filter((owner) => owner.uid !== ownerUid);
  client.update({ ...dependent, metadata: { ...dependent.metadata, ownerReferences: kept } });
}

function dropFinalizer(client: ClusterClient, object: KubeObject, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  client.update({ ...object, metadata: { ...object.metadata, finalizers } });
}

function isWaitingForDependents(owner: KubeObject): boolean {
  return isDeleting(owner) && owner.metadata.finalizers?.includes(foreground) === true;
}

function propagationOf(object: KubeObject): NonNullable<DeleteOptions['propagation']> {
  if (object.metadata.finalizers?.includes(orphan) === true) return 'Orphan';
  return object.metadata.finalizers?.includes(foreground) === true ? 'Foreground' : 'Background';
}

function remove(client: ClusterClient, place: ObjectPlace, object: KubeObject, options: DeleteOptions): void {
  const { uid } = object.metadata;
  try {
    client.delete(place.kind, place.namespace, place.name, {
      ...options,
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
  }
}

/** The owner, if it is the very object that the reference means. A kind that is not served counts as there: it cannot be told. */
function findOwner(client: ClusterClient, reference: OwnerReference, place: ObjectPlace): KubeObject | undefined {
  const kind = kindNameOf(reference.apiVersion, reference.kind);
  const isNamespaced = findKind(client, kind)?.isNamespaced;
  if (isNamespaced === undefined)
    return { apiVersion: reference.apiVersion, kind: reference.kind, metadata: { name: reference.name } };
  const owner = client.get(kind, isNamespaced ? place.namespace : undefined, reference.name);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

/** A cluster-scoped object cannot belong to one in a namespace. */
function isMisplaced(client: ClusterClient, reference: OwnerReference, place: ObjectPlace): boolean {
  if (place.namespace !== undefined) return false;
  return findKind(client, kindNameOf(reference.apiVersion, reference.kind))?.isNamespaced === true;
}

function describe(reference: OwnerReference, place: ObjectPlace): string {
  const namespace = place.namespace ?? '';
  return `[${reference.apiVersion}/${reference.kind}, namespace: ${namespace}, name: ${reference.name}, uid: ${reference.uid}]`;
}

function wakeOwners(
  client: ClusterClient,
  object: KubeObject,
  place: ObjectPlace,
  wake: (place: ObjectPlace) => void,
): void {
  for (const owner of ownerReferences(object)) {
    const kind = kindNameOf(owner.apiVersion, owner.kind);
    const isNamespaced = findKind(client, kind)?.isNamespaced;
    if (isNamespaced === undefined) continue;
    wake({ kind, namespace: isNamespaced ? place.namespace : undefined, name: owner.name });
  }
}

function placeOf(kind: AnyKind, object: KubeObject): ObjectPlace {
  const { namespace, name } = object.metadata;
  return { kind: kind.name, namespace, name };
}

function placeKey({ kind, namespace, name }: ObjectPlace): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}

function parsePlace(key: string): ObjectPlace {
  const [kind = '', rest = ''] = key.split(' ', 2);
  const [namespace = '', name = ''] = rest.split('/', 2);
  return { kind, namespace: namespace || undefined, name };
}
