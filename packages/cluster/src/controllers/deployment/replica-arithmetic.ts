import { numberOf } from '../../kinds/fields.ts';
import { scaledIntOrPercent } from '../../kinds/validation/int-or-percent.ts';
import type { KubeObject } from '../../kube-object.ts';
import { isDeleting } from '../object-key.ts';

/** How many pods a Deployment may have too many or too few while it rolls (kubernetes docs: Deployments, Rolling Update). */
export function rolloutBounds(deployment: KubeObject): { maxSurge: number; maxUnavailable: number } {
  const desired = desiredReplicas(deployment);
  if (deployment.spec.strategy?.type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge, maxUnavailable } = deployment.spec.strategy.rollingUpdate ?? {};
  const surge = scaledIntOrPercent(maxSurge, desired, 'up');
  const unavailable = scaledIntOrPercent(maxUnavailable, desired, 'down');
  // Percentages may both round to nothing, and then nothing could ever move.
  const bounded = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { maxSurge: surge, maxUnavailable: Math.min(bounded, desired) };
}

export function desiredReplicas(workload: KubeObject): number {
  return numberOf(workload.spec?.replicas);
}

export function sumOf(sets: readonly KubeObject[], value: (set: KubeObject) => number): number {
  return sets.reduce((sum, set) => sum + value(set), 0);
}

export function actualReplicas(set: KubeObject): number {
  return numberOf(set.status?.replicas);
}

export function availableReplicas(set: KubeObject): number {
  return numberOf(set.status?.availableReplicas);
}

export function readyReplicas(set: KubeObject): number {
  return numberOf(set.status?.readyReplicas);
}

export function activeSets(sets: readonly KubeObject[]): KubeObject[] {
  return sets.filter((set) => desiredReplicas(set) > 0);
}

/** Oldest first; of two made in the same second, the one with the lower revision. */
export function byAge(a: KubeObject, b: KubeObject): number {
  const [first, second] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return revisionOf(a) - revisionOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

export const revisionAnnotation = 'deployment.kubernetes.io/revision';

export function revisionOf(object: KubeObject): number {
  const revision = Number(object.metadata.annotations?.[revisionAnnotation]);
  return Number.isInteger(revision) ? revision : 0;
}

export function isAlive(set: KubeObject): boolean {
  return !isDeleting(set);
}
