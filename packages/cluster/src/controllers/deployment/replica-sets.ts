import { ApiError } from '../../api-error.ts';
import { numberOf, recordOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { ControllerContext } from '../controller.ts';
import type { RecordEvent } from '../event-recorder.ts';
import { controllerOf, controllerReference } from '../owners.ts';
import {
  byAge,
  desiredReplicas,
  isAlive,
  revisionAnnotation,
  revisionOf,
  rolloutBounds,
  sumOf,
} from './replica-arithmetic.ts';
import { hashLabel, isSameTemplate, templateHash, withLabel } from './template-hash.ts';

const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';

/** Annotations of a Deployment that its ReplicaSets have no business with. */
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);

/** What a Deployment consists of: the set of the current template, when there is one, and those of earlier templates. */
export interface Rollout {
  readonly deployment: KubeObject;
  readonly current: KubeObject | undefined;
  readonly old: readonly KubeObject[];
  /** The current set was made in this pass. */
  readonly isNew?: boolean;
}

export interface DeploymentTools extends ControllerContext {
  readonly record: RecordEvent;
}

export function observeRollout(deployment: KubeObject, sets: readonly KubeObject[]): Rollout {
  const sorted = sets.toSorted(byAge);
  const current = sorted.find((set) => isSameTemplate(set.spec.template, deployment.spec.template));
  return { deployment, current, old: sorted.filter((set) => set !== current) };
}

export function allSets({ current, old }: Rollout): KubeObject[] {
  return current === undefined ? [...old] : [...old, current];
}

/** The replicas a Deployment had when a set was last scaled: differs from its own when the user scaled it since. */
export function recordedReplicas(set: KubeObject): number | undefined {
  const recorded = set.metadata.annotations?.[desiredAnnotation];
  return recorded === undefined ? undefined : Number(recorded);
}

/** The most pods a set's Deployment could have when the set was last scaled. */
export function recordedMaximum(set: KubeObject): number | undefined {
  const recorded = Number(set.metadata.annotations?.[maxAnnotation]);
  return Number.isInteger(recorded) && recorded > 0 ? recorded : undefined;
}

/** The current set under the latest revision, with the annotations and minReadySeconds of its Deployment. */
export function refreshCurrent(tools: DeploymentTools, rollout: Rollout): Rollout {
  const { current, deployment } = rollout;
  if (current === undefined) return rollout;
  const next = Math.max(0, ...rollout.old.map(revisionOf)) + 1;
  const annotations = { ...current.metadata.annotations, ...copiedAnnotations(deployment) };
  if (revisionOf(current) < next) {
    if (revisionOf(current) > 0) {
      const history = current.metadata.annotations?.[historyAnnotation];
      annotations[historyAnnotation] = [...(history === undefined ? [] : [history]), revisionOf(current)].join(',');
    }
    annotations[revisionAnnotation] = String(next);
  }
  const minReadySeconds = deployment.spec.minReadySeconds;
  const isUpToDate =
    sameStrings(annotations, current.metadata.annotations ?? {}) &&
    numberOf(current.spec.minReadySeconds) === numberOf(minReadySeconds);
  if (isUpToDate) return rollout;
  const refreshed = structuredClone(current);
  refreshed.metadata.annotations = annotations;
  if (minReadySeconds === undefined) delete refreshed.spec.minReadySeconds;
  else refreshed.spec.minReadySeconds = minReadySeconds;
  return { ...rollout, current: tools.client.update(refreshed) };
}

