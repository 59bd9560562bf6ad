import { NoAnswerError } from '../client/api-connection.ts';
import type { Informer } from '../client/informer.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, textAt } from '../json.ts';
import { followContainer } from './follow-container.ts';
import { type FollowRequest, loggedContainers, podRoute } from './logged-containers.ts';
import type { PodOwners } from './pod-owners.ts';

/** Follows the logs of the pods of one namespace until the signal aborts. Throws what ends the watch of pods. */
export async function followPods(
  cluster: Cluster,
  namespace: string,
  owners: PodOwners,
  request: FollowRequest,
): Promise<void> {
  const { signal } = request;
  if (signal.aborted) return;
  const informer = cluster.informers.open(podRoute, namespace);
  const ended = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  const begin = beginner(cluster, informer, owners, request);
  const beginAll = (pods: Iterable<KubeObject>): void => {
    for (const pod of pods) begin(pod).catch(ended.reject);
  };
  const stop = informer.subscribe({
    changed: (pod) => beginAll(pod === undefined ? informer.all() : [pod]),
    failed: (error) => ended.reject(error),
  });
  try {
    await Promise.race([informer.synced, ended.promise]);
    beginAll(informer.all());
    await ended.promise;
  } finally {
    stop();
  }
}

/** Follows the containers of a pod that are not followed yet: it may be given others while it runs, to look into it. */
function beginner(
  cluster: Cluster,
  informer: Informer,
  owners: PodOwners,
  request: FollowRequest,
): (pod: KubeObject) => Promise<void> {
  const known = new Set<string>();
  return async (pod) => {
    const uid = textAt(pod, 'metadata', 'uid');
    const keyOf = (container: string): string => `${uid}/${container}`;
    const fresh = loggedContainers(cluster, pod, request.sinceNanos).filter(
      ({ log }) => !known.has(keyOf(log.container)),
    );
    if (fresh.length === 0) return;
    for (const { log } of fresh) known.add(keyOf(log.container));
    try {
      const urn = await owners.urnOf(pod, request.signal);
      if (urn === undefined) return;
      await Promise.all(fresh.map((container) => followContainer(cluster, container, urn, informer, request)));
    } catch (error) {
      if (request.signal.aborted) return;
      if (!(error instanceof NoAnswerError)) throw error;
      // When the outage is over the informer tells of the pod again.
      for (const { log } of fresh) known.delete(keyOf(log.container));
    }
  };
}
