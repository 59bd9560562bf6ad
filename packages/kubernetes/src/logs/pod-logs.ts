import { OperationError, type Urn } from '@radiant/model';
import { NoAnswerError } from '../client/api-connection.ts';
import { KubeApiError } from '../client/api-error.ts';
import type { Cluster } from '../cluster-session.ts';
import { followPods } from './follow-pods.ts';
import {
  type LoggedContainer,
  loggedContainers,
  type PodLogLine,
  type PodLogRequest,
  podRoute,
  unreadable,
} from './logged-containers.ts';
import { mergeByTime } from './merge-by-time.ts';
import { PodOwners, type StackObject } from './pod-owners.ts';

/** What the pods of these objects have written so far, by time. Throws OperationError. */
export async function* readPodLogs(cluster: Cluster, request: PodLogRequest): AsyncGenerator<PodLogLine> {
  const containers = await told(() => findContainers(cluster, request));
  yield* mergeByTime(containers.map((container) => linesOf(container, request)));
}

/** The same, and what they write until the signal aborts; pods may come and go. Throws OperationError. */
export async function followPodLogs(
  cluster: Cluster,
  request: PodLogRequest,
  onLine: (line: PodLogLine) => void,
): Promise<void> {
  const owners = new PodOwners(cluster, request.objects);
  const namespaces = namespacesOf(request.objects);
  await told(() =>
    Promise.all(namespaces.map((namespace) => followPods(cluster, namespace, owners, { ...request, onLine }))),
  );
}

interface OwnedContainer {
  readonly container: LoggedContainer;
  /** The resource to which its pod goes back. */
  readonly urn: Urn;
}

async function findContainers(cluster: Cluster, request: PodLogRequest): Promise<readonly OwnedContainer[]> {
  const owners = new PodOwners(cluster, request.objects);
  const containers: OwnedContainer[] = [];
  for (const namespace of namespacesOf(request.objects)) {
    const { objects: pods } = await cluster.client.list(podRoute, namespace, request.signal);
    for (const pod of pods) {
      const urn = await owners.urnOf(pod, request.signal);
      if (urn === undefined) continue;
      containers.push(...loggedContainers(cluster, pod, request.sinceNanos).map((container) => ({ container, urn })));
    }
  }
  return containers;
}

/** One container that cannot be read does not keep the others from being. */
async function* linesOf(
  { container: { pod, log, describe }, urn }: OwnedContainer,
  request: PodLogRequest,
): AsyncGenerator<PodLogLine> {
  try {
    for await (const line of log.read(pod, request.signal)) yield describe(line, urn);
  } catch (error) {
    if (request.signal.aborted) return;
    request.warn(unreadable(pod, log.container, error));
  }
}

function namespacesOf(objects: readonly StackObject[]): readonly string[] {
  return [...new Set(objects.map(({ namespace }) => namespace))].sort();
}

/** What the API server refuses to all who ask for logs so is for the user. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KubeApiError || error instanceof NoAnswerError)) throw error;
    const isForbidden = error instanceof KubeApiError && error.code === 403;
    throw new OperationError({
      code: isForbidden ? 'LOGS_FORBIDDEN' : 'LOGS_UNREADABLE',
      summary: `the pods of the stack cannot be found out: ${error.message}`,
      ...(isForbidden && {
        remedy: 'Logs need the verbs get, list and watch on pods, and get on pods/log, replicasets and jobs.',
      }),
      cause: error,
    });
  }
}
