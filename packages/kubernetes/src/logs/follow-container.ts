import type { Urn } from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import type { Informer } from '../client/informer.ts';
import type { Cluster } from '../cluster-session.ts';
import { jsonAt, type KubeObject, listAt, numberAt, textAt } from '../json.ts';
import { containerStatus } from './container-log.ts';
import { type FollowRequest, type LoggedContainer, unreadable } from './logged-containers.ts';

/** How long to wait before the log of a container that runs is taken up again. */
const pauseMs = 1_000;

/** From one end of the log to the next: the server ends it with the container, or when it has been open for long. */
export async function followContainer(
  cluster: Cluster,
  { pod: first, log, describe }: LoggedContainer,
  urn: Urn,
  informer: Informer,
  { signal, onLine, warn }: FollowRequest,
): Promise<void> {
  for (let pod = first; !signal.aborted; ) {
    try {
      for await (const line of log.follow(pod, signal)) onLine(describe(line, urn));
    } catch (error) {
      if (signal.aborted) return;
      warn(unreadable(pod, log.container, error));
      if (error instanceof KubeApiError && error.code === 403) return;
    }
    if (isOver(pod, log.container)) return;
    if (isRunning(pod, log.container)) await cluster.clock.sleep(pauseMs, signal);
    else await untilChanged(informer, pod, signal);
    const now = informer.get(textAt(first, 'metadata', 'name'));
    if (now === undefined || textAt(now, 'metadata', 'uid') !== textAt(first, 'metadata', 'uid')) return;
    pod = now;
  }
}

/** Whether the container will not run again, as the pod was when its log was read last. */
function isOver(pod: KubeObject, container: string): boolean {
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return !isRunning(pod, container);
  const isInit = listAt(pod, 'spec', 'initContainers').some((init) => textAt(init, 'name') === container);
  return isInit && numberAt(containerStatus(pod, container), 'state', 'terminated', 'exitCode') === 0;
}

function isRunning(pod: KubeObject, container: string): boolean {
  return jsonAt(containerStatus(pod, container), 'state', 'running') !== undefined;
}

/** Until the pod is another than it was, or gone. */
function untilChanged(informer: Informer, pod: KubeObject, signal: AbortSignal): Promise<void> {
  const version = (object: KubeObject | undefined): string => textAt(object, 'metadata', 'resourceVersion');
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const look = (): void => {
      if (version(informer.get(textAt(pod, 'metadata', 'name'))) !== version(pod)) done();
    };
    const stop = informer.subscribe({ changed: look, failed: done });
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
    else look();
  });
}
