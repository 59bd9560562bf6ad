import type { ClusterClient } from '../../cluster-client.ts';
import { isZero, itemsOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { keyOf } from '../object-key.ts';
import { isPodEnded } from '../replicaset/pod-status.ts';
import { type Amounts, podRequests, subtract, sum } from './resource-amounts.ts';

interface PlacedPod {
  readonly node: string;
  readonly requests: Amounts;
  readonly hostPorts: readonly string[];
  readonly pod: KubeObject;
}

/** What runs where: follows every pod, so that scheduling one does not mean adding up all others. */
export interface NodeUsage {
  requested(node: string): Amounts;
  pods(node: string): readonly KubeObject[];
  hostPorts(node: string): ReadonlySet<string>;
  stop(): void;
}

export function watchNodeUsage(client: ClusterClient): NodeUsage {
  const placed = new Map<string, PlacedPod>();
  const totals = new Map<string, Amounts>();
  const perNode = new Map<string, Map<string, PlacedPod>>();

  const remove = (key: string) => {
    const before = placed.get(key);
    if (before === undefined) return;
    placed.delete(key);
    perNode.get(before.node)?.delete(key);
    totals.set(before.node, subtract(totals.get(before.node) ?? {}, before.requests));
  };
  const add = (key: string, pod: KubeObject) => {
    const node = textOf(pod.spec?.nodeName);
    if (node === '' || isPodEnded(pod)) return;
    const spec = recordOf(pod.spec);
    const entry = { node, requests: podRequests(spec), hostPorts: hostPortsOf(spec), pod };
    placed.set(key, entry);
    const here = perNode.get(node) ?? new Map<string, PlacedPod>();
    perNode.set(node, here.set(key, entry));
    totals.set(node, sum([totals.get(node) ?? {}, entry.requests]));
  };
  const stop = client.watch('Pod', ({ type, object }) => {
    const key = keyOf(object);
    remove(key);
    if (type !== 'DELETED') add(key, object);
  });
  return {
    requested: (node) => totals.get(node) ?? {},
    pods: (node) => [...(perNode.get(node)?.values() ?? [])].map((entry) => entry.pod),
    hostPorts: (node) => new Set([...(perNode.get(node)?.values() ?? [])].flatMap((entry) => entry.hostPorts)),
    stop,
  };
}

/** `TCP/8080` for every port that containers claim on the node itself. */
export function hostPortsOf(spec: Record<string, unknown>): string[] {
  return itemsOf(spec.containers).flatMap((container) =>
    itemsOf(container.ports)
      .filter((port) => !isZero(port.hostPort))
      .map((port) => `${textOf(port.protocol) || 'TCP'}/${port.hostPort}`),
  );
}
