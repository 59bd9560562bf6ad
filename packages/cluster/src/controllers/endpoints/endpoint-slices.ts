import { isZero } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { controllerReference } from '../owners.ts';
import type { Backend, BackendPort } from './service-backends.ts';

export const sliceManager = 'endpointslice-controller.k8s.io';
export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';

const maxEndpoints = 100;

/** What a slice says, without its name. */
export interface SliceContent {
  readonly labels: Record<string, string>;
  readonly endpoints: readonly unknown[];
  readonly ports: readonly unknown[];
}

/** The slices of a Service: one for each set of ports, and for each hundred endpoints. An empty one when there is nothing behind it. */
export function slicesFor(
  service: KubeObject,
  backends: readonly Backend[],
  zoneOf: (node: string) => string | undefined,
): SliceContent[] {
  const labels = {
    ...service.metadata.labels,
    ...(service.spec?.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
    [managedByLabel]: sliceManager,
    [serviceNameLabel]: service.metadata.name,
  };
  const hasPorts = Array.isArray(service.spec?.ports) && service.spec.ports.length > 0;
  const groups = new Map<string, { ports: readonly BackendPort[]; members: Backend[] }>();
  for (const backend of backends) {
    if (hasPorts && backend.ports.length === 0) continue;
    const key = JSON.stringify(backend.ports);
    const group = groups.get(key) ?? { ports: backend.ports, members: [] };
    group.members.push(backend);
    groups.set(key, group);
  }
  const slices = [...groups.values()].flatMap(({ ports, members }) => {
    return chunk(members, maxEndpoints).map((part) => ({
      labels,
      endpoints: part.map((backend) => endpointOf(service, backend, zoneOf)),
      ports,
    }));
  });
  return slices.length === 0 ? [{ labels, endpoints: [], ports: [] }] : slices;
}

export function sliceObject(service: KubeObject, name: string, content: SliceContent): KubeObject {
  const { namespace } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      generateName: `${service.metadata.name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: content.labels,
      ownerReferences: [controllerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: content.endpoints,
    ports: content.ports,
  };
}

function endpointOf(service: KubeObject, backend: Backend, zoneOf: (node: string) => string | undefined): unknown {
  const { pod, address, isReady, isTerminating } = backend;
  const { name, namespace, uid } = pod.metadata;
  const zone = zoneOf(pod.spec?.nodeName);
  const isServing = isReady || (isTerminating && pod.status?.conditions?.some(isReadyCondition) === true);
  const isNamed = !isZero(pod.spec?.hostname) && pod.spec?.subdomain === service.metadata.name;
  return {
    addresses: [address],
    conditions: {
      ready: service.spec?.publishNotReadyAddresses === true ? true : isReady,
      serving: isServing,
      terminating: isTerminating,
    },
    ...(isNamed ? { hostname: pod.spec.hostname } : {}),
    nodeName: pod.spec?.nodeName,
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(zone === undefined ? {} : { zone }),
  };
}

function isReadyCondition(condition: { type?: string; status?: string }): boolean {
  return condition.type === 'Ready' && condition.status === 'True';
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
