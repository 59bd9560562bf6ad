import { numberOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { StartController } from '../controller.ts';
import { eventRecorder } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { claim, controllerKey, controllerOf } from '../owners.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';
import { deploymentStatus, isComplete, progressDeadlineMs } from './deployment-status.ts';
import { activeSets, desiredReplicas } from './replica-arithmetic.ts';
import {
  allSets,
  copyRevision,
  type DeploymentTools,
  HashCollision,
  observeRollout,
  type Rollout,
  recordedReplicas,
  refreshCurrent,
  removeHistory,
} from './replica-sets.ts';
import { stepRecreate, stepRollingUpdate, stepScaling } from './rollout-steps.ts';

const deploymentKindName = 'Deployment.apps';
const replicaSetKindName = 'ReplicaSet.apps';

/** Rolls Deployments out over ReplicaSets, one step per pass; each change of a set brings the next pass. */
export const startDeploymentController: StartController = (context) => {
  const tools: DeploymentTools = { ...context, record: eventRecorder(context, 'deployment-controller') };
  const queue = startWorkQueue(context, 'deployment', (key) => {
    const { namespace, name } = parseKey(key);
    const deployment = context.client.get(deploymentKindName, namespace, name);
    if (deployment === undefined) return;
    const nextMs = reconcile(tools, deployment);
    if (nextMs !== undefined) queue.addAfter(key, nextMs - context.clock.nowMs());
  });
  const wakeOwners = (set: KubeObject) => {
    const key = controllerKey(set, deploymentKindName);
    if (key !== undefined) return queue.add(key);
    // An orphan may be anybody's in its namespace.
    if (controllerOf(set) !== undefined) return;
    const { namespace } = set.metadata;
    for (const one of context.client.list(deploymentKindName, namespace === undefined ? {} : { namespace }))
      queue.add(keyOf(one));
  };
  const wakeGrandparent = (pod: KubeObject) => {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'ReplicaSet') return;
    const set = context.client.get(replicaSetKindName, pod.metadata.namespace, owner.name);
    const key = set === undefined ? undefined : controllerKey(set, deploymentKindName);
    if (key !== undefined) queue.add(key);
  };
  const stops = [
    context.client.watch(deploymentKindName, ({ object }) => queue.add(keyOf(object))),
    context.client.watch(replicaSetKindName, ({ object }) => wakeOwners(object)),
    // Recreate waits for the last old pod, which the status of its set no longer counts.
    context.client.watch('Pod', ({ type, object }) => {
      if (type === 'DELETED') wakeGrandparent(object);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

/** One pass; returns when to look again if nothing happens until then. */
function reconcile(tools: DeploymentTools, deployment: KubeObject): number | undefined {
  const observed = observeRollout(deployment, claim(tools.client, deployment, replicaSetKindName));
  if (isDeleting(deployment)) {
    writeStatus(tools.client, deployment, deploymentStatus(observed, tools.clock.nowMs()));
    return undefined;
  }
  let rollout = refreshCurrent(tools, observed);
  try {
    rollout = step(tools, rollout);
  } catch (error) {
    if (!(error instanceof HashCollision)) throw error;
    const collisionCount = numberOf(deployment.status?.collisionCount) + 1;
    writeStatus(tools.client, deployment, { ...deployment.status, collisionCount });
    return undefined;
  }
  rollout = copyRevision(tools, rollout);
  const status = deploymentStatus(rollout, tools.clock.nowMs());
  if (deployment.spec.paused === true || isComplete(rollout.deployment, status)) removeHistory(tools, rollout);
  writeStatus(tools.client, rollout.deployment, status);
  return progressDeadlineMs(rollout.deployment, status);
}

function step(tools: DeploymentTools, rollout: Rollout): Rollout {
  const { deployment } = rollout;
  if (deployment.spec.paused === true || wasScaled(rollout)) return stepScaling(tools, rollout);
  return deployment.spec.strategy?.type === 'Recreate'
    ? stepRecreate(tools, rollout)
    : stepRollingUpdate(tools, rollout);
}

function wasScaled(rollout: Rollout): boolean {
  const desired = desiredReplicas(rollout.deployment);
  return activeSets(allSets(rollout)).some((set) => (recordedReplicas(set) ?? desired) !== desired);
}