/** Makes the set of the current template, with as many pods as the rollout may start with. */
export function createCurrent(tools: DeploymentTools, rollout: Rollout): Rollout {
  const { deployment, old } = rollout;
  const hash = templateHash(deployment.spec.template, numberOf(deployment.status?.collisionCount));
  const { maxSurge } = rolloutBounds(deployment);
  const replicas = newSetReplicas(rollout);
  const set: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name.slice(0, 253 - 1 - hash.length)}-${hash}`,
      ...(deployment.metadata.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
      labels: { ...recordOf(deployment.spec.template?.metadata?.labels), [hashLabel]: hash },
      annotations: {
        ...copiedAnnotations(deployment),
        [revisionAnnotation]: String(Math.max(0, ...old.map(revisionOf)) + 1),
        [desiredAnnotation]: String(desiredReplicas(deployment)),
        [maxAnnotation]: String(desiredReplicas(deployment) + maxSurge),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(deployment.spec.minReadySeconds === undefined ? {} : { minReadySeconds: deployment.spec.minReadySeconds }),
      selector: withHashSelector(deployment.spec.selector, hash),
      template: withLabel(deployment.spec.template, hashLabel, hash),
    },
  };
  const current = createOrReport(tools, deployment, set);
  if (replicas > 0) {
    const message = `Scaled up replica set ${current.metadata.name} from 0 to ${replicas}`;
    tools.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  return { ...rollout, current, isNew: true };
}

/** How many pods the current set may have now: all that are wanted, within the surge. */
export function newSetReplicas(rollout: Rollout): number {
  const { deployment, current } = rollout;
  const desired = desiredReplicas(deployment);
  if (deployment.spec.strategy?.type !== 'RollingUpdate') return desired;
  const total = sumOf(allSets(rollout), desiredReplicas);
  const room = desired + rolloutBounds(deployment).maxSurge - total;
  const own = current === undefined ? 0 : desiredReplicas(current);
  return room <= 0 ? own : own + Math.min(room, desired - own);
}

/** Scales a set and says so; the set as it is afterwards. */
export function scaleSet(
  tools: DeploymentTools,
  deployment: KubeObject,
  set: KubeObject,
  replicas: number,
): KubeObject {
  const before = desiredReplicas(set);
  const desired = desiredReplicas(deployment);
  const annotations = {
    ...set.metadata.annotations,
    [desiredAnnotation]: String(desired),
    [maxAnnotation]: String(desired + rolloutBounds(deployment).maxSurge),
  };
  if (before === replicas && sameStrings(annotations, set.metadata.annotations ?? {})) return set;
  const scaled = structuredClone(set);
  scaled.spec.replicas = replicas;
  scaled.metadata.annotations = annotations;
  const written = tools.client.update(scaled);
  if (before !== replicas) {
    const direction = before < replicas ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
    tools.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  return written;
}

/** Deletes the oldest sets beyond revisionHistoryLimit that have no pods any more. */
export function removeHistory(tools: DeploymentTools, { deployment, old }: Rollout): void {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const alive = old.filter(isAlive).toSorted((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of alive.slice(0, Math.max(0, alive.length - limit))) {
    const isObserved = numberOf(set.status?.observedGeneration) >= numberOf(set.metadata.generation);
    if (!isObserved || numberOf(set.status?.replicas) > 0 || desiredReplicas(set) > 0) continue;
    tools.client.delete('ReplicaSet.apps', set.metadata.namespace, set.metadata.name);
  }
}

/** The Deployment bears the revision of its current set. */
export function copyRevision(tools: DeploymentTools, rollout: Rollout): Rollout {
  const revision = rollout.current?.metadata.annotations?.[revisionAnnotation];
  if (revision === undefined || rollout.deployment.metadata.annotations?.[revisionAnnotation] === revision)
    return rollout;
  const marked = structuredClone(rollout.deployment);
  marked.metadata.annotations = { ...marked.metadata.annotations, [revisionAnnotation]: revision };
  return { ...rollout, deployment: tools.client.update(marked) };
}

/** Another object already has the name of the wanted set: only a different hash helps. */
export class HashCollision extends Error {
  override readonly name = 'HashCollision';
}

function createOrReport(tools: DeploymentTools, deployment: KubeObject, set: KubeObject): KubeObject {
  try {
    return tools.client.create(set);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === 'AlreadyExists') {
      const existing = tools.client.get('ReplicaSet.apps', set.metadata.namespace, set.metadata.name);
      const isOurs = existing !== undefined && controllerOf(existing)?.uid === deployment.metadata.uid;
      if (isOurs && isSameTemplate(existing.spec.template, deployment.spec.template)) return existing;
      throw new HashCollision(set.metadata.name);
    }
    const message = `Failed to create new replica set "${set.metadata.name}": ${error.message}`;
    tools.record(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message });
    throw error;
  }
}

function withHashSelector(selector: unknown, hash: string): unknown {
  const { matchLabels, ...rest } = recordOf(structuredClone(selector));
  return { ...rest, matchLabels: { ...recordOf(matchLabels), [hashLabel]: hash } };
}

function copiedAnnotations(deployment: KubeObject): Record<string, string> {
  const annotations = deployment.metadata.annotations ?? {};
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !notCopied.has(key)));
}

function sameStrings(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
