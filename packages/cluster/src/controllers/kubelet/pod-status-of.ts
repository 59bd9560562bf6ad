import { isRecord, itemsOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { type Condition, withCondition } from '../conditions.ts';
import type { ContainerStatus } from './container-step.ts';

interface PodContainers {
  readonly init: readonly ContainerStatus[];
  readonly main: readonly ContainerStatus[];
}

/** Phase and conditions that follow from the containers (kubernetes docs: Pod Lifecycle). */
export function podStatusOf(pod: KubeObject, containers: PodContainers, nowMs: number): Record<string, unknown> {
  const phase = phaseOf(pod, containers);
  const conditions = conditionsOf(pod, containers, phase).reduce<Record<string, unknown>[]>(
    (list, condition) => withCondition(list, condition, nowMs),
    itemsOf(pod.status?.conditions),
  );
  return {
    ...pod.status,
    phase,
    conditions,
    ...(containers.init.length === 0 ? {} : { initContainerStatuses: containers.init }),
    containerStatuses: containers.main,
  };
}

/** Whether the init containers have done their part: ended well, or, when they stay, started. */
export function isInitialized(pod: KubeObject, init: readonly ContainerStatus[]): boolean {
  return unfinishedInit(pod, init).length === 0;
}

function unfinishedInit(pod: KubeObject, init: readonly ContainerStatus[]): string[] {
  return itemsOf(pod.spec?.initContainers)
    .filter((container) => {
      const status = init.find((one) => one.name === container.name);
      if (container.restartPolicy === 'Always') return status?.started !== true;
      return recordOf(recordOf(status?.state).terminated).exitCode !== 0;
    })
    .map((container) => textOf(container.name));
}

function phaseOf(pod: KubeObject, { init, main }: PodContainers): string {
  const failedInit = init.find((status) => Number(recordOf(recordOf(status.state).terminated).exitCode ?? 0) !== 0);
  if (failedInit !== undefined && pod.spec?.restartPolicy === 'Never') return 'Failed';
  if (!isInitialized(pod, init)) return 'Pending';
  const isStopped = (status: ContainerStatus) => {
    return isRecord(recordOf(status.state).terminated) || isRecord(recordOf(status.lastState).terminated);
  };
  const isRunning = (status: ContainerStatus) => isRecord(recordOf(status.state).running);
  if (main.some((status) => !isRunning(status) && !isStopped(status))) return 'Pending';
  if (main.some(isRunning) || pod.spec?.restartPolicy === 'Always') return 'Running';
  const codes = main.map((status) => Number(recordOf(recordOf(status.state).terminated).exitCode ?? 1));
  if (codes.every((code) => code === 0)) return 'Succeeded';
  return pod.spec?.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

function conditionsOf(pod: KubeObject, { init, main }: PodContainers, phase: string): Condition[] {
  const unfinished = unfinishedInit(pod, init);
  const unready = main.filter((status) => status.ready !== true).map((status) => textOf(status.name));
  const isStarted = [...init, ...main].some(
    (status) => !isRecord(recordOf(status.state).waiting) || status.restartCount !== 0,
  );
  const containersReady = readiness('ContainersReady', phase, unready);
  return [
    { type: 'PodReadyToStartContainers', status: isStarted ? 'True' : 'False' },
    phase === 'Succeeded'
      ? { type: 'Initialized', status: 'True', reason: 'PodCompleted' }
      : unfinished.length === 0
        ? { type: 'Initialized', status: 'True' }
        : {
            type: 'Initialized',
            status: 'False',
            reason: 'ContainersNotInitialized',
            message: `containers with incomplete status: [${unfinished.join(' ')}]`,
          },
    containersReady.status === 'True' ? gateReadiness(pod) : { ...containersReady, type: 'Ready' },
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
}

function readiness(type: string, phase: string, unready: readonly string[]): Condition {
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  if (unready.length === 0) return { type, status: 'True' };
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

/** Ready also waits for the conditions that readinessGates name, which others set. */
function gateReadiness(pod: KubeObject): Condition {
  const conditions = itemsOf(pod.status?.conditions);
  const closed = itemsOf(pod.spec?.readinessGates).flatMap((gate) => {
    const type = textOf(gate.conditionType);
    const condition = conditions.find((one) => one.type === type);
    if (condition?.status === 'True') return [];
    const state = condition === undefined ? 'does not exist' : 'status is not "True"';
    return [`corresponding condition of pod readiness gate "${type}" ${state}.`];
  });
  if (closed.length === 0) return { type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: closed.join(', ') };
}
