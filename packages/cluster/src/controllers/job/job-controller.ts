import { itemsOf, numberOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { type Condition, isConditionTrue, withCondition } from '../conditions.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { claim, controllerKey } from '../owners.ts';
import { isPodActive, isPodEnded, isPodReady } from '../replicaset/pod-status.ts';
import { writeStatus } from '../status-writer.ts';
import { parseTimestamp, timestamp } from '../timestamps.ts';
import { startWorkQueue } from '../work-queue.ts';
import { failureAction, formatIndexes, indexOf, jobPod, parseIndexes, trackingFinalizer } from './job-pods.ts';

const kindName = 'Job.batch';
const firstBackOffMs = 10_000;
const maxBackOffMs = 600_000;

/** Runs pods until enough of them have succeeded, or too many have failed (kubernetes docs: Jobs). */
export const startJobController: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'job-controller');
  const queue = startWorkQueue(context, 'job', (key) => {
    const { namespace, name } = parseKey(key);
    const job = client.get(kindName, namespace, name);
    if (job === undefined) return;
    const nextMs = reconcile({ context, record, job });
    if (nextMs !== undefined) queue.addAfter(key, nextMs - context.clock.nowMs());
  });
  const stops = [
    client.watch(kindName, ({ object }) => queue.add(keyOf(object))),
    client.watch('Pod', ({ object }) => {
      const key = controllerKey(object, kindName);
      if (key !== undefined) queue.add(key);
      releaseOrphan(context, object);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

interface Scene {
  readonly context: ControllerContext;
  readonly record: RecordEvent;
  readonly job: KubeObject;
}

/** How far a Job is, over all its pods so far. */
interface Progress {
  readonly succeeded: number;
  readonly failed: number;
  readonly doneIndexes: ReadonlySet<number>;
  readonly lastFailureMs: number;
  readonly policyFailure: string | undefined;
}

function reconcile(scene: Scene): number | undefined {
  const { context, job } = scene;
  if (isFinished(job)) return removeWhenExpired(scene);
  const progress = countEnded(scene);
  const pods = podsOf(scene);
  const active = pods.filter(isPodActive);
  const nowMs = context.clock.nowMs();
  const isSuspended = job.spec.suspend === true;
  const startMs = isSuspended ? undefined : (parseTimestamp(job.status?.startTime) ?? nowMs);
  const failure = isSuspended ? undefined : failureOf(job, progress, pods, startMs!, nowMs);
  const isDone = failure === undefined && hasSucceeded(job, progress, active.length);
  const mayRun = !isDeleting(job) && !isSuspended && failure === undefined && !isDone;
  const waitMs = mayRun ? runPods(scene, progress, active, nowMs) : undefined;
  if (!mayRun && !isDeleting(job))
    for (const pod of active) context.client.delete('Pod', pod.metadata.namespace, pod.metadata.name);
  writeProgress(scene, progress, { startMs, failure, isDone, isSuspended });
  const deadlineMs =
    startMs === undefined || job.spec.activeDeadlineSeconds === undefined
      ? undefined
      : startMs + job.spec.activeDeadlineSeconds * 1000;
  const next = [waitMs, failure === undefined ? deadlineMs : undefined].filter(
    (ms) => ms !== undefined && ms > nowMs,
  ) as number[];
  return next.length === 0 ? undefined : Math.min(...next);
}

function podsOf({ context, job }: Scene): KubeObject[] {
  return claim(context.client, job, 'Pod');
}

/** Counts pods that ended since the last look; each is counted once, and only then may it go. */
function countEnded(scene: Scene): Progress {
  const { context, job } = scene;
  const status = job.status ?? {};
  let succeeded = numberOf(status.succeeded);
  let failed = numberOf(status.failed);
  let lastFailureMs = 0;
  let policyFailure: string | undefined;
  const doneIndexes = parseIndexes(status.completedIndexes);
  const isIndexed = job.spec.completionMode === 'Indexed';
  for (const pod of podsOf(scene)) {
    const isLost = isDeleting(pod) && !isPodEnded(pod);
    const hasFailed =
      pod.status?.phase === 'Failed' ||
      (isLost && pod.metadata.finalizers?.includes(trackingFinalizer) === true && isStopped(pod));
    if (hasFailed) lastFailureMs = Math.max(lastFailureMs, endedMs(pod));
    if (pod.metadata.finalizers?.includes(trackingFinalizer) !== true) continue;
    if (!isPodEnded(pod) && !hasFailed) continue;
    const action = hasFailed ? failureAction(job, pod) : 'Count';
    if (action === 'FailJob') {
      policyFailure = `Container of pod ${pod.metadata.namespace}/${pod.metadata.name} failed with an exit code matching FailJob rule`;
    }
    if (action !== 'Ignore' && hasFailed) failed += 1;
    if (!hasFailed) {
      const index = indexOf(pod);
      if (isIndexed && index !== undefined) doneIndexes.add(index);
      else succeeded += 1;
    }
    release(context, pod);
  }
  return { succeeded: isIndexed ? doneIndexes.size : succeeded, failed, doneIndexes, lastFailureMs, policyFailure };
}

/** The kubelet is done with the pod: nothing but the Job's own finalizer keeps it. */
function isStopped(pod: KubeObject): boolean {
  return numberOf(pod.metadata.deletionGracePeriodSeconds) === 0;
}

function endedMs(pod: KubeObject): number {
  const ends = itemsOf(pod.status?.containerStatuses).map((status) => {
    return (
      parseTimestamp((status.state as { terminated?: { finishedAt?: string } } | undefined)?.terminated?.finishedAt) ??
      0
    );
  });
  return Math.max(0, ...ends);
}

function release(context: ControllerContext, pod: KubeObject): void {
  const finalizers = (pod.metadata.finalizers ?? []).filter((name) => name !== trackingFinalizer);
  context.client.update({ ...pod, metadata: { ...pod.metadata, finalizers } });
}

/** A pod whose Job is gone has nobody to count it. */
function releaseOrphan(context: ControllerContext, pod: KubeObject): void {
  if (pod.metadata.finalizers?.includes(trackingFinalizer) !== true) return;
  const owner = pod.metadata.ownerReferences?.find((one) => one.controller === true);
  const job = owner === undefined ? undefined : context.client.get(kindName, pod.metadata.namespace, owner.name);
  if (job?.metadata.uid === owner?.uid && job !== undefined) return;
  const current = context.client.get('Pod', pod.metadata.namespace, pod.metadata.name);
  if (current?.metadata.uid === pod.metadata.uid && current !== undefined) release(context, current);
}

interface Failure {
  readonly reason: string;
  readonly message: string;
}

function failureOf(
  job: KubeObject,
  progress: Progress,
  pods: readonly KubeObject[],
  startMs: number,
  nowMs: number,
): Failure | undefined {
  if (progress.policyFailure !== undefined) return { reason: 'PodFailurePolicy', message: progress.policyFailure };
  const limit = numberOf(job.spec.backoffLimit);
  const restarts = pods
    .filter(isPodActive)
    .flatMap((pod) => itemsOf(pod.status?.containerStatuses))
    .reduce((sum, status) => sum + numberOf(status.restartCount), 0);
  const isPastRestarts = job.spec.template?.spec?.restartPolicy === 'OnFailure' && restarts > 0 && restarts >= limit;
  if (progress.failed > limit || isPastRestarts) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const deadline = job.spec.activeDeadlineSeconds;
  if (typeof deadline === 'number' && nowMs >= startMs + deadline * 1000) {
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

function hasSucceeded(job: KubeObject, progress: Progress, active: number): boolean {
  const { completions } = job.spec;
  // Without a number of completions, one success means that the work is done and the others come to an end.
  if (typeof completions !== 'number') return progress.succeeded > 0 && active === 0;
  return progress.succeeded >= completions;
}

/** Starts what is missing; returns when to look again because of a back-off. */
function runPods(scene: Scene, progress: Progress, active: readonly KubeObject[], nowMs: number): number | undefined {
  const { context, record, job } = scene;
  const wanted = wantedActive(job, progress, active.length);
  for (const pod of active.slice(wanted)) {
    context.client.delete('Pod', pod.metadata.namespace, pod.metadata.name);
    record(job, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
  }
  if (active.length >= wanted) return undefined;
  const backOffMs = Math.min(firstBackOffMs * 2 ** (progress.failed - 1), maxBackOffMs);
  if (progress.failed > 0 && nowMs < progress.lastFailureMs + backOffMs) return progress.lastFailureMs + backOffMs;
  const free = freeIndexes(job, progress, active);
  for (let missing = wanted - active.length; missing > 0; missing -= 1) {
    const pod = context.client.create(jobPod(job, free.shift(), context.random));
    record(job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
  }
  return undefined;
}

function wantedActive(job: KubeObject, progress: Progress, active: number): number {
  const parallelism = numberOf(job.spec.parallelism);
  if (typeof job.spec.completions === 'number') return Math.min(parallelism, job.spec.completions - progress.succeeded);
  return progress.succeeded > 0 ? active : parallelism;
}

function freeIndexes(job: KubeObject, progress: Progress, active: readonly KubeObject[]): number[] {
  if (job.spec.completionMode !== 'Indexed') return [];
  const taken = new Set([...progress.doneIndexes, ...active.map(indexOf)]);
  return Array.from({ length: numberOf(job.spec.completions) }, (_, index) => index).filter(
    (index) => !taken.has(index),
  );
}

interface Verdict {
  readonly startMs: number | undefined;
  readonly failure: Failure | undefined;
  readonly isDone: boolean;
  readonly isSuspended: boolean;
}

function writeProgress(scene: Scene, progress: Progress, { startMs, failure, isDone, isSuspended }: Verdict): void {
  const { context, record, job } = scene;
  const nowMs = context.clock.nowMs();
  const pods = podsOf(scene);
  const active = pods.filter(isPodActive);
  const terminating = pods.filter((pod) => isDeleting(pod) && !isPodEnded(pod)).length;
  const added = conditionsFor(job, failure, isDone, isSuspended, active.length + terminating === 0);
  const conditions = added.reduce<Record<string, unknown>[]>(
    (list, condition) => withCondition(list, { ...condition, lastProbeTime: timestamp(nowMs) }, nowMs),
    itemsOf(job.status?.conditions),
  );
  const before = new Set(itemsOf(job.status?.conditions).map(({ type, status }) => `${type}=${status}`));
  const written = writeStatus(context.client, job, {
    ...(startMs === undefined ? {} : { startTime: job.status?.startTime ?? timestamp(startMs) }),
    ...(active.length === 0 ? {} : { active: active.length }),
    ...(progress.succeeded === 0 ? {} : { succeeded: progress.succeeded }),
    ...(progress.failed === 0 ? {} : { failed: progress.failed }),
    ...(job.spec.completionMode === 'Indexed' && progress.doneIndexes.size > 0
      ? { completedIndexes: formatIndexes(progress.doneIndexes) }
      : {}),
    ready: active.filter(isPodReady).length,
    terminating,
    uncountedTerminatedPods: {},
    ...(isConditionNamed(conditions, 'Complete') ? { completionTime: timestamp(nowMs) } : {}),
    ...(conditions.length === 0 ? {} : { conditions: keepProbeTimes(conditions, itemsOf(job.status?.conditions)) }),
  });
  const isNew = (type: string, status = 'True') =>
    isConditionNamed(conditions, type, status) && !before.has(`${type}=${status}`);
  if (isNew('Complete')) record(written, { type: 'Normal', reason: 'Completed', message: 'Job completed' });
  if (isNew('Failed')) record(written, { type: 'Warning', ...failure! });
  if (isNew('Suspended')) record(written, { type: 'Normal', reason: 'Suspended', message: 'Job suspended' });
  if (isNew('Suspended', 'False')) record(written, { type: 'Normal', reason: 'Resumed', message: 'Job resumed' });
}

/** First the verdict, and once no pod runs any more the end. */
function conditionsFor(
  job: KubeObject,
  failure: Failure | undefined,
  isDone: boolean,
  isSuspended: boolean,
  isQuiet: boolean,
): Condition[] {
  if (failure !== undefined) {
    const failed: Condition = { type: 'Failed', status: 'True', ...failure };
    return [{ type: 'FailureTarget', status: 'True', ...failure }, ...(isQuiet ? [failed] : [])];
  }
  if (isDone) {
    const reached = { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
    const complete: Condition = { type: 'Complete', status: 'True', ...reached };
    return [{ type: 'SuccessCriteriaMet', status: 'True', ...reached }, ...(isQuiet ? [complete] : [])];
  }
  if (isSuspended) return [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }];
  if (isConditionTrue(job, 'Suspended')) {
    return [{ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }];
  }
  return [];
}

function isConditionNamed(conditions: readonly Record<string, unknown>[], type: string, status = 'True'): boolean {
  return conditions.some((one) => one.type === type && one.status === status);
}

/** A condition that only says the same again keeps its time, so that nothing is written for it. */
function keepProbeTimes(
  conditions: readonly Record<string, unknown>[],
  before: readonly Record<string, unknown>[],
): unknown[] {
  return conditions.map((condition) => {
    const same = before.find((one) => one.type === condition.type && one.status === condition.status);
    return same === undefined ? condition : { ...condition, lastProbeTime: same.lastProbeTime };
  });
}

function isFinished(job: KubeObject): boolean {
  return isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');
}

/** A finished Job goes after ttlSecondsAfterFinished; pods that end later are no longer waited for. */
function removeWhenExpired(scene: Scene): number | undefined {
  const { context, job } = scene;
  for (const pod of podsOf(scene))
    if (pod.metadata.finalizers?.includes(trackingFinalizer) === true) release(context, pod);
  const ttl = job.spec.ttlSecondsAfterFinished;
  if (typeof ttl !== 'number' || isDeleting(job)) return undefined;
  const end = itemsOf(job.status?.conditions).find(
    (one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True',
  );
  const expiryMs = (parseTimestamp(textOf(end?.lastTransitionTime)) ?? 0) + ttl * 1000;
  if (context.clock.nowMs() < expiryMs) return expiryMs;
  context.client.delete(kindName, job.metadata.namespace, job.metadata.name, { propagation: 'Foreground' });
  return undefined;
}
