import { isRecord, numberOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { EventNote } from '../event-recorder.ts';
import { timestamp } from '../timestamps.ts';
import { fullImageName, hex64, imageIdOf, pullFailureOf } from './image.ts';
import type { Simulation } from './simulation.ts';

export type ContainerStatus = Record<string, unknown>;

/** How a container is to run. */
export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly pullPolicy: string;
  /** Whether it is started again after an end with this exit code. */
  readonly restarts: (exitCode: number) => boolean;
  readonly simulation: Simulation;
  /** Whether the crash of the simulation is this container's. */
  readonly crashes: boolean;
  /** Ends with exit code 0 after this long; undefined when it runs on. */
  readonly runForMs: number | undefined;
  readonly startAfterMs: number;
  readonly readyAfterMs: number;
  /** What it cannot start without, in the kubelet's words. */
  readonly missing: string | undefined;
  readonly fieldPath: string;
  readonly podUid: string;
}

/** Time as a container sees it. `elapsed` begins to count at the first question for a name and says once that it is over. */
export interface ContainerClock {
  readonly nowMs: number;
  elapsed(name: string, durationMs: number | (() => number)): boolean;
  /** Counts up and returns the count before. */
  count(name: string): number;
}

export interface ContainerStep {
  readonly status: ContainerStatus;
  readonly events: readonly EventNote[];
}

const firstBackOffMs = 10_000;
const maxBackOffMs = 300_000;
const backOffShownMs = 300;

/** The next status of a container, the same when nothing is due yet. One transition at a time. */
export function stepContainer(plan: ContainerPlan, status: ContainerStatus, clock: ContainerClock): ContainerStep {
  const { waiting, running, terminated } = recordOf(status.state);
  if (isRecord(running)) return stepRunning(plan, status, clock);
  if (isRecord(terminated)) return { status, events: [] };
  const reason = textOf(recordOf(waiting).reason);
  return (waitingSteps[reason] ?? stepCreating)(plan, status, clock);
}

export function waitingStatus(name: string, image: string, reason: string): ContainerStatus {
  return {
    name,
    image,
    imageID: '',
    ready: false,
    restartCount: 0,
    started: false,
    state: { waiting: { reason } },
    lastState: {},
  };
}

type Step = (plan: ContainerPlan, status: ContainerStatus, clock: ContainerClock) => ContainerStep;

const waitingSteps: Record<string, Step> = {
  CreateContainerConfigError: (plan, status, clock) => {
    if (plan.missing === recordOf(recordOf(status.state).waiting).message) return { status, events: [] };
    return start(plan, status, clock);
  },
  ErrImagePull: (plan, status, clock) => {
    if (!clock.elapsed('back-off-shown', backOffShownMs)) return { status, events: [] };
    const message = `Back-off pulling image "${plan.image}": ErrImagePull: ${textOf(recordOf(recordOf(status.state).waiting).message)}`;
    return wait(plan, status, 'ImagePullBackOff', message, [
      note(plan, 'Normal', 'BackOff', `Back-off pulling image "${plan.image}"`),
      note(plan, 'Warning', 'Failed', 'Error: ImagePullBackOff'),
    ]);
  },
  ImagePullBackOff: (plan, status, clock) => {
    return clock.elapsed('pull', () => backOffMs(clock.count('pulls')))
      ? start(plan, status, clock)
      : { status, events: [] };
  },
  InvalidImageName: (_plan, status) => ({ status, events: [] }),
  CrashLoopBackOff: (plan, status, clock) => {
    return clock.elapsed('restart', backOffMs(numberOf(status.restartCount) - 1))
      ? start(plan, status, clock)
      : { status, events: [] };
  },
};

const stepCreating: Step = (plan, status, clock) => {
  return clock.elapsed('create', plan.startAfterMs) ? start(plan, status, clock) : { status, events: [] };
};

const stepRunning: Step = (plan, status, clock) => {
  const { crash } = plan.simulation;
  const restarts = numberOf(status.restartCount);
  if (plan.crashes && crash !== undefined && restarts < crash.times) {
    return clock.elapsed('crash', crash.afterMs) ? end(plan, status, clock, crash.exitCode) : { status, events: [] };
  }
  if (plan.runForMs !== undefined && clock.elapsed('run', plan.runForMs)) return end(plan, status, clock, 0);
  if (status.ready === true || plan.simulation.isNeverReady) return { status, events: [] };
  const isReady = clock.elapsed('ready', plan.simulation.readyAfterMs ?? plan.readyAfterMs);
  return { status: isReady ? { ...status, ready: true } : status, events: [] };
};

