import { itemsOf, numberOf, recordOf, textOf } from '../../kinds/fields.ts';
import { selectorMatches } from '../../kinds/label-selector.ts';
import type { KubeObject } from '../../kube-object.ts';
import { type Condition, withCondition } from '../conditions.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { findKind } from '../every-kind.ts';
import { isDeleting, keyOf, kindNameOf, parseKey } from '../object-key.ts';
import { isPodActive } from '../replicaset/pod-status.ts';
import { writeStatus } from '../status-writer.ts';
import { timestamp } from '../timestamps.ts';
import { startWorkQueue } from '../work-queue.ts';
import { type Reading, readMetric } from './metrics.ts';

const kindName = 'HorizontalPodAutoscaler.autoscaling';
const scalableKinds = ['Deployment.apps', 'ReplicaSet.apps', 'StatefulSet.apps', 'ReplicationController'];

/** Keeps the replicas of a workload between the bounds of its autoscaler, and follows simulated load within them. */
export const startAutoscalerController: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'horizontal-pod-autoscaler');
  const queue = startWorkQueue(context, 'autoscaler', (key) => {
    const { namespace, name } = parseKey(key);
    const autoscaler = client.get(kindName, namespace, name);
    if (autoscaler !== undefined && !isDeleting(autoscaler)) reconcile(context, record, autoscaler);
  });
  const wakeFor = (target: KubeObject) => {
    const { namespace, name } = target.metadata;
    for (const autoscaler of client.list(kindName, namespace === undefined ? {} : { namespace })) {
      const reference = recordOf(autoscaler.spec?.scaleTargetRef);
      if (reference.kind === target.kind && reference.name === name) queue.add(keyOf(autoscaler));
    }
  };
  const stops = [
    client.watch(kindName, ({ object }) => queue.add(keyOf(object))),
    ...scalableKinds.map((kind) => client.watch(kind, ({ object }) => wakeFor(object))),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

interface Outcome {
  readonly desired: number;
  readonly conditions: readonly Condition[];
  readonly metrics: readonly unknown[] | null;
  readonly rescaleReason?: string;
}

function reconcile(context: ControllerContext, record: RecordEvent, autoscaler: KubeObject): void {
  const { client, clock } = context;
  const target = findTarget(context, autoscaler);
  if (typeof target === 'string') {
    const message = `the HPA controller was unable to get the target's current scale: ${target}`;
    const failed: Condition = { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message };
    if (writeConditions(context, autoscaler, [failed]))
      record(autoscaler, { type: 'Warning', reason: 'FailedGetScale', message: target });
    return;
  }
  const current = numberOf(target.spec?.replicas);
  const outcome = decide(context, record, autoscaler, target, current);
  const isRescale = outcome.desired !== current;
  if (isRescale) {
    client.updateScale(target, outcome.desired);
    const message = `New size: ${outcome.desired}; reason: ${outcome.rescaleReason}`;
    record(autoscaler, { type: 'Normal', reason: 'SuccessfulRescale', message });
  }
  const conditions = outcome.conditions.reduce<Record<string, unknown>[]>(
    (list, condition) => withCondition(list, condition, clock.nowMs()),
    itemsOf(autoscaler.status?.conditions),
  );
  writeStatus(client, autoscaler, {
    ...autoscaler.status,
    ...(isRescale ? { lastScaleTime: timestamp(clock.nowMs()) } : {}),
    currentReplicas: current,
    desiredReplicas: outcome.desired,
    currentMetrics: outcome.metrics,
    conditions,
  });
}

function decide(
  context: ControllerContext,
  record: RecordEvent,
  autoscaler: KubeObject,
  target: KubeObject,
  current: number,
): Outcome {
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  const rescaled = (desired: number, rescaleReason: string, rest: Partial<Outcome> = {}): Outcome => ({
    metrics: autoscaler.status?.currentMetrics ?? null,
    ...rest,
    desired,
    rescaleReason,
    conditions: [
      ...(rest.conditions ?? []),
      ableToScale('SucceededRescale', `the HPA controller was able to update the target scale to ${desired}`),
    ],
  });
  const seen = ableToScale('SucceededGetScale', "the HPA controller was able to get the target's current scale");
  if (current === 0 && minReplicas !== 0) {
    const message = 'scaling is disabled since the replica count of the target is zero';
    const disabled: Condition = { type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message };
    return { desired: 0, metrics: null, conditions: [seen, disabled] };
  }
  if (current > maxReplicas) return rescaled(maxReplicas, 'Current number of replicas above Spec.MaxReplicas');
  if (current < minReplicas) return rescaled(minReplicas, 'Current number of replicas below Spec.MinReplicas');
  const readings = readMetrics(context, autoscaler, target);
  const proposals = readings.filter((reading) => reading.kind === 'proposal');
  const failure = readings.find((reading) => reading.kind === 'failure');
  const metrics = proposals.length === 0 ? null : proposals.map((reading) => reading.status);
  // A metric that cannot be read may hide a need: without all of them nothing is scaled down.
  const highest = proposals.toSorted((a, b) => b.replicas - a.replicas)[0];
  if (highest === undefined || (failure !== undefined && highest.replicas < current)) {
    if (failure !== undefined) recordFailure(record, autoscaler, failure);
    return { desired: current, metrics, conditions: failure === undefined ? [seen] : [seen, inactive(failure)] };
  }
  const desired = Math.min(Math.max(highest.replicas, minReplicas), maxReplicas);
  const conditions = [active(highest.name), limited(highest.replicas, minReplicas, maxReplicas)];
  if (desired === current) {
    const ready = ableToScale('ReadyForNewScale', 'recommended size matches current size');
    return { desired, metrics, conditions: [ready, ...conditions] };
  }
  const reason = desired > current ? `${highest.name} above target` : 'All metrics below target';
  return rescaled(desired, reason, { metrics, conditions });
}

function readMetrics(context: ControllerContext, autoscaler: KubeObject, target: KubeObject): Reading[] {
  const { namespace, name } = target.metadata;
  const pod = context.client
    .list('Pod', namespace === undefined ? {} : { namespace })
    .find((one) => selectorMatches(target.spec?.selector, one.metadata.labels) && isPodActive(one));
  const workload = {
    replicas: numberOf(target.spec?.replicas),
    podSpec: target.spec?.template?.spec,
    podName: pod?.metadata.name ?? name,
  };
  return itemsOf(autoscaler.spec?.metrics).map((metric) => readMetric(autoscaler, metric, workload));
}

/** The workload, or why there is none to scale. */
function findTarget({ client }: ControllerContext, autoscaler: KubeObject): KubeObject | string {
  const reference = recordOf(autoscaler.spec?.scaleTargetRef);
  const kind = kindNameOf(textOf(reference.apiVersion), textOf(reference.kind));
  if (findKind(client, kind) === undefined)
    return `no matches for kind "${textOf(reference.kind)}" in group "${groupOf(textOf(reference.apiVersion))}"`;
  const name = textOf(reference.name);
  if (!scalableKinds.includes(kind)) return 'the server could not find the requested resource';
  const target = client.get(kind, autoscaler.metadata.namespace, name);
  const group = groupOf(textOf(reference.apiVersion));
  const resource = `${textOf(reference.kind).toLowerCase()}s${group === '' ? '' : `.${group}`}`;
  return target ?? `${resource} "${name}" not found`;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

function writeConditions(context: ControllerContext, autoscaler: KubeObject, added: readonly Condition[]): boolean {
  const before = itemsOf(autoscaler.status?.conditions);
  const conditions = added.reduce((list, condition) => withCondition(list, condition, context.clock.nowMs()), before);
  return writeStatus(context.client, autoscaler, { ...autoscaler.status, conditions }) !== autoscaler;
}

/** Told once for each new cause: the condition goes on saying it. */
function recordFailure(record: RecordEvent, autoscaler: KubeObject, failure: Reading & { kind: 'failure' }): void {
  const before = itemsOf(autoscaler.status?.conditions).find((condition) => condition.type === 'ScalingActive');
  if (before?.message === failure.message) return;
  const cause = failure.message.replace('the HPA was unable to compute the replica count: ', '');
  record(autoscaler, { type: 'Warning', reason: failure.reason, message: cause });
  const message = `invalid metrics (1 invalid out of ${itemsOf(autoscaler.spec?.metrics).length}), first error is: ${cause}`;
  record(autoscaler, { type: 'Warning', reason: 'FailedComputeMetricsReplicas', message });
}

function ableToScale(reason: string, message: string): Condition {
  return { type: 'AbleToScale', status: 'True', reason, message };
}

function active(metric: string): Condition {
  const message = `the HPA was able to successfully calculate a replica count from ${metric}`;
  return { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message };
}

function inactive({ reason, message }: Reading & { kind: 'failure' }): Condition {
  return { type: 'ScalingActive', status: 'False', reason, message };
}

function limited(proposed: number, min: number, max: number): Condition {
  const type = 'ScalingLimited';
  if (proposed > max) {
    return {
      type,
      status: 'True',
      reason: 'TooManyReplicas',
      message: 'the desired replica count is more than the maximum replica count',
    };
  }
  if (proposed < min) {
    return {
      type,
      status: 'True',
      reason: 'TooFewReplicas',
      message: 'the desired replica count is less than the minimum replica count',
    };
  }
  return {
    type,
    status: 'False',
    reason: 'DesiredWithinRange',
    message: 'the desired count is within the acceptable range',
  };
}
