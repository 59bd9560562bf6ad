import type { DeleteOptions } from '../cluster-client.ts';
import type { KubeObject } from '../kube-object.ts';
import { conflict, forbidden, inOrder, keyOf, type RegistryContext, timestamp, type WriteOptions } from './context.ts';
import type { ServedResource } from './kind-table.ts';
import { removeStored } from './update.ts';

export interface Deletion {
  /** `gone`: removed at once. `marked`: stays until its finalizers or its grace period are over. */
  readonly outcome: 'gone' | 'marked';
  readonly object: KubeObject;
}

/** System namespaces that the cluster cannot do without (admission plugin NamespaceLifecycle). */
const immortalNamespaces = new Set(['default', 'kube-system', 'kube-public']);

/** Deletes an object, or marks it as being deleted. Throws ApiError 409 when a precondition does not hold. */
export function deleteObject(
  context: RegistryContext,
  resource: ServedResource,
  live: KubeObject,
  deletion: DeleteOptions,
  options: WriteOptions,
): Deletion {
  const { kind } = resource;
  checkPreconditions(resource, live, deletion);
  if (isNamespace(resource) && immortalNamespaces.has(live.metadata.name)) {
    throw forbidden(resource, live.metadata.name, 'this namespace may not be deleted');
  }
  const grace = kind.gracePeriodSeconds?.(live, deletion.gracePeriodSeconds) ?? 0;
  const finalizers = finalizersFor(resource, live, deletion.propagation, options.warnings);
  const isHeld = finalizers.length > 0 || kind.isHeld?.(live) === true;
  if (!isHeld && grace === 0) {
    return { outcome: 'gone', object: removeStored(context, resource, live, options) };
  }
  const marked = mark(context, resource, live, finalizers, grace);
  if (marked === live) return { outcome: 'marked', object: live };
  if (options.dryRun) return { outcome: 'marked', object: marked };
  const stored = inOrder({
    ...marked,
    metadata: { ...marked.metadata, resourceVersion: String(context.store.nextRevision) },
  });
  context.store.put(resource.collection, keyOf(stored), stored);
  return { outcome: 'marked', object: stored };
}

function checkPreconditions(resource: ServedResource, live: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name } = live.metadata;
  const checks = [
    ['UID', preconditions?.uid, uid],
    ['ResourceVersion', preconditions?.resourceVersion, resourceVersion],
  ] as const;
  for (const [what, wanted, actual] of checks) {
    if (wanted === undefined || wanted === actual) continue;
    throw conflict(
      resource,
      name,
      `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${actual}`,
    );
  }
}

/** Kinds whose dependents outlive them when a client does not say otherwise, as they did before there was garbage collection. */
const orphansByDefault = new Set(['jobs', 'replicationcontrollers']);
const jobWarning =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

/** The object's own finalizers, and the one that makes the garbage collector see to its dependents first. */
function finalizersFor(
  resource: ServedResource,
  live: KubeObject,
  propagation: DeleteOptions['propagation'],
  warnings: string[] | undefined,
): string[] {
  const current = live.metadata.finalizers ?? [];
  if (propagation === undefined && (current.includes('orphan') || current.includes('foregroundDeletion')))
    return current;
  const own = current.filter((finalizer) => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion');
  const byDefault = orphansByDefault.has(resource.kind.resource) ? 'Orphan' : 'Background';
  if (propagation === undefined && resource.kind.resource === 'jobs') warnings?.push(jobWarning);
  switch (propagation ?? byDefault) {
    case 'Foreground':
      return [...own, 'foregroundDeletion'];
    case 'Orphan':
      return [...own, 'orphan'];
    case 'Background':
      return own;
  }
}

/** `live` itself when nothing about its deletion changes: a second DELETE with no shorter grace. */
function mark(
  context: RegistryContext,
  resource: ServedResource,
  live: KubeObject,
  finalizers: string[],
  grace: number,
): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation } = live.metadata;
  const isSooner = deletionTimestamp === undefined || grace < (deletionGracePeriodSeconds ?? 0);
  const sameFinalizers = String(finalizers) === String(live.metadata.finalizers ?? []);
  if (!isSooner && sameFinalizers) return live;
  const { finalizers: _, ...metadata } = live.metadata;
  return {
    ...live,
    metadata: {
      ...metadata,
      ...(finalizers.length > 0 && { finalizers }),
      ...(isSooner && {
        deletionTimestamp: later(timestamp(context), grace),
        deletionGracePeriodSeconds: grace,
        ...(generation !== undefined && { generation: generation + (deletionTimestamp === undefined ? 1 : 0) }),
      }),
    },
    ...(isNamespace(resource) && { status: { ...live.status, phase: 'Terminating' } }),
  };
}

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function isNamespace({ kind }: ServedResource): boolean {
  return kind.group === '' && kind.resource === 'namespaces';
}
