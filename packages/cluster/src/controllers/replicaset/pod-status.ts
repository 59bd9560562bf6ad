import { textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { findCondition, isConditionTrue } from '../conditions.ts';
import { isDeleting } from '../object-key.ts';
import { parseTimestamp } from '../timestamps.ts';

export function isPodReady(pod: KubeObject): boolean {
  return isConditionTrue(pod, 'Ready');
}

/** Succeeded or Failed: nothing of it runs any more. */
export function isPodEnded(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(textOf(pod.status?.phase));
}

/** Counts for a workload: neither ended nor on its way out. */
export function isPodActive(pod: KubeObject): boolean {
  return !isPodEnded(pod) && !isDeleting(pod);
}

/** When the pod will have been ready for `minReadySeconds`; undefined while it is not ready. */
export function availableSinceMs(pod: KubeObject, minReadySeconds: number): number | undefined {
  if (!isPodReady(pod)) return undefined;
  const readyMs = parseTimestamp(findCondition(pod, 'Ready')?.lastTransitionTime) ?? 0;
  return minReadySeconds === 0 ? 0 : readyMs + minReadySeconds * 1000;
}
