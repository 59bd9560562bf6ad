import type { Urn } from '@radiant/model';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, textAt } from '../json.ts';
import { builtinRoute, type KindRoute } from '../kinds/builtin-kinds.ts';
import { ContainerLog, containersOf } from './container-log.ts';
import type { TimedLine } from './log-position.ts';
import type { StackObject } from './pod-owners.ts';

/** A line that a container has written. */
export interface PodLogLine {
  /** Nanoseconds since 1970. */
  readonly nanos: bigint;
  readonly text: string;
  /** The resource to which the pod goes back. */
  readonly urn: Urn;
  readonly namespace: string;
  readonly pod: string;
  /** Only where the pod has several. */
  readonly container?: string;
}

export interface PodLogRequest {
  readonly objects: readonly StackObject[];
  /** Nothing that was written before. */
  readonly sinceNanos: bigint;
  readonly signal: AbortSignal;
  /** Something of it cannot be read, for this reason; the rest can. */
  readonly warn: (message: string) => void;
}

export interface FollowRequest extends PodLogRequest {
  readonly onLine: (line: PodLogLine) => void;
}

/** A container's log, and what is said of each line of it. */
export interface LoggedContainer {
  readonly pod: KubeObject;
  readonly log: ContainerLog;
  readonly describe: (line: TimedLine, urn: Urn) => PodLogLine;
}

export const podRoute: KindRoute = builtinRoute({ group: '', version: 'v1', kind: 'Pod' })!;

export function unreadable(pod: KubeObject, container: string, error: unknown): string {
  const name = `${textAt(pod, 'metadata', 'namespace')}/${textAt(pod, 'metadata', 'name')}`;
  return `the log of container ${container} of pod ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

export function loggedContainers(cluster: Cluster, pod: KubeObject, sinceNanos: bigint): readonly LoggedContainer[] {
  const names = containersOf(pod);
  const place = { namespace: textAt(pod, 'metadata', 'namespace'), pod: textAt(pod, 'metadata', 'name') };
  return names.map((container) => ({
    pod,
    log: new ContainerLog(cluster.client, pod, container, sinceNanos),
    describe: (line, urn) => ({ urn, ...place, ...line, ...(names.length > 1 && { container }) }),
  }));
}
