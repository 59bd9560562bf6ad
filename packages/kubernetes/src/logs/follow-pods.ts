import type { Urn } from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import type { Informer } from '../client/informer.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, mapAt, textAt } from '../json.ts';
import { containerStatus } from './container-log.ts';
import {
  type LoggedContainer,
  loggedContainers,
  type PodLogLine,
  type PodLogRequest,
  podRoute,
  unreadable,
} from './logged-containers.ts';
import type { PodOwners } from './pod-owners.ts';

export interface FollowRequest extends PodLogRequest {
  readonly onLine: (line: PodLogLine) => void;
}

/** How long to wait before a log that came to its end is looked into again. */
const pauseMs = 1_000;

/** Follows the logs of the pods of one namespace until the signal aborts. Throws what ends the watch of pods. */
export async function followPods(
  cluster: Cluster,
  namespace: string,
  owners: PodOwners,
  request: FollowRequest,
): Promise<void> {
  const { signal } = request;
  const informer = cluster.informers.open(podRoute, namespace);
  const followed = new Set<string>();
  const ended = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });

  const begin = async (pod: KubeObject): Promise<void> => {
    const uid = uidOf(pod);
    if (followed.has(uid)) return;
    followed.add(uid);
    const urn = await owners.urnOf(pod, signal);
    if (urn !== undefined) await followPod(cluster, pod, urn, informer, request);
  };
  const beginAll = (pods: Iterable<KubeObject>): void => {
    for (const pod of pods) begin(pod).catch(ended.reject);
  };

  const stop = informer.subscribe({
    changed: (pod) => beginAll(pod === undefined ? informer.all() : [pod]),
    failed: (error) => ended.reject(error),
  });
  try {
    await informer.synced;
    beginAll(informer.all());
    await ended.promise;
  } finally {
    stop();
  }
}

async function followPod(
  cluster: Cluster,
  pod: KubeObject,
  urn: Urn,
  informer: Informer,
  request: FollowRequest,
): Promise<void> {
  const containers = loggedContainers(cluster, pod, urn, request.sinceNanos);
  await Promise.all(containers.map((container) => followContainer(cluster, container, informer, request)));
}

/** From one end of the log to the next: the server ends it with the container, or when it has been open for long. */
async function followContainer(
  cluster: Cluster,
  { pod: first, log, describe }: LoggedContainer,
  informer: Informer,
  { signal, onLine, warn }: FollowRequest,
): Promise<void> {
  for (let pod: KubeObject | undefined = first; pod !== undefined && !signal.aborted; ) {
    const mayWriteMore = isAlive(pod, log.container);
    try {
      for await (const line of log.follow(pod, signal)) onLine(describe(line));
    } catch (error) {
      if (signal.aborted) return;
      warn(unreadable(pod, log.container, error));
      if (error instanceof KubeApiError && error.code === 403) return;
    }
    if (!mayWriteMore) return;
    await cluster.clock.sleep(pauseMs, signal);
    const now: KubeObject | undefined = informer.get(textAt(first, 'metadata', 'name'));
    pod = now !== undefined && uidOf(now) === uidOf(first) ? now : undefined;
  }
}

/** Whether the container may run, now or later. */
function isAlive(pod: KubeObject, container: string): boolean {
  const phase = textAt(pod, 'status', 'phase');
  if (phase !== 'Succeeded' && phase !== 'Failed') return true;
  return Object.keys(mapAt(containerStatus(pod, container), 'state', 'running')).length > 0;
}

function uidOf(pod: KubeObject): string {
  return textAt(pod, 'metadata', 'uid');
}
