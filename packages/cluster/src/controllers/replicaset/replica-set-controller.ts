import { ApiError } from '../../api-error.ts';
import { itemsOf, numberOf } from '../../kinds/fields.ts';
import { mapSelectorMatches } from '../../kinds/label-selector.ts';
import type { KubeObject } from '../../kube-object.ts';
import { withCondition, withoutCondition } from '../conditions.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { claim, controllerKey, controllerOf } from '../owners.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';
import { podFromTemplate, podNamePrefix } from './pod-from-template.ts';
import { availableSinceMs, isPodActive, isPodReady } from './pod-status.ts';
import { choosePodsToDelete } from './pods-to-delete.ts';

const kindName = 'ReplicaSet.apps';

/** Keeps as many pods of a template as a ReplicaSet asks for. */
export const startReplicaSetController: StartController = (context) => {
  const record = eventRecorder(context, 'replicaset-controller');
  const queue = startWorkQueue(context, 'replicaset', (key) => {
    const { namespace, name } = parseKey(key);
    const set = context.client.get(kindName, namespace, name);
    if (set === undefined) return;
    const nextMs = reconcile(context, record, set);
    if (nextMs !== undefined) queue.addAfter(key, nextMs - context.clock.nowMs());
  });
  const wakeOwner = (pod: KubeObject) => {
    const key = controllerKey(pod, kindName);
    if (key !== undefined) return queue.add(key);
    if (controllerOf(pod) !== undefined) return;
    const { namespace } = pod.metadata;
    for (const set of context.client.list(kindName, namespace === undefined ? {} : { namespace }))
      queue.add(keyOf(set));
  };
  const stops = [
    context.client.watch(kindName, ({ object }) => queue.add(keyOf(object))),
    context.client.watch('Pod', ({ object, old }) => {
      wakeOwner(object);
      if (old !== undefined && controllerOf(old)?.uid !== controllerOf(object)?.uid) wakeOwner(old);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

function reconcile(context: ControllerContext, record: RecordEvent, set: KubeObject): number | undefined {
  const pods = claim(context.client, set, 'Pod').filter(isPodActive);
  const failure = isDeleting(set) ? undefined : scale(context, record, set, pods);
  const active = failure === undefined ? claim(context.client, set, 'Pod').filter(isPodActive) : pods;
  const nowMs = context.clock.nowMs();
  writeStatus(context.client, set, statusOf(set, active, failure, nowMs));
  // Thrown after the status is written, so that the queue tries again, later each time.
  if (failure !== undefined) throw failure.error;
  const waiting = active
    .map((pod) => availableSinceMs(pod, numberOf(set.spec.minReadySeconds)) ?? 0)
    .filter((ms) => ms > nowMs);
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly error: ApiError;
}

function scale(
  context: ControllerContext,
  record: RecordEvent,
  set: KubeObject,
  pods: readonly KubeObject[],
): Failure | undefined {
  const missing = numberOf(set.spec.replicas) - pods.length;
  if (missing >= 0) return createPods(context, record, set, missing);
  for (const pod of choosePodsToDelete(pods, -missing)) {
    context.client.delete('Pod', pod.metadata.namespace, pod.metadata.name);
    record(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
  }
  return undefined;
}

function createPods(
  context: ControllerContext,
  record: RecordEvent,
  set: KubeObject,
  count: number,
): Failure | undefined {
  for (let made = 0; made < count; made += 1) {
    try {
      const pod = context.client.create(podFromTemplate(set, set.spec.template, context.random));
      record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason === 'AlreadyExists') throw error;
      const message = forPrefix(error.message, set);
      record(set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${message}` });
      return { reason: 'FailedCreate', error: new ApiError(error.code, error.reason, message, error.details) };
    }
  }
  return undefined;
}

/** The name of a pod that was never made says nothing, and would make each attempt a new event: its prefix stands for it. */
function forPrefix(message: string, set: KubeObject): string {
  const prefix = podNamePrefix(set.metadata.name);
  const at = message.indexOf(`"${prefix}`);
  return at < 0 ? message : `${message.slice(0, at)}"${prefix}${message.slice(message.indexOf('"', at + 1))}`;
}

function statusOf(set: KubeObject, pods: readonly KubeObject[], failure: Failure | undefined, nowMs: number): unknown {
  const ready = pods.filter(isPodReady);
  const minReadySeconds = numberOf(set.spec.minReadySeconds);
  const available = ready.filter(
    (pod) => (availableSinceMs(pod, minReadySeconds) ?? Number.POSITIVE_INFINITY) <= nowMs,
  );
  const labeled = pods.filter((pod) => mapSelectorMatches(set.spec.template?.metadata?.labels, pod.metadata.labels));
  const before = itemsOf(set.status?.conditions);
  const conditions =
    failure === undefined
      ? withoutCondition(before, 'ReplicaFailure')
      : withCondition(
          before,
          { type: 'ReplicaFailure', status: 'True', reason: failure.reason, message: failure.error.message },
          nowMs,
        );
  return {
    replicas: pods.length,
    ...omitZero('fullyLabeledReplicas', labeled.length),
    ...omitZero('readyReplicas', ready.length),
    ...omitZero('availableReplicas', available.length),
    observedGeneration: set.metadata.generation,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function omitZero(field: string, count: number): Record<string, number> {
  return count === 0 ? {} : { [field]: count };
}