function start(plan: ContainerPlan, status: ContainerStatus, clock: ContainerClock): ContainerStep {
  const failure = pullFailureOf(plan.image, plan.simulation.pullError);
  const pulling = note(plan, 'Normal', 'Pulling', `Pulling image "${plan.image}"`);
  if (failure?.reason === 'InvalidImageName') {
    return wait(plan, status, failure.reason, failure.message, [
      note(plan, 'Warning', 'InspectFailed', failure.message),
    ]);
  }
  if (failure !== undefined) {
    return wait(plan, status, failure.reason, failure.message, [
      pulling,
      note(plan, 'Warning', 'Failed', `Failed to pull image "${plan.image}": ${failure.message}`),
      note(plan, 'Warning', 'Failed', 'Error: ErrImagePull'),
    ]);
  }
  if (plan.missing !== undefined) {
    const failed = note(plan, 'Warning', 'Failed', `Error: ${plan.missing}`);
    return wait(plan, status, 'CreateContainerConfigError', plan.missing, [failed]);
  }
  const isAgain = isRecord(recordOf(status.lastState).terminated);
  const restartCount = numberOf(status.restartCount) + (isAgain ? 1 : 0);
  const isPulled = plan.pullPolicy !== 'Always' && isAgain;
  const pulled = isPulled
    ? [note(plan, 'Normal', 'Pulled', `Container image "${plan.image}" already present on machine`)]
    : [pulling, note(plan, 'Normal', 'Pulled', `Successfully pulled image "${plan.image}"`)];
  return {
    status: {
      ...status,
      image: fullImageName(plan.image),
      imageID: imageIdOf(plan.image),
      containerID: `containerd://${hex64(`${plan.podUid}/${plan.name}/${restartCount}`)}`,
      restartCount,
      started: true,
      ready: false,
      state: { running: { startedAt: timestamp(clock.nowMs) } },
    },
    events: [
      ...pulled,
      note(plan, 'Normal', 'Created', `Created container: ${plan.name}`),
      note(plan, 'Normal', 'Started', `Started container ${plan.name}`),
    ],
  };
}

function end(plan: ContainerPlan, status: ContainerStatus, clock: ContainerClock, exitCode: number): ContainerStep {
  const terminated = {
    exitCode,
    reason: endReason(exitCode),
    startedAt: textOf(recordOf(recordOf(status.state).running).startedAt),
    finishedAt: timestamp(clock.nowMs),
    containerID: status.containerID,
  };
  const ended = { ...status, ready: false, started: false };
  if (!plan.restarts(exitCode)) return { status: { ...ended, state: { terminated } }, events: [] };
  const stopped = { ...ended, lastState: { terminated } };
  // The first restart is immediate; only then does the kubelet begin to hold back.
  if (numberOf(status.restartCount) === 0) return start(plan, stopped, clock);
  const delaySeconds = backOffMs(numberOf(status.restartCount) - 1) / 1000;
  const message = `back-off ${formatSeconds(delaySeconds)} restarting failed container=${plan.name}`;
  const backOffNote = note(plan, 'Warning', 'BackOff', `Back-off restarting failed container ${plan.name}`);
  return wait(plan, stopped, 'CrashLoopBackOff', message, [backOffNote]);
}

function endReason(exitCode: number): string {
  if (exitCode === 0) return 'Completed';
  return exitCode === 137 ? 'OOMKilled' : 'Error';
}

function wait(
  _plan: ContainerPlan,
  status: ContainerStatus,
  reason: string,
  message: string,
  events: readonly EventNote[],
): ContainerStep {
  return { status: { ...status, ready: false, started: false, state: { waiting: { reason, message } } }, events };
}

function note(plan: ContainerPlan, type: EventNote['type'], reason: string, message: string): EventNote {
  return { type, reason, message, fieldPath: plan.fieldPath };
}

function backOffMs(before: number): number {
  return Math.min(firstBackOffMs * 2 ** before, maxBackOffMs);
}

function formatSeconds(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
