import { ApiError } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, getStored, objectKey, type RegistryContext } from '../registry/context.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import { parseFieldQuery } from './field-query.ts';
import type { KubeResponse } from './http-messages.ts';
import { parseLabelQuery } from './label-query.ts';
import { type ListMeta, listResponse, objectResponse, type View } from './represent.ts';

export function getObject(
  context: RegistryContext,
  resource: ServedResource,
  namespace: string | undefined,
  name: string,
  view: View,
): KubeResponse {
  const object = getStored(context, resource.stored, namespace, name);
  return objectResponse(200, resource, resource.fromStored(object), view);
}

export interface Selection {
  readonly objects: readonly KubeObject[];
  readonly meta: ListMeta;
}

/** GET of a collection: selectors, pages, past versions (kubernetes docs: API concepts). */
export function listObjects(
  context: RegistryContext,
  resource: ServedResource,
  namespace: string | undefined,
  view: View,
): KubeResponse {
  const { objects, meta } = selectObjects(context, resource, namespace, view.query);
  return listResponse(resource, objects.map(resource.fromStored), meta, view);
}

/** The stored objects a list request asks for. Throws ApiError 400, 410 for a page or version that is too old, 504 for a future one. */
export function selectObjects(
  context: RegistryContext,
  resource: ServedResource,
  namespace: string | undefined,
  query: URLSearchParams,
): Selection {
  const labels = parseLabelQuery(query.get('labelSelector') ?? '');
  const fields = parseFieldQuery(query.get('fieldSelector') ?? '', resource);
  const page = readPage(query);
  const revision = revisionToRead(context, query, page);
  const all = objectsAt(context, resource.stored, namespace, revision, fields.name);
  if (all === undefined) throw expired(context, page);

  const matching =
    labels === undefined && fields.matches === undefined
      ? all
      : all.filter((object) => (labels?.(object) ?? true) && (fields.matches?.(matchable(resource, object)) ?? true));
  const rest = page.after === undefined ? matching : matching.filter((object) => keyText(object) > page.after!);
  const limit = page.limit;
  if (limit === undefined || rest.length <= limit)
    return { objects: rest, meta: { resourceVersion: String(revision) } };
  const objects = rest.slice(0, limit);
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: keyText(objects.at(-1)!) };
  return {
    objects,
    meta: {
      resourceVersion: String(revision),
      continue: Buffer.from(JSON.stringify(token)).toString('base64url'),
      ...(labels === undefined && fields.matches === undefined && { remainingItemCount: rest.length - limit }),
    },
  };
}

/** Field selectors speak of the version in the URL. */
export function matchable(resource: ServedResource, stored: KubeObject): KubeObject {
  return resource.stored === resource ? stored : resource.fromStored(stored);
}

function objectsAt(
  context: RegistryContext,
  stored: ServedResource,
  namespace: string | undefined,
  revision: number,
  name: string | undefined,
): readonly KubeObject[] | undefined {
  const { store } = context;
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const isOneObject = name !== undefined && (namespace !== undefined || !stored.kind.isNamespaced);
  if (revision === store.revision && isOneObject) {
    const object = store.get(stored.collection, objectKey(namespace, name));
    return object === undefined ? [] : [object];
  }
  return store.listAt(stored.collection, revision, prefix);
}

function keyText({ metadata: { namespace, name } }: KubeObject): string {
  return objectKey(namespace, name);
}

interface Page {
  readonly limit: number | undefined;
  /** Continue behind this key. */
  readonly after: string | undefined;
  readonly revision: number | undefined;
}

function readPage(query: URLSearchParams): Page {
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0)
    throw badRequest(`limit: Invalid value: ${JSON.stringify(query.get('limit'))}: must be a non-negative integer`);
  const token = query.get('continue');
  const size = limit === 0 ? undefined : limit;
  if (token === null || token === '') return { limit: size, after: undefined, revision: undefined };
  const decoded = decodeToken(token);
  if (decoded === undefined)
    throw badRequest('continue key is not valid: it is not one that this server has given out');
  return { limit: size, after: decoded.start, revision: decoded.rv < 0 ? undefined : decoded.rv };
}

function decodeToken(token: string): { rv: number; start: string } | undefined {
  try {
    const value = JSON.parse(Buffer.from(token, 'base64url').toString()) as { rv?: unknown; start?: unknown };
    return typeof value.rv === 'number' && typeof value.start === 'string'
      ? { rv: value.rv, start: value.start }
      : undefined;
  } catch {
    return undefined;
  }
}

function revisionToRead({ store }: RegistryContext, query: URLSearchParams, page: Page): number {
  if (page.revision !== undefined) return page.revision;
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  if (version === '' && match !== '')
    throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  const revision = parseRevision(version);
  if (revision > store.revision) throw tooLarge(revision, store.revision);
  return match === 'Exact' && revision > 0 ? revision : store.revision;
}

/** 0 for "any". Throws ApiError 400. */
export function parseRevision(version: string): number {
  if (version === '') return 0;
  if (!/^\d{1,15}$/.test(version))
    throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(version)}: must be a non-negative integer`);
  return Number(version);
}

export function tooLarge(revision: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Too large resource version: ${revision}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** The continue token in the answer carries on from the same place with what is there now. */
function expired({ store }: RegistryContext, page: Page): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.';
  if (page.after === undefined)
    return new ApiError(
      410,
      'Expired',
      `The resourceVersion for the provided list is too old. (current: ${store.revision})`,
    );
  return new ApiError(410, 'Expired', message);
}
