import { ApiError } from '../api-error.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import { qualifiedResource } from '../registry/kind-table.ts';
import type { ApiContext } from './api-context.ts';
import { approveRequest, finalizeNamespace, requestToken } from './control-subresources.ts';
import type { KubeRequest, KubeResponse } from './http-messages.ts';
import { bindPod, evictPod, podLog } from './pod-subresources.ts';
import type { View } from './represent.ts';
import type { ResourcePath } from './request-path.ts';
import { handleScale } from './scale-subresource.ts';
import { noSuchPath } from './status.ts';
import type { SubresourceHandler } from './subresource-target.ts';

const handlers: Record<string, SubresourceHandler> = {
  'deployments/scale': handleScale,
  'replicasets/scale': handleScale,
  'statefulsets/scale': handleScale,
  'replicationcontrollers/scale': handleScale,
  'pods/log': podLog,
  'pods/binding': bindPod,
  'pods/eviction': evictPod,
  'namespaces/finalize': finalizeNamespace,
  'certificatesigningrequests/approval': approveRequest,
  'serviceaccounts/token': requestToken,
};

/** What needs a real container, or a real network, behind it. */
const notModelled = new Set([
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'pods/proxy',
  'pods/ephemeralcontainers',
  'pods/resize',
  'services/proxy',
  'nodes/proxy',
]);

/** Everything below an object but its status. Throws ApiError 404 for subresources the kind does not have, 501 for those that are not modelled. */
export async function handleSubresource(
  context: ApiContext,
  resource: ServedResource,
  { namespace, name, subresource }: ResourcePath,
  request: KubeRequest,
  view: View,
): Promise<KubeResponse> {
  const key = `${resource.kind.resource}/${subresource}`;
  if (name !== undefined && notModelled.has(key)) throw notImplemented(resource, name, subresource);
  const handler =
    handlers[key] ?? (subresource === 'scale' && resource.custom?.scale !== undefined ? handleScale : undefined);
  if (handler === undefined || name === undefined || resource.kind.isNamespaced !== (namespace !== undefined))
    throw noSuchPath();
  return handler({ context, resource, namespace, name, request, view });
}

function notImplemented(resource: ServedResource, name: string, subresource: string): ApiError {
  return new ApiError(
    501,
    'NotImplemented',
    `${qualifiedResource(resource)} ${JSON.stringify(name)}: the embedded cluster runs no real containers, so ${JSON.stringify(subresource)} is not available`,
  );
}
