import { ApiError } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, notFound, objectKey, type RegistryContext, type WriteOptions } from './context.ts';
import { createObject } from './create.ts';
import type { ServedResource } from './kind-table.ts';
import { ListItemError } from './managed-fields/list-elements.ts';
import { type Applied, trackApply } from './managed-fields/track.ts';
import { readConfig } from './read-body.ts';
import { requireSameIdentity, updateObject } from './update.ts';
import { writerOf } from './writer.ts';

export interface ApplyOptions extends WriteOptions {
  /** Take over what others own. */
  readonly force: boolean;
}

export interface ApplyTarget {
  readonly resource: ServedResource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: '' | 'status';
}

/**
 * Server-side apply of a configuration (kubernetes docs: Server-Side Apply): merges it into the object, or makes the object. Throws
 * ApiError: 409 with every conflicting field, 400 and 500 for a configuration that is not one, and what create and update throw.
 */
export function applyObject(
  context: RegistryContext,
  { resource, namespace, name, subresource }: ApplyTarget,
  raw: unknown,
  options: ApplyOptions,
): { object: KubeObject; isNew: boolean } {
  const given = readConfig(resource, raw);
  if ((given.metadata.managedFields?.length ?? 0) > 0) throw badRequest('metadata.managedFields must be nil');
  requireSameIdentity(resource, namespace, name, given);
  const config = resource.toStored({
    ...given,
    metadata: { ...given.metadata, name, ...(namespace !== undefined && { namespace }) },
  });
  const stored = resource.stored;
  const live = context.store.get(stored.collection, objectKey(namespace, name));
  if (live === undefined && (subresource !== '' || config.metadata.uid)) {
    throw notFound(stored, name);
  }
  const applied = track(context, stored, live, config, subresource, options);
  if (live === undefined) {
    const created = createObject(context, stored, applied.object, options, applied.managers);
    return { object: resource.fromStored(created), isNew: true };
  }
  const updated = updateObject(context, stored, live, applied.object, subresource, options, applied.managers);
  return { object: resource.fromStored(updated), isNew: false };
}

function track(
  context: RegistryContext,
  stored: ServedResource,
  live: KubeObject | undefined,
  config: KubeObject,
  subresource: '' | 'status',
  options: ApplyOptions,
): Applied {
  const writer = writerOf(context, stored, options.manager, subresource);
  try {
    const { resourceVersion, uid, ...metadata } = config.metadata;
    const applied = trackApply(live, { ...config, metadata }, stored.type, writer, options.force);
    // Preconditions, not fields: compared with the live object when it is updated.
    const preconditions = { ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) };
    const object = structuredClone({ ...applied.object, metadata: { ...applied.object.metadata, ...preconditions } });
    return { object, managers: applied.managers };
  } catch (error) {
    if (error instanceof ListItemError) {
      throw new ApiError(
        500,
        '',
        `failed to create typed patch object (${objectKey(config.metadata.namespace, config.metadata.name)}; ${stored.apiVersion}, Kind=${stored.kind.kind}): ${error.message}`,
      );
    }
    throw error;
  }
}
