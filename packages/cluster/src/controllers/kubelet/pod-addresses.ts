import type { ClusterClient } from '../../cluster-client.ts';
import { itemsOf, textOf } from '../../kinds/fields.ts';
import { fnv32 } from '../../kinds/safe-hash.ts';
import type { KubeObject } from '../../kube-object.ts';
import { keyOf } from '../object-key.ts';
import { isPodEnded } from '../replicaset/pod-status.ts';

/** The addresses pods have, so that no two get the same. */
export interface PodAddresses {
  /** A free address of the node's pod range. */
  next(node: KubeObject): string;
  stop(): void;
}

const defaultRange = '10.244.0.0/24';

export function watchPodAddresses(client: ClusterClient): PodAddresses {
  const perPod = new Map<string, string>();
  const taken = new Set<string>();
  const lastGiven = new Map<string, number>();
  const stop = client.watch('Pod', ({ type, object }) => {
    const key = keyOf(object);
    const before = perPod.get(key);
    if (before !== undefined) taken.delete(before);
    perPod.delete(key);
    const address = textOf(object.status?.podIP);
    if (type === 'DELETED' || address === '' || isPodEnded(object)) return;
    perPod.set(key, address);
    taken.add(address);
  });
  const next = (node: KubeObject) => {
    const range = textOf(node.spec?.podCIDR) || defaultRange;
    const [base = '', prefix = '24'] = range.split('/');
    const size = 2 ** (32 - Number(prefix)) - 2;
    const first = toNumber(base) + 1;
    // Onward from the last one given: an address just freed is not given again at once.
    const start = lastGiven.get(range) ?? 0;
    for (let step = 1; step <= size; step += 1) {
      const offset = (start + step) % size;
      const address = toAddress(first + offset);
      if (taken.has(address)) continue;
      lastGiven.set(range, offset);
      taken.add(address);
      return address;
    }
    throw new Error(`Node ${node.metadata.name} has no pod address left in ${range}.`);
  };
  return { next, stop };
}

/** The address of the node itself; one is made up for a node that names none. */
export function nodeAddress(node: KubeObject): string {
  const internal = itemsOf(node.status?.addresses).find((address) => address.type === 'InternalIP');
  return (
    textOf(internal?.address) ||
    `172.18.${fnv32(node.metadata.name) % 250}.${(fnv32(`${node.metadata.name}.`) % 250) + 2}`
  );
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
