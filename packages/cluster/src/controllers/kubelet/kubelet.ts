import { ApiError } from '../../api-error.ts';
import { isZero, numberOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { StartController } from '../controller.ts';
import { eventRecorder } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { isPodEnded } from '../replicaset/pod-status.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';
import { watchPodAddresses } from './pod-addresses.ts';
import { stepPod } from './pod-step.ts';
import { createPodTimers, type PodTimers } from './pod-timers.ts';
import { simulationOf } from './simulation.ts';

const defaultStopMs = 50;

/** The kubelets of all nodes: containers that start, become ready, fail and stop as their pods' annotations say, without running anything. */
export const startKubelet: StartController = (context) => {
  const { client, clock } = context;
  const record = eventRecorder(context, 'kubelet');
  const addresses = watchPodAddresses(client);
  const timers = new Map<string, PodTimers>();
  const waitingFor = new Map<string, Set<string>>();

  const queue = startWorkQueue(context, 'kubelet', (key) => {
    const { namespace, name } = parseKey(key);
    const pod = client.get('Pod', namespace, name);
    if (pod === undefined || isZero(pod.spec?.nodeName)) return;
    const podTimers = timersOf(pod);
    if (isDeleting(pod)) return stopPod(key, pod, podTimers);
    if (isPodEnded(pod)) return;
    const node = client.get('Node', undefined, textOf(pod.spec?.nodeName));
    if (node === undefined) return;
    const step = stepPod({ context, pod, node, timers: podTimers, addresses });
    for (const event of step.events) record(pod, event);
    for (const missing of step.missing) {
      const reference = `${missing.kind} ${namespace}/${missing.name}`;
      waitingFor.set(reference, (waitingFor.get(reference) ?? new Set()).add(key));
    }
    writeStatus(client, pod, step.status);
    lookAgain(key, podTimers);
  });
  const timersOf = (pod: KubeObject): PodTimers => {
    const uid = pod.metadata.uid ?? '';
    const known = timers.get(uid) ?? createPodTimers();
    timers.set(uid, known);
    return known;
  };
  const lookAgain = (key: string, podTimers: PodTimers) => {
    const dueMs = podTimers.settle();
    if (dueMs !== undefined) queue.addAfter(key, dueMs - clock.nowMs());
  };
  const stopPod = (key: string, pod: KubeObject, podTimers: PodTimers) => {
    if (podTimers.count('stop') === 0) {
      for (const container of pod.spec?.containers ?? []) {
        const fieldPath = `spec.containers{${container.name}}`;
        record(pod, { type: 'Normal', reason: 'Killing', message: `Stopping container ${container.name}`, fieldPath });
      }
    }
    const graceMs = numberOf(pod.metadata.deletionGracePeriodSeconds) * 1000;
    const stopMs = Math.min(simulationOf(pod).stopAfterMs ?? defaultStopMs, graceMs);
    if (!podTimers.elapsed('stopped', stopMs, clock.nowMs())) return lookAgain(key, podTimers);
    const { namespace, name, uid } = pod.metadata;
    const preconditions = uid === undefined ? {} : { preconditions: { uid } };
    try {
      client.delete('Pod', namespace, name, { gracePeriodSeconds: 0, ...preconditions });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
    }
  };
  const wakeWaiting = (kind: string) => {
    return client.watch(kind, ({ object }) => {
      const reference = `${kind} ${keyOf(object)}`;
      const keys = waitingFor.get(reference);
      waitingFor.delete(reference);
      for (const key of keys ?? []) queue.add(key);
    });
  };
  const stops = [
    client.watch('Pod', ({ type, object }) => {
      if (type === 'DELETED') timers.delete(object.metadata.uid ?? '');
      else if (!isZero(object.spec?.nodeName)) queue.add(keyOf(object));
    }),
    wakeWaiting('ConfigMap'),
    wakeWaiting('Secret'),
    wakeWaiting('PersistentVolumeClaim'),
    client.watch('Node', ({ type, object }) => {
      if (type !== 'ADDED') return;
      for (const pod of client.list('Pod')) if (pod.spec?.nodeName === object.metadata.name) queue.add(keyOf(pod));
    }),
    addresses.stop,
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};
