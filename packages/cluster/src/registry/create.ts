import { invalid } from '../api-error.ts';
import type { KubeObject, ObjectMeta } from '../kube-object.ts';
import {
  admissionOf,
  alreadyExists,
  badRequest,
  forbidden,
  inOrder,
  keyOf,
  notFound,
  type RegistryContext,
  timestamp,
  type WriteOptions,
} from './context.ts';
import type { ServedResource } from './kind-table.ts';
import { type Managers, writeManagers } from './managed-fields/managers.ts';
import { trackUpdate } from './managed-fields/track.ts';
import { writerOf } from './writer.ts';

/**
 * Makes an object (in its stored version) of `desired`, which is used up. `managers` is given when it comes from a server-side apply.
 * Throws ApiError: 404 when the namespace is missing, 403 when it is ending, 409 when the name is taken, 422 when the object is invalid.
 */
export function createObject(
  context: RegistryContext,
  resource: ServedResource,
  desired: KubeObject,
  options: WriteOptions,
  managers?: Managers,
): KubeObject {
  const { kind } = resource;
  if (desired.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  const isGenerated = !desired.metadata.name && !!desired.metadata.generateName;
  const object: KubeObject = { ...desired, metadata: newMetadata(context, resource, desired.metadata) };
  requireLiveNamespace(context, resource, object.metadata);
  if (kind.subresources.includes('status')) delete object.status;
  kind.applyDefaults?.(object);
  kind.prepareCreate?.(object, admissionOf(context));
  const errors = kind.validate?.(object, undefined) ?? [];
  if (errors.length > 0) throw invalid(kind, object.metadata.name ?? '', errors);
  if (context.store.get(resource.collection, keyOf(object)) !== undefined) {
    throw alreadyExists(resource, object.metadata.name, isGenerated);
  }

  const tracked =
    managers ?? trackUpdate(undefined, object, resource.type, writerOf(context, resource, options.manager, ''));
  return store(context, resource, object, tracked, options);
}

function store(
  context: RegistryContext,
  resource: ServedResource,
  object: KubeObject,
  managers: Managers,
  { dryRun }: WriteOptions,
): KubeObject {
  const managedFields = writeManagers(managers);
  const { managedFields: _, ...metadata } = object.metadata;
  const created = inOrder({
    ...object,
    metadata: {
      ...metadata,
      ...(!dryRun && { resourceVersion: String(context.store.nextRevision) }),
      ...(managedFields.length > 0 && { managedFields }),
    },
  });
  if (!dryRun) context.store.put(resource.collection, keyOf(created), created);
  return created;
}

function newMetadata(context: RegistryContext, resource: ServedResource, given: ObjectMeta): ObjectMeta {
  const {
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    resourceVersion: _version,
    generation: _generation,
    ...kept
  } = given;
  const { selfLink: _link, ...metadata } = kept as ObjectMeta & { selfLink?: string };
  if (!metadata.name && metadata.generateName) metadata.name = generateName(context, resource, metadata);
  return {
    ...metadata,
    uid: context.newUid(),
    creationTimestamp: timestamp(context),
    ...(resource.kind.hasGeneration && { generation: 1 }),
  };
}

const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const maxPrefixLength = 58;
const generatedLength = 5;
const nameAttempts = 8;

function generateName(
  context: RegistryContext,
  resource: ServedResource,
  { generateName, namespace }: ObjectMeta,
): string {
  const prefix = generateName!.slice(0, maxPrefixLength);
  let name = prefix;
  for (let attempt = 0; attempt < nameAttempts; attempt++) {
    name =
      prefix +
      Array.from(
        { length: generatedLength },
        () => nameAlphabet[Math.floor(context.random() * nameAlphabet.length)],
      ).join('');
    if (context.store.get(resource.collection, namespace === undefined ? name : `${namespace}/${name}`) === undefined)
      break;
  }
  return name;
}

/** Nothing can be made in a namespace that is not there or is on its way out (admission plugin NamespaceLifecycle). */
function requireLiveNamespace(
  context: RegistryContext,
  resource: ServedResource,
  { namespace, name }: ObjectMeta,
): void {
  if (!resource.kind.isNamespaced || !namespace) return;
  const namespaces = context.table.resource('', 'v1', 'namespaces')!;
  const found = context.store.get(namespaces.collection, namespace);
  if (found === undefined) throw notFound(namespaces, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}
