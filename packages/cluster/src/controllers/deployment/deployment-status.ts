import { itemsOf, numberOf, recordOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { type Condition, findCondition, withCondition, withoutCondition } from '../conditions.ts';
import { parseTimestamp, timestamp } from '../timestamps.ts';
import {
  actualReplicas,
  availableReplicas,
  desiredReplicas,
  readyReplicas,
  rolloutBounds,
  sumOf,
} from './replica-arithmetic.ts';
import { allSets, type Rollout } from './replica-sets.ts';

type Status = Record<string, unknown>;

const maxDeadlineSeconds = 2_147_483_647;

/** The status of a Deployment as its sets are now (kubernetes, pkg/controller/deployment: sync.go, progress.go). */
export function deploymentStatus(rollout: Rollout, nowMs: number): Status {
  const counts = countReplicas(rollout);
  const before = recordOf(rollout.deployment.status);
  const conditions = [availableCondition, progressingCondition, failureCondition].reduce(
    (list, rule) => rule(rollout, counts, list, nowMs),
    itemsOf(before.conditions),
  );
  return {
    observedGeneration: rollout.deployment.metadata.generation,
    ...withoutZeros(counts),
    ...(before.collisionCount === undefined ? {} : { collisionCount: before.collisionCount }),
    conditions,
  };
}

/** When to look again because nothing else will wake the controller: the progress deadline. Undefined when it does not run. */
export function progressDeadlineMs(deployment: KubeObject, status: Status): number | undefined {
  const progressing = itemsOf(status.conditions).find((condition) => condition.type === 'Progressing');
  const seconds = deadlineSeconds(deployment);
  if (seconds === undefined || progressing === undefined) return undefined;
  if (['NewReplicaSetAvailable', 'ProgressDeadlineExceeded'].includes(String(progressing.reason))) return undefined;
  if (deployment.spec.paused === true) return undefined;
  return (parseTimestamp(progressing.lastUpdateTime) ?? 0) + (seconds + 1) * 1000;
}

export function isComplete(deployment: KubeObject, status: Status): boolean {
  const desired = desiredReplicas(deployment);
  return (
    numberOf(status.updatedReplicas) === desired &&
    numberOf(status.replicas) === desired &&
    numberOf(status.availableReplicas) === desired &&
    numberOf(status.observedGeneration) >= numberOf(deployment.metadata.generation)
  );
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
}

function countReplicas(rollout: Rollout): Counts {
  const sets = allSets(rollout);
  const available = sumOf(sets, availableReplicas);
  return {
    replicas: sumOf(sets, actualReplicas),
    updatedReplicas: rollout.current === undefined ? 0 : actualReplicas(rollout.current),
    readyReplicas: sumOf(sets, readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumOf(sets, desiredReplicas) - available),
  };
}

type ConditionRule = (rollout: Rollout, counts: Counts, conditions: Status[], nowMs: number) => Status[];

const availableCondition: ConditionRule = ({ deployment }, counts, conditions, nowMs) => {
  const needed = desiredReplicas(deployment) - rolloutBounds(deployment).maxUnavailable;
  const isAvailable = counts.availableReplicas >= needed;
  const condition: Condition = isAvailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return setCondition(conditions, condition, nowMs);
};

const progressingCondition: ConditionRule = (rollout, counts, conditions, nowMs) => {
  const { deployment, current } = rollout;
  if (deadlineSeconds(deployment) === undefined) return withoutCondition(conditions, 'Progressing');
  const before = findCondition(deployment, 'Progressing');
  if (deployment.spec.paused === true) {
    if (before?.reason === 'ProgressDeadlineExceeded') return conditions;
    return setCondition(conditions, progressing('Unknown', 'DeploymentPaused', 'Deployment is paused'), nowMs);
  }
  if (before?.reason === 'DeploymentPaused') {
    return setCondition(conditions, progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed'), nowMs);
  }
  const subject =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`;
  const isDone = isComplete(deployment, { ...counts, observedGeneration: deployment.metadata.generation });
  if (rollout.isNew === true && !isDone) {
    const message = `Created new replica set "${current?.metadata.name}"`;
    return setCondition(conditions, progressing('True', 'NewReplicaSetCreated', message), nowMs);
  }
  if (before?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas) return conditions;
  if (isDone) {
    const done = progressing('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`);
    return setCondition(conditions, done, nowMs);
  }
  if (before === undefined && current !== undefined) {
    const message = `Found new replica set "${current.metadata.name}"`;
    return setCondition(conditions, progressing('True', 'FoundNewReplicaSet', message), nowMs);
  }
  if (hasProgressed(deployment, counts)) {
    const moving = progressing('True', 'ReplicaSetUpdated', `${subject} is progressing.`);
    // Every bit of progress starts the deadline anew, though reason and status stay the same.
    const transition = before?.status === 'True' ? before.lastTransitionTime : timestamp(nowMs);
    const rest = withoutCondition(conditions, 'Progressing');
    return [...rest, { ...moving, lastUpdateTime: timestamp(nowMs), lastTransitionTime: transition }];
  }
  if (hasTimedOut(deployment, before, nowMs)) {
    const late = progressing('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`);
    return setCondition(conditions, late, nowMs);
  }
  return conditions;
};

const failureCondition: ConditionRule = (rollout, _counts, conditions, nowMs) => {
  const sets = [...(rollout.current === undefined ? [] : [rollout.current]), ...rollout.old];
  const failure = sets.map((set) => findCondition(set, 'ReplicaFailure')).find((condition) => condition !== undefined);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const { reason, message } = failure as { reason: string; message: string };
  return setCondition(conditions, { type: 'ReplicaFailure', status: 'True', reason, message }, nowMs);
};

function progressing(status: Condition['status'], reason: string, message: string): Condition {
  return { type: 'Progressing', status, reason, message };
}

/** Leaves a condition as it is while status and reason are the same, times and message included. */
function setCondition(conditions: Status[], condition: Condition, nowMs: number): Status[] {
  const before = conditions.find((one) => one.type === condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) return conditions;
  return withCondition(conditions, { ...condition, lastUpdateTime: timestamp(nowMs) }, nowMs);
}

function hasProgressed(deployment: KubeObject, counts: Counts): boolean {
  const before = recordOf(deployment.status);
  const oldNow = counts.replicas - counts.updatedReplicas;
  const oldBefore = numberOf(before.replicas) - numberOf(before.updatedReplicas);
  return (
    counts.updatedReplicas > numberOf(before.updatedReplicas) ||
    oldNow < oldBefore ||
    counts.readyReplicas > numberOf(before.readyReplicas) ||
    counts.availableReplicas > numberOf(before.availableReplicas)
  );
}

function hasTimedOut(deployment: KubeObject, before: Status | undefined, nowMs: number): boolean {
  if (before === undefined || before.reason === 'NewReplicaSetAvailable') return false;
  if (before.reason === 'ProgressDeadlineExceeded') return true;
  const sinceMs = parseTimestamp(before.lastUpdateTime) ?? nowMs;
  return sinceMs + deadlineSeconds(deployment)! * 1000 < nowMs;
}

function deadlineSeconds(deployment: KubeObject): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return typeof seconds === 'number' && seconds !== maxDeadlineSeconds ? seconds : undefined;
}

function withoutZeros(counts: Counts): Partial<Counts> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
