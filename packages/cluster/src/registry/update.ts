import { ApiError, invalid } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import {
  admissionOf,
  conflict,
  inOrder,
  keyOf,
  modifiedText,
  type RegistryContext,
  type WriteOptions,
} from './context.ts';
import { deepEqual } from './deep-equal.ts';
import type { ServedResource } from './kind-table.ts';
import type { KubeKind } from './kube-kind.ts';
import { type Managers, writeManagers } from './managed-fields/managers.ts';
import { trackUpdate } from './managed-fields/track.ts';
import { writerOf } from './writer.ts';

/**
 * Replaces an object (both in the stored version; `desired` is used up) but for its status, or through `status` nothing but that. A
 * write that changes nothing is not one: no new resourceVersion, no event. An object that waits for its last finalizer is removed when
 * that goes. `managers` is given when the object comes from a server-side apply. Throws ApiError 409 when `desired` has a stale
 * resourceVersion or another object's uid, 422 when it is invalid.
 */
export function updateObject(
  context: RegistryContext,
  resource: ServedResource,
  live: KubeObject,
  desired: KubeObject,
  subresource: '' | 'status',
  options: WriteOptions,
  managers?: Managers,
): KubeObject {
  checkPreconditions(resource, live, desired);
  const object =
    subresource === 'status' ? withStatus(resource, live, desired) : nextObject(context, resource, live, desired);
  const tracked =
    managers ??
    trackUpdate(
      live,
      withManagedFields(object, desired),
      resource.type,
      writerOf(context, resource, options.manager, subresource),
    );
  const managedFields = writeManagers(tracked);
  const next = withManagers(object, managedFields);
  if (deepEqual(next, live)) return live;
  if (isFinished(resource, live, next)) return removeStored(context, resource, next, options);
  const updated = inOrder({
    ...next,
    metadata: { ...next.metadata, resourceVersion: String(context.store.nextRevision) },
  });
  if (options.dryRun)
    return inOrder({ ...next, metadata: { ...next.metadata, resourceVersion: live.metadata.resourceVersion! } });
  context.store.put(resource.collection, keyOf(updated), updated);
  return updated;
}

function checkPreconditions(resource: ServedResource, live: KubeObject, { metadata }: KubeObject): void {
  if (metadata.uid && metadata.uid !== live.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${live.metadata.uid}`;
    throw conflict(resource, live.metadata.name, why);
  }
  if (
    metadata.resourceVersion &&
    metadata.resourceVersion !== '0' &&
    metadata.resourceVersion !== live.metadata.resourceVersion
  ) {
    throw conflict(resource, live.metadata.name, modifiedText);
  }
}

function withStatus({ kind, custom }: ServedResource, live: KubeObject, { status }: KubeObject): KubeObject {
  const object = { ...live, status };
  // Only custom resources have rules for their status.
  const errors = custom === undefined ? [] : (kind.validate?.(object, live) ?? []);
  if (errors.length > 0) throw invalid(kind, live.metadata.name, errors);
  return object;
}

function nextObject(
  context: RegistryContext,
  resource: ServedResource,
  live: KubeObject,
  desired: KubeObject,
): KubeObject {
  const { kind } = resource;
  const {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    resourceVersion,
    name,
    namespace,
  } = live.metadata;
  const { selfLink: _link, ...metadata } = desired.metadata as KubeObject['metadata'] & { selfLink?: string };
  const object: KubeObject = {
    ...desired,
    metadata: withoutUndefined({
      ...metadata,
      name,
      namespace,
      uid,
      creationTimestamp,
      deletionTimestamp,
      deletionGracePeriodSeconds,
      generation,
      resourceVersion,
      generateName: metadata.generateName ?? live.metadata.generateName,
      managedFields: live.metadata.managedFields,
    }),
  };
  if (kind.subresources.includes('status')) {
    if (live.status === undefined) delete object.status;
    else object.status = structuredClone(live.status);
  }
  kind.applyDefaults?.(object);
  kind.prepareUpdate?.(object, live, admissionOf(context));
  const errors = kind.validate?.(object, live) ?? [];
  if (errors.length > 0) throw invalid(kind, name, errors);
  if (kind.hasGeneration && !deepEqual(contentOf(kind, object), contentOf(kind, live)))
    object.metadata.generation = (generation ?? 0) + 1;
  return object;
}

/** What counts for the generation: everything but metadata, and status where that has its own door. */
function contentOf(kind: KubeKind, { metadata: _metadata, status, ...content }: KubeObject): unknown {
  return kind.subresources.includes('status') ? content : { ...content, status };
}

function withManagedFields(object: KubeObject, { metadata: { managedFields } }: KubeObject): KubeObject {
  return { ...object, metadata: withoutUndefined({ ...object.metadata, managedFields }) };
}

function withManagers(object: KubeObject, managedFields: KubeObject['metadata']['managedFields'] & object): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: managedFields.length === 0 ? metadata : { ...metadata, managedFields } };
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Deleted before, held by finalizers until this write took the last one away. */
function isFinished({ kind }: ServedResource, live: KubeObject, next: KubeObject): boolean {
  if (live.metadata.deletionTimestamp === undefined) return false;
  const wasHeld = (live.metadata.finalizers?.length ?? 0) > 0 || kind.isHeld?.(live) === true;
  const isHeld = (next.metadata.finalizers?.length ?? 0) > 0 || kind.isHeld?.(next) === true;
  return wasHeld && !isHeld && !next.metadata.deletionGracePeriodSeconds;
}

/** The object's last state, with the resourceVersion of its end. */
export function removeStored(
  context: RegistryContext,
  resource: ServedResource,
  last: KubeObject,
  { dryRun }: WriteOptions,
): KubeObject {
  if (dryRun) return last;
  const final = inOrder({
    ...last,
    metadata: { ...last.metadata, resourceVersion: String(context.store.nextRevision) },
  });
  context.store.remove(resource.collection, keyOf(final), final);
  return final;
}

/** For PUT and PATCH bodies: they may not turn an object into another. */
export function requireSameIdentity(
  resource: ServedResource,
  namespace: string | undefined,
  name: string,
  desired: KubeObject,
): void {
  const given = desired.metadata.name;
  if (given !== undefined && given !== name) {
    throw new ApiError(
      400,
      'BadRequest',
      `the name of the object (${given}) does not match the name on the URL (${name})`,
    );
  }
  if (resource.kind.isNamespaced && desired.metadata.namespace && desired.metadata.namespace !== namespace) {
    throw new ApiError(
      400,
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
}
