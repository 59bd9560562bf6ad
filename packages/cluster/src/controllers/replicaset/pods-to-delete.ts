import { itemsOf, numberOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { findCondition } from '../conditions.ts';
import { isPodReady } from './pod-status.ts';

const phaseRank: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The pods a scale-down takes, those that are missed least first: unscheduled, pending, not ready, cheap by `pod-deletion-cost`, on crowded
 * nodes, ready for the shortest time, restarted most, youngest (kubernetes, pkg/controller, ActivePodsWithRanks).
 */
export function choosePodsToDelete(pods: readonly KubeObject[], count: number): KubeObject[] {
  const perNode = new Map<string, number>();
  for (const pod of pods) perNode.set(nodeOf(pod), (perNode.get(nodeOf(pod)) ?? 0) + 1);
  const criteria: ((pod: KubeObject) => number | string)[] = [
    (pod) => (nodeOf(pod) === '' ? 0 : 1),
    (pod) => phaseRank[textOf(pod.status?.phase)] ?? 0,
    (pod) => (isPodReady(pod) ? 1 : 0),
    (pod) => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0,
    (pod) => -(perNode.get(nodeOf(pod)) ?? 0),
    (pod) => -(Date.parse(String(findCondition(pod, 'Ready')?.lastTransitionTime)) || 0),
    (pod) => -Math.max(0, ...itemsOf(pod.status?.containerStatuses).map((status) => numberOf(status.restartCount))),
    (pod) => -(Date.parse(pod.metadata.creationTimestamp ?? '') || 0),
    (pod) => pod.metadata.name,
  ];
  const compare = (a: KubeObject, b: KubeObject) => {
    for (const rank of criteria) {
      const [first, second] = [rank(a), rank(b)];
      if (first !== second) return first < second ? -1 : 1;
    }
    return 0;
  };
  return pods.toSorted(compare).slice(0, count);
}

function nodeOf(pod: KubeObject): string {
  return textOf(pod.spec?.nodeName);
}
