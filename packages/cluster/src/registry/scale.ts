import { invalid } from '../api-error.ts';
import { formatSelector } from '../kinds/label-selector.ts';
import type { KubeObject } from '../kube-object.ts';
import type { RegistryContext, WriteOptions } from './context.ts';
import type { ScalePaths } from './custom-resources/definition.ts';
import { parseJsonPath } from './custom-resources/json-path.ts';
import type { ServedResource } from './kind-table.ts';
import { trackUpdate } from './managed-fields/track.ts';
import { updateObject } from './update.ts';
import { writerOf } from './writer.ts';

const builtinPaths: ScalePaths = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };

/** An object's `autoscaling/v1` Scale (kubernetes docs: API concepts, subresources). */
export function scaleOf({ custom }: ServedResource, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const paths = custom?.scale ?? builtinPaths;
  const selector = custom === undefined ? builtinSelector(object) : readPath(object, paths.labelSelectorPath);
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
    spec: { replicas: readPath(object, paths.specReplicasPath) ?? 0 },
    status: {
      replicas: readPath(object, paths.statusReplicasPath) ?? 0,
      ...(typeof selector === 'string' && selector !== '' && { selector }),
    },
  };
}

function builtinSelector(object: KubeObject): string {
  const selector =
    object.kind === 'ReplicationController' ? { matchLabels: object.spec?.selector ?? {} } : object.spec?.selector;
  const text = formatSelector(selector);
  return text === '<none>' ? '' : text;
}

function readPath(object: KubeObject, path: string | undefined): unknown {
  return path === undefined ? undefined : parseJsonPath(path)?.(object)[0];
}

/** A copy with the value at a path of plain names. */
function withPath(value: unknown, path: readonly string[], leaf: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return leaf;
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { ...fields, [name]: withPath(fields[name], rest, leaf) };
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
  const path = (resource.custom?.scale ?? builtinPaths).specReplicasPath.split('.').filter((name) => name !== '');
  const desired = structuredClone(withPath(live, path, replicas)) as KubeObject;
  const managers = trackUpdate(live, desired, resource.type, writerOf(context, resource, options.manager, 'scale'));
  Object.assign(desired.metadata, { resourceVersion: resourceVersion ?? '', uid: uid ?? '' });
  return updateObject(context, resource, live, desired, '', options, managers);
}
