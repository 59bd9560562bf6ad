import { isZero } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { Backend, BackendPort } from './service-backends.ts';

/** The Endpoints that belong to a Service: what of them is the controller's business. */
export function endpointsFor(
  service: KubeObject,
  backends: readonly Backend[],
): Pick<KubeObject, 'metadata'> & { subsets?: unknown } {
  const headless: Record<string, string> =
    service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {};
  const labels: Record<string, string> = {
    ...service.metadata.labels,
    ...headless,
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
  };
  const { name, namespace } = service.metadata;
  const subsets = subsetsOf(service, backends);
  return {
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
}

/** Pods with the same ports share a subset; ready ones apart from the rest. */
function subsetsOf(service: KubeObject, backends: readonly Backend[]): unknown[] {
  const publishesAll = service.spec?.publishNotReadyAddresses === true;
  const hasPorts = Array.isArray(service.spec?.ports) && service.spec.ports.length > 0;
  const groups = new Map<string, { ports: readonly BackendPort[]; members: Backend[] }>();
  for (const backend of backends) {
    if (backend.isTerminating && !publishesAll) continue;
    if (hasPorts && backend.ports.length === 0) continue;
    const key = JSON.stringify(backend.ports);
    const group = groups.get(key) ?? { ports: backend.ports, members: [] };
    group.members.push(backend);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ ports, members }) => {
    const ready = members.filter((one) => one.isReady || publishesAll).map(addressOf);
    const notReady = members.filter((one) => !one.isReady && !publishesAll).map(addressOf);
    return {
      ...(ready.length === 0 ? {} : { addresses: ready }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
      ...(ports.length === 0 ? {} : { ports: ports.map(portOf) }),
    };
  });
}

function portOf({ name, ...port }: BackendPort): unknown {
  return name === '' ? port : { name, ...port };
}

function addressOf({ pod, address }: Backend): unknown {
  const { name, namespace, uid } = pod.metadata;
  const isNamed = !isZero(pod.spec?.hostname) && !isZero(pod.spec?.subdomain);
  return {
    ip: address,
    ...(isNamed ? { hostname: pod.spec.hostname } : {}),
    nodeName: pod.spec?.nodeName,
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}
