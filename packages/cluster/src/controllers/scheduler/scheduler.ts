import { isZero, itemsOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { withCondition } from '../conditions.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { controllerOf } from '../owners.ts';
import { isPodEnded } from '../replicaset/pod-status.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';
import { type Misfit, misfitOf, unschedulableMessage } from './fit.ts';
import { type NodeUsage, watchNodeUsage } from './node-usage.ts';
import { guardedPods, neighbourMisfit } from './pod-affinity.ts';
import { amountsOf } from './resource-amounts.ts';
import { volumeProblem } from './volume-fit.ts';

const schedulerName = 'default-scheduler';

/** Gives every pod a node that has room and that it may run on; tries again whenever a node or a pod makes a difference. */
export const startScheduler: StartController = (context) => {
  const record = eventRecorder(context, schedulerName);
  const usage = watchNodeUsage(context.client);
  const unplaced = new Set<string>();
  const queue = startWorkQueue(context, 'scheduler', (key) => {
    const { namespace, name } = parseKey(key);
    const pod = context.client.get('Pod', namespace, name);
    unplaced.delete(key);
    if (pod === undefined || !isWaiting(pod)) return;
    if (!schedule(context, record, usage, pod)) unplaced.add(key);
  });
  const retryAll = () => {
    for (const key of unplaced) queue.add(key);
  };
  const stops = [
    context.client.watch('Pod', ({ type, object, old }) => {
      const key = keyOf(object);
      if (type === 'DELETED') unplaced.delete(key);
      if (type === 'DELETED' || isPodEnded(object)) return retryAll();
      // A pod that has just been placed may be the one that others want to be near to.
      if (!isZero(object.spec?.nodeName) && isZero(old?.spec?.nodeName)) retryAll();
      // Its own status is no news to a pod that found no place.
      if (isWaiting(object) && !unplaced.has(key)) queue.add(key);
    }),
    context.client.watch('Node', retryAll),
    context.client.watch('PersistentVolumeClaim', retryAll),
    usage.stop,
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

function isWaiting(pod: KubeObject): boolean {
  return (
    isZero(pod.spec?.nodeName) &&
    !isDeleting(pod) &&
    !isPodEnded(pod) &&
    pod.spec?.schedulerName === schedulerName &&
    itemsOf(pod.spec?.schedulingGates).length === 0
  );
}

/** Whether the pod has a node now. */
function schedule(context: ControllerContext, record: RecordEvent, usage: NodeUsage, pod: KubeObject): boolean {
  const nodes = context.client.list('Node').filter((node) => !isDeleting(node));
  const problem = volumeProblem(context.client, pod);
  if (problem !== undefined) {
    const message = `0/${nodes.length} nodes are available: ${problem}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
    return refuse(context, record, pod, message);
  }
  const neighbours = {
    nodes,
    podsOn: usage.pods,
    guarded: guardedPods(nodes, usage.pods),
    namespaceLabels: (name: string) => context.client.get('Namespace', undefined, name)?.metadata.labels ?? {},
  };
  const misfits: Misfit[] = [];
  const fitting = nodes.filter((node) => {
    const misfit = misfitOf(pod, node, usage) ?? neighbourMisfit(pod, node, neighbours);
    if (misfit !== undefined) misfits.push(misfit);
    return misfit === undefined;
  });
  const best = fitting.toSorted((a, b) => compareNodes(pod, a, b, usage))[0];
  if (best === undefined) return refuse(context, record, pod, unschedulableMessage(misfits));
  bind(context, record, pod, best.metadata.name);
  return true;
}

function bind(context: ControllerContext, record: RecordEvent, pod: KubeObject, node: string): void {
  const nowMs = context.clock.nowMs();
  const bound = structuredClone(pod);
  bound.spec.nodeName = node;
  const written = context.client.update(bound);
  const conditions = withCondition(written.status?.conditions, { type: 'PodScheduled', status: 'True' }, nowMs);
  writeStatus(context.client, written, { ...written.status, conditions: conditions.map(withoutReason) });
  const place = `${pod.metadata.namespace}/${pod.metadata.name}`;
  record(written, { type: 'Normal', reason: 'Scheduled', message: `Successfully assigned ${place} to ${node}` });
}

function withoutReason(condition: Record<string, unknown>): Record<string, unknown> {
  if (condition.type !== 'PodScheduled') return condition;
  const { reason: _, message: __, ...rest } = condition;
  return rest;
}

function refuse(context: ControllerContext, record: RecordEvent, pod: KubeObject, message: string): false {
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
  const conditions = withCondition(pod.status?.conditions, condition, context.clock.nowMs());
  writeStatus(context.client, pod, { ...pod.status, conditions });
  record(pod, { type: 'Warning', reason: 'FailedScheduling', message });
  return false;
}

/** Fewest pods of the same owner first, then the node with most room left, then by name. */
function compareNodes(pod: KubeObject, a: KubeObject, b: KubeObject, usage: NodeUsage): number {
  const owner = controllerOf(pod)?.uid;
  const siblings = (node: KubeObject) => {
    return owner === undefined
      ? 0
      : usage.pods(node.metadata.name).filter((other) => controllerOf(other)?.uid === owner).length;
  };
  return (
    siblings(a) - siblings(b) || loadOf(a, usage) - loadOf(b, usage) || (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

function loadOf(node: KubeObject, usage: NodeUsage): number {
  const allocatable = amountsOf(node.status?.allocatable);
  const requested = usage.requested(node.metadata.name);
  const fractions = ['cpu', 'memory'].map((name) => {
    const total = allocatable[name] ?? 0n;
    return total === 0n ? 1 : Number(((requested[name] ?? 0n) * 1000n) / total) / 1000;
  });
  return fractions.reduce((sum, fraction) => sum + fraction, 0);
}
