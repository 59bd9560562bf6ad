import { ApiError, invalid } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import { applyObject } from '../registry/apply.ts';
import { badRequest, getStored, objectKey } from '../registry/context.ts';
import { createObject } from '../registry/create.ts';
import { deleteObject } from '../registry/delete.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import { type PatchType, patchObject } from '../registry/patch-object.ts';
import { readObject } from '../registry/read-body.ts';
import { requireSameIdentity, updateObject } from '../registry/update.ts';
import type { ApiContext } from './api-context.ts';
import { jsonResponse, type KubeRequest, type KubeResponse, warningHeaders } from './http-messages.ts';
import { selectObjects } from './read.ts';
import { listResponse, objectResponse, type View } from './represent.ts';
import { contentTypeOf, parseBody } from './request-body.ts';
import { readDeleteOptions, readWriteQuery } from './request-options.ts';

export interface ObjectTarget {
  readonly resource: ServedResource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: '' | 'status';
}

export async function postObject(
  { registry }: ApiContext,
  resource: ServedResource,
  namespace: string | undefined,
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const options = readWriteQuery(request, view.query);
  const { value, duplicates } = await parseBody(request);
  const body = readObject(resource, value, options.validation, options.warnings, duplicates);
  const desired = resource.toStored(inNamespace(resource, namespace, body));
  const created = createObject(registry, resource.stored, desired, options);
  return objectResponse(201, resource, resource.fromStored(created), view, options.warnings);
}

export async function putObject(
  { registry }: ApiContext,
  { resource, namespace, name, subresource }: ObjectTarget,
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const options = readWriteQuery(request, view.query);
  const { value, duplicates } = await parseBody(request);
  const body = readObject(resource, value, options.validation, options.warnings, duplicates);
  if (!body.metadata.name) throw badRequest('name must be provided');
  requireVersion(resource, body);
  requireSameIdentity(resource, namespace, name, body);
  const desired = resource.toStored(inNamespace(resource, namespace, body));
  const live = registry.store.get(resource.stored.collection, objectKey(namespace, name));
  if (live === undefined && subresource === '' && isCreatedByPut(resource)) {
    const created = createObject(registry, resource.stored, desired, options);
    return objectResponse(201, resource, resource.fromStored(created), view, options.warnings);
  }
  const current = live ?? getStored(registry, resource.stored, namespace, name);
  const updated = updateObject(registry, resource.stored, current, desired, subresource, options);
  return objectResponse(200, resource, resource.fromStored(updated), view, options.warnings);
}

/** Definitions and what they define are never written blindly. */
function requireVersion({ kind, custom }: ServedResource, { metadata }: KubeObject): void {
  if (metadata.resourceVersion || (custom === undefined && kind.kind !== 'CustomResourceDefinition')) return;
  throw invalid(kind, metadata.name, [
    {
      field: 'metadata.resourceVersion',
      reason: 'FieldValueInvalid',
      detail: 'Invalid value: 0: must be specified for an update',
    },
  ]);
}

/** Kinds whose clients write without looking first (the API server's AllowCreateOnUpdate). */
function isCreatedByPut({ collection }: ServedResource): boolean {
  return ['coordination.k8s.io/leases', 'endpoints', 'events'].includes(collection);
}

const patchTypes: Record<string, PatchType | 'apply'> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** The kind of a PATCH, by its content type. Throws ApiError 415. */
export function patchTypeOf(request: KubeRequest, { custom }: ServedResource): PatchType | 'apply' {
  const patchType = patchTypes[contentTypeOf(request)];
  const isKnown = patchType !== undefined && (patchType !== 'strategic' || custom === undefined);
  if (isKnown) return patchType;
  const accepted = Object.keys(patchTypes).filter((type) => patchTypes[type] !== 'strategic' || custom === undefined);
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

export async function patchTarget(
  { registry }: ApiContext,
  target: ObjectTarget,
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const { resource, namespace, name, subresource } = target;
  const patchType = patchTypeOf(request, resource);
  const options = readWriteQuery(request, view.query);
  if (patchType === 'apply') requireFieldManager(options.fieldManager);
  else if (view.query.has('force')) throw forceForbidden();
  const { value } = await parseBody(request);
  if (patchType === 'apply') {
    const { object, isNew } = applyObject(registry, target, value, options);
    return objectResponse(isNew ? 201 : 200, resource, object, view, options.warnings);
  }
  const live = getStored(registry, resource.stored, namespace, name);
  const patched = patchObject(registry, resource, live, value, patchType, subresource, options);
  return objectResponse(200, resource, patched, view, options.warnings);
}

export function requireFieldManager(fieldManager: string): void {
  if (fieldManager !== '') return;
  throw new ApiError(
    422,
    'Invalid',
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [
        { reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' },
      ],
    },
  );
}

function forceForbidden(): ApiError {
  return new ApiError(
    422,
    'Invalid',
    'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [
        {
          reason: 'FieldValueForbidden',
          message: 'Forbidden: may not be specified for non-apply patch',
          field: 'force',
        },
      ],
    },
  );
}

export async function deleteTarget(
  { registry }: ApiContext,
  { resource, namespace, name }: ObjectTarget,
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const { value } = await parseBody(request);
  const { dryRun, ...deletion } = readDeleteOptions(value, view.query);
  const warnings: string[] = [];
  const live = getStored(registry, resource.stored, namespace, name);
  const { outcome, object } = deleteObject(registry, resource.stored, live, deletion, {
    manager: '',
    dryRun,
    warnings,
  });
  if (outcome === 'marked' || resource.kind.gracePeriodSeconds !== undefined) {
    return objectResponse(200, resource, resource.fromStored(object), view, warnings);
  }
  const { group, resource: kind } = resource.kind;
  const details = { name, ...(group !== '' && { group }), kind, uid: object.metadata.uid };
  return jsonResponse(
    200,
    { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
    warningHeaders(warnings),
  );
}

export async function deleteCollection(
  { registry }: ApiContext,
  resource: ServedResource,
  namespace: string | undefined,
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const { value } = await parseBody(request);
  const { dryRun, ...deletion } = readDeleteOptions(value, view.query);
  const { objects, meta } = selectObjects(registry, resource, namespace, view.query);
  const deleted = objects.map(
    (live) => deleteObject(registry, resource.stored, live, deletion, { manager: '', dryRun }).object,
  );
  return listResponse(resource, deleted.map(resource.fromStored), meta, view);
}

/** The namespace of the URL holds for a body that names none. */
function inNamespace<T extends { metadata: { namespace?: string } }>(
  resource: ServedResource,
  namespace: string | undefined,
  body: T,
): T {
  if (!resource.kind.isNamespaced || namespace === undefined) return body;
  const given = body.metadata.namespace;
  if (given !== undefined && given !== '' && given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return { ...body, metadata: { ...body.metadata, namespace } };
}
