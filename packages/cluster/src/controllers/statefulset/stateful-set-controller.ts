import { ApiError } from '../../api-error.ts';
import { numberOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { claim, controllerKey, controllerOf } from '../owners.ts';
import { availableSinceMs, isPodEnded, isPodReady } from '../replicaset/pod-status.ts';
import { hashOf, type Revisions, recordRevision, removeRevisions, revisionLabel } from '../revision-history.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';
import { claimName, claimsFor, ordinalOf, startOrdinal, statefulPod } from './stateful-pod.ts';

const kindName = 'StatefulSet.apps';

/** Runs pods with names that last, one after the other, each with claims of its own (kubernetes docs: StatefulSets). */
export const startStatefulSetController: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'statefulset-controller');
  const queue = startWorkQueue(context, 'statefulset', (key) => {
    const { namespace, name } = parseKey(key);
    const set = client.get(kindName, namespace, name);
    if (set === undefined) return;
    const nextMs = reconcile({ context, record, set });
    if (nextMs !== undefined) queue.addAfter(key, nextMs - context.clock.nowMs());
  });
  const stops = [
    client.watch(kindName, ({ object }) => queue.add(keyOf(object))),
    client.watch('Pod', ({ object }) => {
      const key = controllerKey(object, kindName);
      if (key !== undefined) return queue.add(key);
      if (controllerOf(object) !== undefined) return;
      const { namespace } = object.metadata;
      for (const set of client.list(kindName, namespace === undefined ? {} : { namespace })) queue.add(keyOf(set));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

interface Scene {
  readonly context: ControllerContext;
  readonly record: RecordEvent;
  readonly set: KubeObject;
}

function reconcile(scene: Scene): number | undefined {
  const { context, set } = scene;
  const revisions = recordRevision(context, set);
  const current = revisions.all.find((one) => one.metadata.name === set.status?.currentRevision) ?? revisions.update;
  if (!isDeleting(set)) stepPods(scene, revisions.update, current);
  const pods = podsOf(scene).map(({ pod }) => pod);
  const status = statusOf(set, pods, revisions, current, context.clock.nowMs());
  writeStatus(context.client, set, status);
  const inUse = new Set([textOf(status.currentRevision), textOf(status.updateRevision)]);
  removeRevisions(context, set, revisions, inUse);
  const nowMs = context.clock.nowMs();
  const waiting = pods
    .map((pod) => availableSinceMs(pod, numberOf(set.spec.minReadySeconds)) ?? 0)
    .filter((ms) => ms > nowMs);
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

interface OrdinalPod {
  readonly ordinal: number;
  readonly pod: KubeObject;
}

function podsOf({ context, set }: Scene): OrdinalPod[] {
  return claim(context.client, set, 'Pod')
    .flatMap((pod) => {
      const ordinal = ordinalOf(set, pod);
      return ordinal === undefined ? [] : [{ ordinal, pod }];
    })
    .toSorted((a, b) => a.ordinal - b.ordinal);
}

/** One step: what is missing is made, what is too much goes, and only when all that rests is a pod of an old template replaced. */
function stepPods(scene: Scene, update: KubeObject, current: KubeObject): void {
  const { set } = scene;
  const isOrdered = set.spec.podManagementPolicy !== 'Parallel';
  const pods = podsOf(scene);
  const start = startOrdinal(set);
  const end = start + numberOf(set.spec.replicas);
  for (let ordinal = start; ordinal < end; ordinal += 1) {
    const pod = pods.find((one) => one.ordinal === ordinal)?.pod;
    if (pod === undefined) createPod(scene, usesCurrent(set, ordinal) ? current : update, ordinal);
    else if (isPodEnded(pod) && !isDeleting(pod)) deletePod(scene, pod);
    else if (isAvailable(scene, pod)) continue;
    if (isOrdered) return;
  }
  const condemned = pods.filter(({ ordinal }) => ordinal < start || ordinal >= end).toReversed();
  for (const { ordinal, pod } of condemned) {
    if (!isDeleting(pod)) deletePod(scene, pod);
    releaseClaims(scene, ordinal);
    if (isOrdered) return;
  }
  if (condemned.length === 0) replaceOutdated(scene, pods, update);
}

/** Pods below the partition stay with the template they have, also when they are made anew. */
function usesCurrent(set: KubeObject, ordinal: number): boolean {
  return ordinal < startOrdinal(set) + partitionOf(set);
}

function partitionOf(set: KubeObject): number {
  return numberOf(recordOf(recordOf(set.spec.updateStrategy).rollingUpdate).partition);
}

/** From the last pod down to the partition, one at a time. */
function replaceOutdated(scene: Scene, pods: readonly OrdinalPod[], update: KubeObject): void {
  const { set } = scene;
  if (set.spec.updateStrategy?.type !== 'RollingUpdate') return;
  for (const { ordinal, pod } of pods.toReversed()) {
    if (ordinal < startOrdinal(set) + partitionOf(set)) return;
    const isOutdated = pod.metadata.labels?.[revisionLabel] !== hashOf(update) && !isDeleting(pod);
    if (isOutdated) deletePod(scene, pod);
    if (isOutdated || !isAvailable(scene, pod)) return;
  }
}

function isAvailable({ context, set }: Scene, pod: KubeObject): boolean {
  const sinceMs = availableSinceMs(pod, numberOf(set.spec.minReadySeconds));
  return !isDeleting(pod) && sinceMs !== undefined && sinceMs <= context.clock.nowMs();
}

function createPod(scene: Scene, revision: KubeObject, ordinal: number): void {
  const { context, record, set } = scene;
  const name = `${set.metadata.name}-${ordinal}`;
  const subject = `Pod ${name} in StatefulSet ${set.metadata.name}`;
  try {
    for (const wanted of claimsFor(set, ordinal)) {
      const { namespace, name: claim } = wanted.metadata;
      if (context.client.get('PersistentVolumeClaim', namespace, claim) !== undefined) continue;
      context.client.create(wanted);
      record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `create Claim ${claim} ${subject} success` });
    }
    context.client.create(statefulPod(set, revision, ordinal));
    record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `create ${subject} successful` });
  } catch (error) {
    if (error instanceof ApiError) {
      const message = `create ${subject} failed error: ${error.message}`;
      record(set, { type: 'Warning', reason: 'FailedCreate', message });
    }
    throw error;
  }
}

