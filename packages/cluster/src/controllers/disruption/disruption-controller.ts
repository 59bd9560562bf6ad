import { itemsOf, numberOf } from '../../kinds/fields.ts';
import { selectorMatches } from '../../kinds/label-selector.ts';
import { scaledIntOrPercent } from '../../kinds/validation/int-or-percent.ts';
import type { KubeObject } from '../../kube-object.ts';
import { withCondition } from '../conditions.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { isDeleting, keyOf, kindNameOf, parseKey } from '../object-key.ts';
import { controllerOf } from '../owners.ts';
import { isPodEnded, isPodReady } from '../replicaset/pod-status.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';

const kindName = 'PodDisruptionBudget.policy';

/** Says how many pods of a budget may be taken away now. */
export const startDisruptionController: StartController = (context) => {
  const { client } = context;
  const queue = startWorkQueue(context, 'disruption', (key) => {
    const { namespace, name } = parseKey(key);
    const budget = client.get(kindName, namespace, name);
    if (budget !== undefined && !isDeleting(budget)) reconcile(context, budget);
  });
  const wakeAll = ({ metadata: { namespace } }: KubeObject) => {
    for (const budget of client.list(kindName, namespace === undefined ? {} : { namespace })) queue.add(keyOf(budget));
  };
  const stops = [
    client.watch(kindName, ({ object }) => queue.add(keyOf(object))),
    client.watch('Pod', ({ object }) => wakeAll(object)),
    client.watch('ReplicaSet.apps', ({ object }) => wakeAll(object)),
    client.watch('StatefulSet.apps', ({ object }) => wakeAll(object)),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

function reconcile(context: ControllerContext, budget: KubeObject): void {
  const { client, clock } = context;
  const { namespace } = budget.metadata;
  const pods = client
    .list('Pod', namespace === undefined ? {} : { namespace })
    .filter((pod) => selectorMatches(budget.spec?.selector, pod.metadata.labels) && !isPodEnded(pod));
  const { expected, desired } = wantedHealthy(context, budget, pods);
  const healthy = pods.filter((pod) => isPodReady(pod) && !isDeleting(pod)).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  const condition = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration: budget.metadata.generation,
  } as const;
  writeStatus(client, budget, {
    conditions: withCondition(itemsOf(budget.status?.conditions), condition, clock.nowMs()),
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation,
  });
}

/** A percentage, and what may be unavailable, are parts of what the controllers of the pods want, not of what is there. */
function wantedHealthy(
  context: ControllerContext,
  budget: KubeObject,
  pods: readonly KubeObject[],
): { expected: number; desired: number } {
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined && maxUnavailable !== null) {
    const expected = scaleOf(context, pods);
    return { expected, desired: Math.max(0, expected - scaledIntOrPercent(maxUnavailable, expected, 'up')) };
  }
  if (typeof minAvailable === 'string') {
    const expected = scaleOf(context, pods);
    return { expected, desired: scaledIntOrPercent(minAvailable, expected, 'up') };
  }
  return { expected: pods.length, desired: numberOf(minAvailable) };
}

function scaleOf({ client }: ControllerContext, pods: readonly KubeObject[]): number {
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined || owners.has(owner.uid)) continue;
    const workload = client.get(kindNameOf(owner.apiVersion, owner.kind), pod.metadata.namespace, owner.name);
    owners.set(owner.uid, numberOf(workload?.spec?.replicas));
  }
  return [...owners.values()].reduce((sum, replicas) => sum + replicas, 0);
}
