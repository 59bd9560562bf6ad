import { isZero, itemsOf, recordOf } from '../kinds/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import type { ControllerContext, StartController } from './controller.ts';
import { eventRecorder } from './event-recorder.ts';
import { isDeleting, keyOf, parseKey } from './object-key.ts';
import { isPodEnded } from './replicaset/pod-status.ts';
import { tolerates } from './scheduler/node-matching.ts';
import { startWorkQueue } from './work-queue.ts';

/** How long a node may be gone before its pods are given up. */
const quarantineMs = 40_000;

/** Takes pods off nodes that are gone, or whose NoExecute taints they do not tolerate (for longer). */
export const startPodEviction: StartController = (context) => {
  const { client, clock } = context;
  const record = eventRecorder(context, 'taint-eviction-controller');
  const goneSinceMs = new Map<string, number>();
  const tolerated = new Map<string, number>();

  const queue = startWorkQueue(context, 'pod-eviction', (key) => {
    const { namespace, name } = parseKey(key);
    const pod = client.get('Pod', namespace, name);
    if (pod === undefined || isZero(pod.spec?.nodeName)) return;
    const node = client.get('Node', undefined, pod.spec.nodeName);
    const dueMs = node === undefined ? givenUpMs(pod) : evictionMs(pod, node);
    if (dueMs === undefined || (isDeleting(pod) && node !== undefined)) return;
    if (clock.nowMs() < dueMs) return queue.addAfter(key, dueMs - clock.nowMs());
    if (node !== undefined) {
      record(pod, {
        type: 'Normal',
        reason: 'TaintManagerEviction',
        message: `Marking for deletion Pod ${namespace}/${name}`,
      });
    }
    client.delete('Pod', namespace, name, node === undefined ? { gracePeriodSeconds: 0 } : {});
  });
  const givenUpMs = (pod: KubeObject): number => {
    const name = pod.spec.nodeName as string;
    const sinceMs = goneSinceMs.get(name) ?? clock.nowMs();
    goneSinceMs.set(name, sinceMs);
    return sinceMs + quarantineMs;
  };
  /** Counted from when the taint was first seen with this pod. */
  const evictionMs = (pod: KubeObject, node: KubeObject): number | undefined => {
    const uid = pod.metadata.uid ?? '';
    const seconds = isPodEnded(pod) ? undefined : toleratedSeconds(pod, node);
    if (seconds === undefined) {
      tolerated.delete(uid);
      return undefined;
    }
    const sinceMs = tolerated.get(uid) ?? clock.nowMs();
    tolerated.set(uid, sinceMs);
    return sinceMs + seconds * 1000;
  };
  const stops = [
    client.watch('Pod', ({ type, object }) => {
      if (type === 'DELETED') tolerated.delete(object.metadata.uid ?? '');
      else if (!isZero(object.spec?.nodeName)) queue.add(keyOf(object));
    }),
    client.watch('Node', ({ type, object }) => {
      if (type !== 'DELETED') goneSinceMs.delete(object.metadata.name);
      wakePodsOn(context, object.metadata.name, queue.add);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

function wakePodsOn({ client }: ControllerContext, node: string, add: (key: string) => void): void {
  for (const pod of client.list('Pod')) if (pod.spec?.nodeName === node) add(keyOf(pod));
}

/** How long the pod may stay; 0 for not at all, undefined for as long as it likes. */
function toleratedSeconds(pod: KubeObject, node: KubeObject): number | undefined {
  const taints = itemsOf(node.spec?.taints).filter((taint) => taint.effect === 'NoExecute');
  const limits = taints.flatMap((taint) => {
    const matching = itemsOf(recordOf(pod.spec).tolerations).filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return [0];
    const seconds = matching
      .map((toleration) => toleration.tolerationSeconds)
      .filter((value) => typeof value === 'number');
    return seconds.length === 0 ? [] : [Math.max(0, Math.min(...seconds))];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}