function deletePod({ context, record, set }: Scene, pod: KubeObject): void {
  context.client.delete('Pod', pod.metadata.namespace, pod.metadata.name);
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  record(set, { type: 'Normal', reason: 'SuccessfulDelete', message });
}

/** Claims outlive a scale-down unless the set says otherwise. */
function releaseClaims({ context, set }: Scene, ordinal: number): void {
  if (recordOf(set.spec.persistentVolumeClaimRetentionPolicy).whenScaled !== 'Delete') return;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const claim = context.client.get(
      'PersistentVolumeClaim',
      set.metadata.namespace,
      claimName(template, set, ordinal),
    );
    if (claim !== undefined && !isDeleting(claim)) {
      context.client.delete('PersistentVolumeClaim', claim.metadata.namespace, claim.metadata.name);
    }
  }
}

function statusOf(
  set: KubeObject,
  pods: readonly KubeObject[],
  revisions: Revisions,
  current: KubeObject,
  nowMs: number,
): Record<string, unknown> {
  const alive = pods.filter((pod) => !isPodEnded(pod));
  const ofRevision = (revision: KubeObject) => {
    return alive.filter((pod) => !isDeleting(pod) && pod.metadata.labels?.[revisionLabel] === hashOf(revision)).length;
  };
  const minReadySeconds = numberOf(set.spec.minReadySeconds);
  const ready = alive.filter(isPodReady).length;
  const updated = ofRevision(revisions.update);
  const desired = numberOf(set.spec.replicas);
  const isRolling = set.spec.updateStrategy?.type === 'RollingUpdate';
  const isComplete = isRolling && updated === desired && ready === desired && alive.length === desired;
  return {
    observedGeneration: set.metadata.generation,
    replicas: alive.length,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    availableReplicas: alive.filter(
      (pod) => (availableSinceMs(pod, minReadySeconds) ?? Number.POSITIVE_INFINITY) <= nowMs,
    ).length,
    ...omitZero('currentReplicas', isComplete ? updated : ofRevision(current)),
    ...omitZero('updatedReplicas', updated),
    currentRevision: isComplete ? revisions.update.metadata.name : current.metadata.name,
    updateRevision: revisions.update.metadata.name,
    collisionCount: numberOf(set.status?.collisionCount),
  };
}

function omitZero(field: string, count: number): Record<string, number> {
  return count === 0 ? {} : { [field]: count };
}
