import type { KubeObject } from '../../kube-object.ts';
import type { TableColumn } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../columns.ts';
import { isRecord, itemsOf, numberOf, recordOf, textOf } from '../fields.ts';
import { ageOf } from '../human-duration.ts';

type Part = Record<string, unknown>;

interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

export const podColumns: readonly TableColumn[] = [
  nameColumn,
  column('Ready', (pod) => {
    const { ready, total } = summarize(pod);
    return `${ready}/${total}`;
  }),
  column('Status', (pod) => summarize(pod).status),
  column('Restarts', (pod, nowMs) => {
    const { restarts, lastRestart } = summarize(pod);
    return restarts > 0 && lastRestart !== undefined ? `${restarts} (${ageOf(lastRestart, nowMs)} ago)` : `${restarts}`;
  }),
  ageColumn,
  wideColumn('IP', (pod) => textOf(itemsOf(pod.status?.podIPs)[0]?.ip) || '<none>'),
  wideColumn('Node', (pod) => textOf(pod.spec?.nodeName) || '<none>'),
  wideColumn('Nominated Node', (pod) => textOf(pod.status?.nominatedNodeName) || '<none>'),
  wideColumn('Readiness Gates', formatGates),
];

/** The one word that stands for a pod's state (kubernetes, pkg/printers, printPod). */
export function podStatusWord(pod: KubeObject): string {
  return summarize(pod).status;
}

function summarize(pod: KubeObject): PodSummary {
  const spec = recordOf(pod.spec);
  const status = recordOf(pod.status);
  const sidecars = new Set(
    itemsOf(spec.initContainers)
      .filter(isSidecar)
      .map((container) => container.name),
  );
  const init = summarizeInit(status, itemsOf(spec.initContainers).length, sidecars);
  const isInitialized = itemsOf(status.conditions).some((one) => one.type === 'Initialized' && one.status === 'True');
  const main =
    init.reason === undefined || isInitialized
      ? summarizeContainers(status, init)
      : { reason: init.reason, ready: init.ready, restarts: init.restarts, lastRestart: init.lastRestart };
  return {
    total: itemsOf(spec.containers).length + sidecars.size,
    ready: main.ready,
    status: terminatingWord(pod, main.reason ?? baseReason(status)),
    restarts: main.restarts,
    lastRestart: main.lastRestart,
  };
}

interface ContainerSummary {
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

function isSidecar(container: Part): boolean {
  return container.restartPolicy === 'Always';
}

function baseReason(status: Part): string {
  const isGated = itemsOf(status.conditions).some(
    (condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : textOf(status.reason) || textOf(status.phase);
}

function terminatingWord(pod: KubeObject, reason: string): string {
  if (pod.metadata.deletionTimestamp === undefined) return reason;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return ['Succeeded', 'Failed'].includes(textOf(pod.status?.phase)) ? reason : 'Terminating';
}

/** `reason` is there while initialising, and says how far. Restarts of sidecars are counted apart: they go on counting afterwards. */
function summarizeInit(
  status: Part,
  total: number,
  sidecars: ReadonlySet<unknown>,
): ContainerSummary & { sidecarRestarts: number } {
  let ready = 0;
  let restarts = 0;
  let sidecarRestarts = 0;
  let lastRestart: string | undefined;
  let reason: string | undefined;
  for (const [at, container] of itemsOf(status.initContainerStatuses).entries()) {
    restarts += numberOf(container.restartCount);
    if (sidecars.has(container.name)) sidecarRestarts += numberOf(container.restartCount);
    lastRestart = later(lastRestart, container);
    const { terminated, waiting } = recordOf(container.state);
    if (isRecord(terminated) && terminated.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started === true) {
      if (container.ready === true) ready += 1;
      continue;
    }
    if (isRecord(terminated)) reason = `Init:${terminatedWord(terminated)}`;
    else if (isRecord(waiting) && textOf(waiting.reason) !== '' && waiting.reason !== 'PodInitializing') {
      reason = `Init:${textOf(waiting.reason)}`;
    } else reason = `Init:${at}/${total}`;
    break;
  }
  return { reason, ready, restarts, lastRestart, sidecarRestarts };
}

function summarizeContainers(status: Part, init: ContainerSummary & { sidecarRestarts: number }): ContainerSummary {
  let { ready } = init;
  let restarts = init.sidecarRestarts;
  let lastRestart: string | undefined;
  let reason: string | undefined;
  let isRunning = false;
  for (const container of itemsOf(status.containerStatuses).toReversed()) {
    restarts += numberOf(container.restartCount);
    lastRestart = later(lastRestart, container);
    const { terminated, waiting, running } = recordOf(container.state);
    if (isRecord(waiting) && textOf(waiting.reason) !== '') reason = textOf(waiting.reason);
    else if (isRecord(terminated)) reason = terminatedWord(terminated);
    else if (container.ready === true && isRecord(running)) {
      isRunning = true;
      ready += 1;
    }
  }
  if (reason === 'Completed' && isRunning) {
    const isReady = itemsOf(status.conditions).some(
      (condition) => condition.type === 'Ready' && condition.status === 'True',
    );
    reason = isReady ? 'Running' : 'NotReady';
  }
  return { reason, ready, restarts, lastRestart };
}

function terminatedWord(terminated: Part): string {
  if (textOf(terminated.reason) !== '') return textOf(terminated.reason);
  return numberOf(terminated.signal) !== 0 ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

function later(time: string | undefined, container: Part): string | undefined {
  const finished = textOf(recordOf(recordOf(container.lastState).terminated).finishedAt);
  return finished !== '' && (time === undefined || finished > time) ? finished : time;
}

function formatGates(pod: KubeObject): string {
  const gates = itemsOf(pod.spec?.readinessGates);
  if (gates.length === 0) return '<none>';
  const conditions = itemsOf(pod.status?.conditions);
  const met = gates.filter((gate) => {
    return conditions.some((condition) => condition.type === gate.conditionType && condition.status === 'True');
  });
  return `${met.length}/${gates.length}`;
}
