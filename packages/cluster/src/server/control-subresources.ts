import { ApiError } from '../api-error.ts';
import { getStored } from '../registry/context.ts';
import { readObject } from '../registry/read-body.ts';
import { requireSameIdentity, updateObject } from '../registry/update.ts';
import { jsonResponse, type KubeResponse } from './http-messages.ts';
import { objectResponse } from './represent.ts';
import { parseBody } from './request-body.ts';
import { readWriteQuery } from './request-options.ts';
import { methodNotAllowed } from './status.ts';
import type { SubresourceTarget } from './subresource-target.ts';

/** PUT of a namespace without the finalizers that have done their work. */
export async function finalizeNamespace({
  context,
  resource,
  name,
  request,
  view,
}: SubresourceTarget): Promise<KubeResponse> {
  if (request.method !== 'PUT') throw methodNotAllowed();
  const options = readWriteQuery(request, view.query);
  const { value } = await parseBody(request);
  const body = readObject(resource, value, options.validation, options.warnings);
  requireSameIdentity(resource, undefined, name, body);
  const live = getStored(context.registry, resource, undefined, name);
  const desired = { ...live, spec: { ...live.spec, finalizers: body.spec?.finalizers ?? [] } };
  return objectResponse(200, resource, updateObject(context.registry, resource, live, desired, '', options), view);
}

/** PUT of a certificate signing request's conditions. */
export async function approveRequest({
  context,
  resource,
  name,
  request,
  view,
}: SubresourceTarget): Promise<KubeResponse> {
  const live = getStored(context.registry, resource, undefined, name);
  if (request.method === 'GET') return objectResponse(200, resource, live, view);
  if (request.method !== 'PUT') throw methodNotAllowed();
  const options = readWriteQuery(request, view.query);
  const { value } = await parseBody(request);
  const body = readObject(resource, value, options.validation, options.warnings);
  requireSameIdentity(resource, undefined, name, body);
  return objectResponse(200, resource, updateObject(context.registry, resource, live, body, 'status', options), view);
}

const defaultTokenSeconds = 3600;

/** POST of a TokenRequest: a token of the right form, which opens nothing. */
export async function requestToken({
  context,
  resource,
  namespace,
  name,
  request,
}: SubresourceTarget): Promise<KubeResponse> {
  if (request.method !== 'POST') throw methodNotAllowed();
  const account = getStored(context.registry, resource, namespace, name);
  const { value } = await parseBody(request);
  if (typeof value !== 'object' || value === null)
    throw new ApiError(400, 'BadRequest', 'a TokenRequest must be an object');
  const spec = ((value as { spec?: Record<string, unknown> }).spec ?? {}) as {
    audiences?: unknown;
    expirationSeconds?: unknown;
  };
  const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : defaultTokenSeconds;
  const nowSeconds = Math.floor(context.registry.clock.nowMs() / 1000);
  const claims = {
    aud: Array.isArray(spec.audiences) ? spec.audiences : ['https://kubernetes.default.svc'],
    exp: nowSeconds + seconds,
    iat: nowSeconds,
    iss: 'https://kubernetes.default.svc',
    'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid } },
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return jsonResponse(201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: new Date(nowSeconds * 1000).toISOString().replace('.000Z', 'Z') },
    spec: { audiences: claims.aud, expirationSeconds: seconds, boundObjectRef: null },
    status: {
      token: `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`,
      expirationTimestamp: new Date((nowSeconds + seconds) * 1000).toISOString().replace('.000Z', 'Z'),
    },
  });
}
