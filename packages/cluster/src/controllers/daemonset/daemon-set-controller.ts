import { ApiError } from '../../api-error.ts';
import { numberOf, recordOf } from '../../kinds/fields.ts';
import { scaledIntOrPercent } from '../../kinds/validation/int-or-percent.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { claim, controllerKey } from '../owners.ts';
import { availableSinceMs, isPodEnded, isPodReady } from '../replicaset/pod-status.ts';
import { hashOf, recordRevision, removeRevisions, revisionLabel } from '../revision-history.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';
import { belongsOn, daemonPod, nodeOf } from './daemon-pod.ts';

const kindName = 'DaemonSet.apps';

/** Runs one pod on every node that a DaemonSet is for. */
export const startDaemonSetController: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'daemonset-controller');
  const queue = startWorkQueue(context, 'daemonset', (key) => {
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
      if (key !== undefined) queue.add(key);
    }),
    client.watch('Node', () => {
      for (const set of client.list(kindName)) queue.add(keyOf(set));
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
  const nodes = context.client.list('Node').filter((node) => !isDeleting(node));
  if (!isDeleting(set)) {
    place(scene, nodes, revisions.update);
    replaceOutdated(scene, nodes, hashOf(revisions.update));
    removeRevisions(context, set, revisions, new Set());
  }
  const pods = podsOf(scene);
  writeStatus(context.client, set, statusOf(scene, nodes, pods, hashOf(revisions.update)));
  const nowMs = context.clock.nowMs();
  const waiting = pods
    .map((pod) => availableSinceMs(pod, numberOf(set.spec.minReadySeconds)) ?? 0)
    .filter((ms) => ms > nowMs);
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

function podsOf({ context, set }: Scene): KubeObject[] {
  return claim(context.client, set, 'Pod');
}

/** A pod on each node that lacks one, none on nodes that should have none, and a new one for each that ended. */
function place(scene: Scene, nodes: readonly KubeObject[], revision: KubeObject): void {
  const { context, record, set } = scene;
  const perNode = Map.groupBy(podsOf(scene), (pod) => nodeOf(pod) ?? '');
  for (const node of nodes) {
    const here = perNode.get(node.metadata.name) ?? [];
    for (const pod of here.filter((one) => isPodEnded(one) && !isDeleting(one))) deletePod(scene, pod);
    const running = here.filter((one) => !isPodEnded(one));
    if (!belongsOn(set, node)) for (const pod of running) if (!isDeleting(pod)) deletePod(scene, pod);
    if (!belongsOn(set, node) || running.length > 0) continue;
    try {
      const pod = context.client.create(daemonPod(set, revision, node.metadata.name, context.random));
      record(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
    } catch (error) {
      if (error instanceof ApiError) {
        record(set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}` });
      }
      throw error;
    }
  }
  const known = new Set(nodes.map((node) => node.metadata.name));
  for (const pod of podsOf(scene)) if (!known.has(nodeOf(pod) ?? '') && !isDeleting(pod)) deletePod(scene, pod);
}

/** Pods of an earlier template go, as many at once as may be missing; with a surge, the new pod stands before the old one goes. */
function replaceOutdated(scene: Scene, nodes: readonly KubeObject[], hash: string): void {
  const { context, set } = scene;
  if (set.spec.updateStrategy?.type !== 'RollingUpdate') return;
  const desired = nodes.filter((node) => belongsOn(set, node)).length;
  const { maxUnavailable, maxSurge } = recordOf(set.spec.updateStrategy.rollingUpdate);
  // One pod a node: a surge is taken as the number of nodes that may be between two pods at once.
  const allowed = Math.max(
    scaledIntOrPercent(maxUnavailable, desired, 'up'),
    scaledIntOrPercent(maxSurge, desired, 'up'),
    1,
  );
  const pods = podsOf(scene).filter((pod) => !isPodEnded(pod));
  const nowMs = context.clock.nowMs();
  const isAvailable = (pod: KubeObject) => {
    const sinceMs = availableSinceMs(pod, numberOf(set.spec.minReadySeconds));
    return !isDeleting(pod) && sinceMs !== undefined && sinceMs <= nowMs;
  };
  let unavailable = desired - pods.filter(isAvailable).length;
  const outdated = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] !== hash && !isDeleting(pod));
  for (const pod of outdated.filter((one) => !isAvailable(one))) deletePod(scene, pod);
  for (const pod of outdated.filter(isAvailable)) {
    if (unavailable >= allowed) return;
    deletePod(scene, pod);
    unavailable += 1;
  }
}

function deletePod({ context, record, set }: Scene, pod: KubeObject): void {
  context.client.delete('Pod', pod.metadata.namespace, pod.metadata.name);
  record(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
}

function statusOf(
  { context, set }: Scene,
  nodes: readonly KubeObject[],
  pods: readonly KubeObject[],
  hash: string,
): unknown {
  const nowMs = context.clock.nowMs();
  const minReadySeconds = numberOf(set.spec.minReadySeconds);
  const wanted = new Set(nodes.filter((node) => belongsOn(set, node)).map((node) => node.metadata.name));
  const placed = pods.filter((pod) => !isDeleting(pod) && pod.spec?.nodeName);
  const right = placed.filter((pod) => wanted.has(pod.spec.nodeName));
  const available = right.filter(
    (pod) => (availableSinceMs(pod, minReadySeconds) ?? Number.POSITIVE_INFINITY) <= nowMs,
  ).length;
  const counts = {
    updatedNumberScheduled: right.filter((pod) => pod.metadata.labels?.[revisionLabel] === hash).length,
    numberAvailable: available,
    numberUnavailable: wanted.size - available,
  };
  return {
    currentNumberScheduled: new Set(right.map((pod) => pod.spec.nodeName)).size,
    numberMisscheduled: placed.length - right.length,
    desiredNumberScheduled: wanted.size,
    numberReady: right.filter(isPodReady).length,
    observedGeneration: set.metadata.generation,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
  };
}
