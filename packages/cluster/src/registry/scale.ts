import { invalid } from '../api-error.ts';
import { formatSelector } from '../kinds/label-selector.ts';
import type { KubeObject } from '../kube-object.ts';
import type { RegistryContext, WriteOptions } from './context.ts';
import type { ServedResource } from './kind-table.ts';
import { trackUpdate } from './managed-fields/track.ts';
import { updateObject } from './update.ts';
import { writerOf } from './writer.ts';

/** An object's `autoscaling/v1` Scale (kubernetes docs: API concepts, subresources). */
export function scaleOf(object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector =
    object.kind === 'ReplicationController' ? { matchLabels: object.spec?.selector ?? {} } : object.spec?.selector;
  const selectorText = formatSelector(selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      namespace: namespace!,
      uid: uid!,
      resourceVersion: resourceVersion!,
      creationTimestamp: creationTimestamp!,
    },
    spec: { replicas: object.spec?.replicas ?? 0 },
    status: { replicas: object.status?.replicas ?? 0, ...(selectorText !== '<none>' && { selector: selectorText }) },
  };
}

/** Writes the replicas of a Scale to its object; the writer owns them through the subresource. Throws what update throws. */
export function updateScale(
  context: RegistryContext,
  resource: ServedResource,
  live: KubeObject,
  scale: KubeObject,
  options: WriteOptions,
): KubeObject {
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas < 0) {
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, live.metadata.name, [
      {
        field: 'spec.replicas',
        reason: 'FieldValueInvalid',
        detail: `Invalid value: ${replicas}: must be greater than or equal to 0`,
      },
    ]);
  }
  const { uid, resourceVersion } = scale.metadata;
  const desired = structuredClone({ ...live, spec: { ...live.spec, replicas } });
  const managers = trackUpdate(live, desired, resource.type, writerOf(context, resource, options.manager, 'scale'));
  Object.assign(desired.metadata, { resourceVersion: resourceVersion ?? '', uid: uid ?? '' });
  return updateObject(context, resource, live, desired, '', options, managers);
}
