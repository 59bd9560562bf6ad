import { isRecord, itemsOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { ControllerContext } from '../controller.ts';
import type { EventNote } from '../event-recorder.ts';
import { controllerOf } from '../owners.ts';
import { timestamp } from '../timestamps.ts';
import { type ContainerPlan, type ContainerStatus, stepContainer, waitingStatus } from './container-step.ts';
import { nodeAddress, type PodAddresses } from './pod-addresses.ts';
import { isInitialized, podStatusOf } from './pod-status-of.ts';
import type { PodTimers } from './pod-timers.ts';
import { type MissingReference, missingFromEnvironment, missingFromVolumes, unboundClaims } from './references.ts';
import { type Simulation, simulationOf } from './simulation.ts';

export interface PodScene {
  readonly context: ControllerContext;
  readonly pod: KubeObject;
  readonly node: KubeObject;
  readonly timers: PodTimers;
  readonly addresses: PodAddresses;
}

export interface PodStep {
  readonly status: Record<string, unknown>;
  readonly events: readonly EventNote[];
  /** What the pod waits for; its appearing is worth another look. */
  readonly missing: readonly MissingReference[];
}

const startMs = 100;
const initMs = 40;
const readyMs = 60;
const jobRunMs = 100;

/** The next status of a pod on its node: at most one transition of each container. */
export function stepPod(scene: PodScene): PodStep {
  const { context, pod } = scene;
  const nowMs = context.clock.nowMs();
  if (pod.status?.startTime === undefined) return acceptPod(scene, nowMs);
  const deadline = pod.spec?.activeDeadlineSeconds;
  if (typeof deadline === 'number' && scene.timers.elapsed('deadline', deadline * 1000, nowMs))
    return failAtDeadline(pod);
  const volume = missingFromVolumes(context.client, pod);
  if (volume !== undefined) {
    const message = `MountVolume.SetUp failed for volume "${volume.volume}" : ${volume.message}`;
    return { status: pod.status, events: [{ type: 'Warning', reason: 'FailedMount', message }], missing: [volume] };
  }
  // The binder binds a claim once its pod has a node; its doing so wakes the kubelet.
  const claims = unboundClaims(context.client, pod);
  if (claims.length > 0) return { status: pod.status, events: [], missing: claims };
  return stepContainers(scene, nowMs);
}

function acceptPod({ pod, node }: PodScene, nowMs: number): PodStep {
  const hasInit = itemsOf(pod.spec?.initContainers).length > 0;
  const reason = hasInit ? 'PodInitializing' : 'ContainerCreating';
  const waiting = (container: Record<string, unknown>) =>
    waitingStatus(textOf(container.name), textOf(container.image), reason);
  const hostIP = nodeAddress(node);
  const accepted = {
    ...pod,
    status: { ...pod.status, hostIP, hostIPs: [{ ip: hostIP }], startTime: timestamp(nowMs) },
  };
  const containers = {
    init: itemsOf(pod.spec?.initContainers).map(waiting),
    main: itemsOf(pod.spec?.containers).map(waiting),
  };
  return { status: podStatusOf(accepted, containers, nowMs), events: [], missing: [] };
}

function stepContainers(scene: PodScene, nowMs: number): PodStep {
  const { context, pod, timers } = scene;
  const events: EventNote[] = [];
  const missing: MissingReference[] = [];
  const simulation = simulationOf(pod);
  const step = (container: Record<string, unknown>, status: ContainerStatus, role: Role): ContainerStatus => {
    const reference = missingFromEnvironment(context.client, pod.metadata.namespace ?? '', container);
    if (reference !== undefined) missing.push(reference);
    const plan = planOf(scene, container, role, simulation, reference?.message);
    const name = (timer: string) => `${plan.fieldPath} ${timer}`;
    const clock = {
      nowMs,
      elapsed: (timer: string, durationMs: number | (() => number)) => timers.elapsed(name(timer), durationMs, nowMs),
      count: (counter: string) => timers.count(name(counter)),
    };
    const result = stepContainer(plan, status, clock);
    events.push(...result.events);
    return result.status;
  };
  const init = stepInit(pod, step);
  const before = itemsOf(pod.status?.containerStatuses);
  const main = isInitialized(pod, init)
    ? itemsOf(pod.spec?.containers).map((container) => step(container, statusFor(before, container), 'main'))
    : before;
  const status = podStatusOf(pod, { init, main }, nowMs);
  return { status: withAddress(scene, status), events, missing };
}

type Role = 'main' | 'init' | 'sidecar';
type StepOne = (container: Record<string, unknown>, status: ContainerStatus, role: Role) => ContainerStatus;

/** Init containers run one after the other; those that stay on go on running beside the rest. */
function stepInit(pod: KubeObject, step: StepOne): ContainerStatus[] {
  const before = itemsOf(pod.status?.initContainerStatuses);
  let mayStart = true;
  return itemsOf(pod.spec?.initContainers).map((container) => {
    const role = container.restartPolicy === 'Always' ? 'sidecar' : 'init';
    const status = statusFor(before, container);
    if (!mayStart) return status;
    const next = step(container, status, role);
    const isDone =
      role === 'sidecar' ? next.started === true : recordOf(recordOf(next.state).terminated).exitCode === 0;
    if (!isDone) mayStart = false;
    return isDone && role === 'init' ? { ...next, ready: true } : next;
  });
}

function statusFor(statuses: readonly ContainerStatus[], container: Record<string, unknown>): ContainerStatus {
  const known = statuses.find((status) => status.name === container.name);
  return known ?? waitingStatus(textOf(container.name), textOf(container.image), 'ContainerCreating');
}

function planOf(
  { pod }: PodScene,
  container: Record<string, unknown>,
  role: Role,
  simulation: Simulation,
  missing: string | undefined,
): ContainerPlan {
  const policy = role === 'sidecar' ? 'Always' : textOf(pod.spec?.restartPolicy);
  const first = itemsOf(pod.spec?.containers)[0]?.name;
  const restartsFailed = policy !== 'Never';
  const restartsEnded = policy === 'Always' && role !== 'init';
  const field = role === 'main' ? 'containers' : 'initContainers';
  const mainRunMs = simulation.runForMs ?? (controllerOf(pod)?.kind === 'Job' ? jobRunMs : undefined);
  return {
    name: textOf(container.name),
    image: textOf(container.image),
    pullPolicy: textOf(container.imagePullPolicy),
    restarts: (exitCode) => (exitCode === 0 ? restartsEnded : restartsFailed),
    simulation,
    crashes: container.name === (simulation.crash?.container ?? first),
    runForMs: role === 'main' ? mainRunMs : role === 'init' ? initMs : undefined,
    startAfterMs: role === 'main' ? startMs : initMs,
    readyAfterMs: readyMs,
    missing,
    fieldPath: `spec.${field}{${textOf(container.name)}}`,
    podUid: pod.metadata.uid ?? '',
  };
}

/** A pod has its address once its sandbox stands, which is when its first container starts. */
function withAddress(scene: PodScene, status: Record<string, unknown>): Record<string, unknown> {
  if (textOf(status.podIP) !== '') return status;
  const all = [...itemsOf(status.initContainerStatuses), ...itemsOf(status.containerStatuses)];
  const isPlaced = all.some(
    (one) => !['ContainerCreating', 'PodInitializing'].includes(textOf(recordOf(recordOf(one.state).waiting).reason)),
  );
  if (!isPlaced) return status;
  const isOnHost = scene.pod.spec?.hostNetwork === true;
  const podIP = isOnHost ? textOf(status.hostIP) : scene.addresses.next(scene.node);
  return { ...status, podIP, podIPs: [{ ip: podIP }] };
}

function failAtDeadline(pod: KubeObject): PodStep {
  const message = 'Pod was active on the node longer than the specified deadline';
  const stopped = itemsOf(pod.status?.containerStatuses).map((status) => {
    if (!isRecord(recordOf(status.state).running)) return { ...status, ready: false };
    return { ...status, ready: false, started: false, state: { terminated: { exitCode: 137, reason: 'Error' } } };
  });
  const conditions = itemsOf(pod.status?.conditions).map((condition) => {
    if (condition.type !== 'Ready' && condition.type !== 'ContainersReady') return condition;
    return { ...condition, status: 'False', reason: 'PodFailed' };
  });
  return {
    status: {
      ...pod.status,
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message,
      conditions,
      containerStatuses: stopped,
    },
    events: [{ type: 'Normal', reason: 'DeadlineExceeded', message }],
    missing: [],
  };
}
