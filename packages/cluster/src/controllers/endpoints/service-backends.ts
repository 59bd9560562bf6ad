import type { ClusterClient } from '../../cluster-client.ts';
import { isZero, itemsOf, stringMapOf, textOf } from '../../kinds/fields.ts';
import { mapSelectorMatches } from '../../kinds/label-selector.ts';
import type { KubeObject } from '../../kube-object.ts';
import { isDeleting } from '../object-key.ts';
import { isPodEnded, isPodReady } from '../replicaset/pod-status.ts';

/** A pod behind a Service, with the ports that lead to it. */
export interface Backend {
  readonly pod: KubeObject;
  readonly address: string;
  readonly isReady: boolean;
  readonly isTerminating: boolean;
  readonly ports: readonly BackendPort[];
}

export interface BackendPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

/** Whether the control plane finds the pods of a Service; without a selector somebody else says where it leads. */
export function hasSelector(service: KubeObject): boolean {
  return Object.keys(stringMapOf(service.spec?.selector)).length > 0 && service.spec?.type !== 'ExternalName';
}

/** The pods a Service selects that have an address, in the order of their addresses. */
export function backendsOf(client: ClusterClient, service: KubeObject): Backend[] {
  const { namespace } = service.metadata;
  const pods = client.list('Pod', namespace === undefined ? {} : { namespace });
  return pods
    .filter((pod) => mapSelectorMatches(service.spec.selector, pod.metadata.labels) && !isPodEnded(pod))
    .filter((pod) => textOf(pod.status?.podIP) !== '')
    .map((pod) => ({
      pod,
      address: textOf(pod.status.podIP),
      isReady: isPodReady(pod) && !isDeleting(pod),
      isTerminating: isDeleting(pod),
      ports: itemsOf(service.spec.ports).flatMap((port) => resolvePort(port, pod)),
    }))
    .toSorted((a, b) => compareAddresses(a.address, b.address));
}

/** The Services whose pods a change of labels may concern. */
export function servicesSelecting(client: ClusterClient, pod: KubeObject): KubeObject[] {
  const { namespace, labels } = pod.metadata;
  return client
    .list('Service', namespace === undefined ? {} : { namespace })
    .filter((service) => hasSelector(service) && mapSelectorMatches(service.spec.selector, labels));
}

/** A named target port is the container port of that name and protocol; a pod without one is not reached through it. */
function resolvePort(port: Record<string, unknown>, pod: KubeObject): BackendPort[] {
  const protocol = textOf(port.protocol) || 'TCP';
  const target = portNumber(port, protocol, pod);
  if (target === undefined) return [];
  const appProtocol = textOf(port.appProtocol);
  return [{ name: textOf(port.name), port: target, protocol, ...(appProtocol === '' ? {} : { appProtocol }) }];
}

function portNumber(port: Record<string, unknown>, protocol: string, pod: KubeObject): number | undefined {
  const target = isZero(port.targetPort) ? port.port : port.targetPort;
  if (typeof target === 'number') return target;
  const containers = [...itemsOf(pod.spec?.containers), ...itemsOf(pod.spec?.initContainers)];
  const named = containers
    .flatMap((container) => itemsOf(container.ports))
    .find((one) => one.name === target && (textOf(one.protocol) || 'TCP') === protocol);
  return typeof named?.containerPort === 'number' ? named.containerPort : undefined;
}

function compareAddresses(a: string, b: string): number {
  const [first, second] = [a, b].map((address) =>
    address
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('.'),
  );
  return first! < second! ? -1 : first! > second! ? 1 : 0;
}
