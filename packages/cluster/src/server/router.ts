import { ApiError } from '../api-error.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import { qualifiedResource } from '../registry/kind-table.ts';
import { type Accepted, negotiate } from './accept.ts';
import type { ApiContext } from './api-context.ts';
import { discover } from './discovery.ts';
import { jsonResponse, type KubeRequest, type KubeResponse, textResponse } from './http-messages.ts';
import { openApi } from './open-api.ts';
import { getObject, listObjects } from './read.ts';
import type { View } from './represent.ts';
import { parseResourcePath, type ResourcePath } from './request-path.ts';
import { answerReview, isReview } from './reviews.ts';
import { failureResponse, methodNotAllowed } from './status.ts';
import { handleSubresource } from './subresources.ts';
import { serverVersion } from './version.ts';
import { watchObjects } from './watch.ts';
import { deleteCollection, deleteTarget, patchTarget, postObject, putObject } from './write.ts';

export type Handler = (request: KubeRequest) => Promise<KubeResponse>;

/** The API server without its socket: every request gets an answer, failures as `v1.Status`. */
export function createRouter(context: ApiContext): Handler {
  return async (request) => {
    try {
      const response = await route(context, request);
      // A client may rely on what it was told: first durable, then said.
      if (request.method !== 'GET' && request.method !== 'HEAD') await context.durable();
      return wantsYaml(request, response) ? await asYaml(response) : response;
    } catch (error) {
      return failureResponse(error);
    }
  };
}

async function route(context: ApiContext, request: KubeRequest): Promise<KubeResponse> {
  const url = parseUrl(request.url);
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const { table } = context.registry;
  const general = (await generalEndpoint(context, segments, url, request)) ?? discover(table, segments, request);
  if (general !== undefined) {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
    return general;
  }
  const path = parseResourcePath(segments.map(decodeSegment));
  const resource = path === undefined ? undefined : table.resource(path.group, path.version, path.resource);
  if (path === undefined || resource === undefined) return textResponse(404, '404 page not found\n');
  return resourceEndpoint(context, resource, path, url.searchParams, request);
}

function parseUrl(url: string): URL {
  try {
    return new URL(url, 'https://cluster');
  } catch {
    throw new ApiError(400, 'BadRequest', 'the request has no valid URL');
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError(400, 'BadRequest', `the URL has a segment that cannot be decoded: ${segment}`);
  }
}

async function generalEndpoint(
  context: ApiContext,
  segments: readonly string[],
  url: URL,
  request: KubeRequest,
): Promise<KubeResponse | undefined> {
  switch (segments[0]) {
    case undefined:
      return jsonResponse(200, {
        paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'],
      });
    case 'version':
      return segments.length === 1 ? jsonResponse(200, serverVersion) : undefined;
    case 'healthz':
    case 'livez':
    case 'readyz':
      return textResponse(200, url.searchParams.has('verbose') ? `[+]ping ok\n${segments[0]} check passed\n` : 'ok');
    case 'openapi':
      return openApi(context.registry.table, segments.slice(1), request);
    default:
      return undefined;
  }
}

async function resourceEndpoint(
  context: ApiContext,
  resource: ServedResource,
  path: ResourcePath,
  query: URLSearchParams,
  request: KubeRequest,
): Promise<KubeResponse> {
  const { namespace, name, subresource } = path;
  if (namespace !== undefined && !resource.kind.isNamespaced) return textResponse(404, '404 page not found\n');
  const view: View = { accepted: acceptedBy(request, path), query, nowMs: context.registry.clock.nowMs() };
  if (subresource !== '' && subresource !== 'status') return handleSubresource(context, resource, path, request, view);
  if (subresource === 'status' && resource.subresources.status === undefined) throw unknownSubresource();
  if (name !== undefined && resource.kind.isNamespaced && namespace === undefined)
    return textResponse(404, '404 page not found\n');
  if (isReview(resource)) return answerReview(resource, namespace, request);
  return name === undefined
    ? collectionEndpoint(context, resource, namespace, request, view)
    : objectEndpoint(context, { resource, namespace, name, subresource }, request, view);
}

function acceptedBy(request: KubeRequest, { subresource }: ResourcePath): Accepted {
  // Logs and the like are plain text, whatever the client accepts.
  return subresource === 'log' || subresource === 'proxy'
    ? { representation: 'object', format: 'json' }
    : negotiate(request.headers.accept);
}

async function collectionEndpoint(
  context: ApiContext,
  resource: ServedResource,
  namespace: string | undefined,
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const { registry } = context;
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      requireVerb(resource, 'list');
      if (isWatch(view.query)) return watchObjects(registry, resource, namespace, undefined, view);
      return listObjects(registry, resource, namespace, view);
    case 'POST':
      requireVerb(resource, 'create');
      if (resource.kind.isNamespaced && namespace === undefined) throw methodNotAllowed();
      return postObject(context, resource, namespace, request, view);
    case 'DELETE':
      requireVerb(resource, 'deletecollection');
      return deleteCollection(context, resource, namespace, request, view);
    default:
      throw methodNotAllowed();
  }
}

async function objectEndpoint(
  context: ApiContext,
  target: { resource: ServedResource; namespace: string | undefined; name: string; subresource: '' | 'status' },
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const { resource, namespace, name, subresource } = target;
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      requireVerb(resource, 'get');
      if (isWatch(view.query)) return watchObjects(context.registry, resource, namespace, name, view);
      return getObject(context.registry, resource, namespace, name, view);
    case 'PUT':
      requireVerb(resource, 'update');
      return putObject(context, target, request, view);
    case 'PATCH':
      requireVerb(resource, 'patch');
      return patchTarget(context, target, request, view);
    case 'DELETE':
      requireVerb(resource, 'delete');
      if (subresource !== '') throw methodNotAllowed();
      return deleteTarget(context, target, request, view);
    default:
      throw methodNotAllowed();
  }
}

function isWatch(query: URLSearchParams): boolean {
  const watch = query.get('watch');
  return watch === 'true' || watch === '1';
}

function requireVerb(resource: ServedResource, verb: string): void {
  if (!resource.verbs.includes(verb)) {
    throw new ApiError(
      405,
      'MethodNotAllowed',
      `the server does not allow this method on the requested resource (${verb} of ${qualifiedResource(resource)})`,
    );
  }
}

export function unknownSubresource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

function wantsYaml(request: KubeRequest, response: KubeResponse): boolean {
  if (typeof response.body !== 'string' || response.headers['content-type'] !== 'application/json') return false;
  try {
    return request.headers.accept?.includes('yaml') === true && negotiate(request.headers.accept).format === 'yaml';
  } catch {
    return false;
  }
}

async function asYaml(response: KubeResponse): Promise<KubeResponse> {
  const { stringify } = await import('yaml');
  const body = stringify(JSON.parse(response.body as string), { version: '1.1', aliasDuplicateObjects: false });
  return { ...response, body, headers: { ...response.headers, 'content-type': 'application/yaml' } };
}
