import { ApiError } from '../../api-error.ts';
import { type CronSchedule, parseSchedule } from '../../kinds/batch/cron-schedule.ts';
import { itemsOf, numberOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { isConditionTrue } from '../conditions.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { controllerKey, controllerOf, controllerReference } from '../owners.ts';
import { writeStatus } from '../status-writer.ts';
import { parseTimestamp, timestamp } from '../timestamps.ts';
import { startWorkQueue } from '../work-queue.ts';

const kindName = 'CronJob.batch';
const jobKindName = 'Job.batch';
const maxMissed = 100;

/** Makes Jobs at the times of a schedule. */
export const startCronJobController: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'cronjob-controller');
  const queue = startWorkQueue(context, 'cronjob', (key) => {
    const { namespace, name } = parseKey(key);
    const cronJob = client.get(kindName, namespace, name);
    if (cronJob === undefined || isDeleting(cronJob)) return;
    const nextMs = reconcile({ context, record, cronJob });
    if (nextMs !== undefined) queue.addAfter(key, nextMs - context.clock.nowMs());
  });
  const stops = [
    client.watch(kindName, ({ object }) => queue.add(keyOf(object))),
    client.watch(jobKindName, ({ object }) => {
      const key = controllerKey(object, kindName);
      if (key !== undefined) queue.add(key);
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
  readonly cronJob: KubeObject;
}

function reconcile(scene: Scene): number | undefined {
  const { context, record, cronJob } = scene;
  removeHistory(scene);
  observe(scene);
  if (cronJob.spec.suspend === true) return undefined;
  const schedule = parseSchedule(textOf(cronJob.spec.schedule), cronJob.spec.timeZone);
  if (typeof schedule === 'string') {
    const message = `unparseable schedule: "${cronJob.spec.schedule}" : ${schedule}`;
    record(cronJob, { type: 'Warning', reason: 'UnparseableSchedule', message });
    return undefined;
  }
  const nowMs = context.clock.nowMs();
  const dueMs = lastDue(cronJob, schedule, nowMs);
  if (dueMs !== undefined) startJob(scene, dueMs);
  return schedule.next(nowMs);
}

function jobsOf({ context, cronJob }: Scene): KubeObject[] {
  const { namespace, uid } = cronJob.metadata;
  return context.client
    .list(jobKindName, namespace === undefined ? {} : { namespace })
    .filter((job) => controllerOf(job)?.uid === uid);
}

function isFinished(job: KubeObject): boolean {
  return isConditionTrue(job, 'Complete') || isConditionTrue(job, 'Failed');
}

/** The latest time that has come since the last run; undefined when none has. Of many that were missed only the latest counts. */
function lastDue(cronJob: KubeObject, schedule: CronSchedule, nowMs: number): number | undefined {
  const since = cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp;
  let fromMs = parseTimestamp(since) ?? nowMs;
  const deadline = cronJob.spec.startingDeadlineSeconds;
  if (typeof deadline === 'number') fromMs = Math.max(fromMs, nowMs - deadline * 1000);
  let due: number | undefined;
  for (let count = 0; count < maxMissed * 100; count += 1) {
    const next = schedule.next(fromMs);
    if (next === undefined || next > nowMs) return due;
    due = next;
    fromMs = next;
  }
  return due;
}

function startJob(scene: Scene, dueMs: number): void {
  const { context, record, cronJob } = scene;
  const name = `${cronJob.metadata.name}-${Math.floor(dueMs / 60_000)}`;
  const active = jobsOf(scene).filter((job) => !isFinished(job) && !isDeleting(job));
  const isMade = context.client.get(jobKindName, cronJob.metadata.namespace, name) !== undefined;
  if (isMade) {
    writeSchedule(scene, dueMs);
    return;
  }
  if (cronJob.spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    record(cronJob, { type: 'Normal', reason: 'JobAlreadyActive', message });
    return;
  }
  if (cronJob.spec.concurrencyPolicy === 'Replace') for (const job of active) removeJob(scene, job);
  try {
    context.client.create(jobFor(cronJob, name, dueMs));
  } catch (error) {
    if (error instanceof ApiError) {
      record(cronJob, { type: 'Warning', reason: 'FailedCreate', message: `Error creating job: ${error.message}` });
    }
    throw error;
  }
  record(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${name}` });
  writeSchedule(scene, dueMs);
}

function jobFor(cronJob: KubeObject, name: string, dueMs: number): KubeObject {
  const template = structuredClone(recordOf(cronJob.spec.jobTemplate));
  const { labels, annotations } = recordOf(template.metadata);
  const { namespace } = cronJob.metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels: labels as Record<string, string> }),
      annotations: {
        ...(recordOf(annotations) as Record<string, string>),
        'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(dueMs),
      },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: template.spec,
  };
}

function writeSchedule({ context, cronJob }: Scene, dueMs: number): void {
  const current = context.client.get(kindName, cronJob.metadata.namespace, cronJob.metadata.name);
  if (current === undefined) return;
  writeStatus(context.client, current, { ...current.status, lastScheduleTime: timestamp(dueMs) });
}

/** The Jobs that run now, and when one last succeeded. */
function observe(scene: Scene): void {
  const { context, record, cronJob } = scene;
  const jobs = jobsOf(scene);
  const active = jobs
    .filter((job) => !isFinished(job))
    .map(({ apiVersion, kind, metadata }) => ({
      apiVersion,
      kind,
      namespace: metadata.namespace,
      name: metadata.name,
      uid: metadata.uid,
      resourceVersion:
        itemsOf(cronJob.status?.active).find((one) => one.uid === metadata.uid)?.resourceVersion ??
        metadata.resourceVersion,
    }));
  for (const before of itemsOf(cronJob.status?.active)) {
    const job = jobs.find((one) => one.metadata.uid === before.uid);
    if (job === undefined || !isFinished(job)) continue;
    const condition = isConditionTrue(job, 'Complete') ? 'Complete' : 'Failed';
    const message = `Saw completed job: ${job.metadata.name}, condition: ${condition}`;
    record(cronJob, { type: 'Normal', reason: 'SawCompletedJob', message });
  }
  const successes = jobs
    .map((job) => textOf(job.status?.completionTime))
    .filter((time) => time !== '')
    .toSorted();
  const lastSuccessfulTime = successes.at(-1) ?? cronJob.status?.lastSuccessfulTime;
  const { active: _, ...rest } = recordOf(cronJob.status);
  writeStatus(context.client, cronJob, {
    ...rest,
    ...(active.length === 0 ? {} : { active }),
    ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
  });
}

function removeHistory(scene: Scene): void {
  const { cronJob } = scene;
  const finished = jobsOf(scene)
    .filter((job) => isFinished(job) && !isDeleting(job))
    .toSorted((a, b) => (textOf(a.status?.startTime) < textOf(b.status?.startTime) ? -1 : 1));
  const limits = [
    ['Complete', numberOf(cronJob.spec.successfulJobsHistoryLimit)],
    ['Failed', numberOf(cronJob.spec.failedJobsHistoryLimit)],
  ] as const;
  for (const [condition, limit] of limits) {
    const jobs = finished.filter((job) => isConditionTrue(job, condition));
    for (const job of jobs.slice(0, Math.max(0, jobs.length - limit))) removeJob(scene, job);
  }
}

function removeJob({ context, record, cronJob }: Scene, job: KubeObject): void {
  context.client.delete(jobKindName, job.metadata.namespace, job.metadata.name, { propagation: 'Background' });
  record(cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${job.metadata.name}` });
}
