import { ApiError } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, conflict, getStored, modifiedText } from '../registry/context.ts';
import { patchDocument } from '../registry/patch-object.ts';
import { scaleOf, updateScale } from '../registry/scale.ts';
import { DecodeError, decodeStruct } from '../schema/decode.ts';
import { structNamed } from '../schema/kube-types.ts';
import { jsonResponse, type KubeResponse, warningHeaders } from './http-messages.ts';
import { parseBody } from './request-body.ts';
import { readWriteQuery } from './request-options.ts';
import { methodNotAllowed } from './status.ts';
import type { SubresourceTarget } from './subresource-target.ts';
import { patchTypeOf, requireFieldManager } from './write.ts';

const scaleType = structNamed('autoscaling.v1.Scale');

/** GET, PUT and PATCH of an `autoscaling/v1` Scale. */
export async function handleScale({
  context,
  resource,
  namespace,
  name,
  request,
  view,
}: SubresourceTarget): Promise<KubeResponse> {
  const { registry } = context;
  const read = () => getStored(registry, resource, namespace, name);
  if (request.method === 'GET') return jsonResponse(200, scaleOf(resource, read()));
  if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();

  const options = readWriteQuery(request, view.query);
  const { value } = await parseBody(request);
  const live = read();
  const scale = request.method === 'PUT' ? readScale(value) : readScale(patchedScale());
  if (scale.metadata.name !== undefined && scale.metadata.name !== name) {
    throw badRequest(`the name of the object (${scale.metadata.name}) does not match the name on the URL (${name})`);
  }
  if (scale.metadata.resourceVersion && scale.metadata.resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(resource, name, modifiedText);
  }
  const updated = updateScale(registry, resource, live, scale, options);
  return jsonResponse(200, scaleOf(resource, updated), warningHeaders(options.warnings));

  function patchedScale(): unknown {
    const patchType = patchTypeOf(request, resource);
    const current = scaleOf(resource, live);
    if (patchType !== 'apply') return patchDocument(current, value, patchType, scaleType);
    requireFieldManager(options.fieldManager);
    const applied = readScale(value);
    return { ...current, spec: { ...current.spec, ...applied.spec } };
  }
}

function readScale(raw: unknown): KubeObject {
  try {
    const { value } = decodeStruct(raw, scaleType);
    if ((value.kind ?? 'Scale') !== 'Scale') throw badRequest(`the object is a ${String(value.kind)}, not a Scale`);
    return { ...value, metadata: value.metadata ?? {} } as KubeObject;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new ApiError(400, 'BadRequest', `Scale in version "v1" cannot be handled as a Scale: ${error.message}`);
  }
}
