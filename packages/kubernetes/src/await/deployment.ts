import { jsonAt, type KubeObject, listAt, numberAt, textAt } from '../json.ts';
import { conditionOf, conditionWords, countAt, isConditionTrue, isObserved } from './conditions.ts';
import { troublesOf } from './pod-troubles.ts';
import { failed, type ReadinessRule, ready, type Surroundings, waiting } from './readiness.ts';

const replicaSets = 'apps/v1/ReplicaSet';
const pods = 'v1/Pod';
const claims = 'v1/PersistentVolumeClaim';
const revision = 'deployment.kubernetes.io/revision';

/**
 * Ready when the rollout of the newest template is over: its ReplicaSet has the pods it wants ready, and old pods are
 * not waited for to end (Pulumi: the Deployment awaiter). Fails at once when the controller gives up on the rollout.
 */
export const deploymentRule: ReadinessRule = {
  related: (deployment) => (claimNames(deployment).length > 0 ? [replicaSets, pods, claims] : [replicaSets, pods]),
  judge(deployment, around) {
    if (!isObserved(deployment)) return waiting('Waiting for the Deployment controller');
    const current = currentReplicaSet(deployment, around);
    const progressing = conditionOf(deployment, 'Progressing');
    const causes = rolloutCauses(deployment, current, around);
    if (textAt(progressing, 'reason') === 'ProgressDeadlineExceeded')
      return failed(`The rollout did not progress in time: ${conditionWords(progressing)}`, ...causes);
    if (jsonAt(deployment, 'spec', 'paused') === true)
      return { kind: 'ready', warnings: ['The Deployment is paused: its pods were not waited for'] };
    if (current === undefined) return waiting('Waiting for the ReplicaSet of the new template', causes);
    const wanted = countAt(current, 'spec', 'replicas');
    const readyCount = countAt(current, 'status', 'readyReplicas');
    const isRolled = wanted === 0 || hasRolledOut(deployment);
    // While a rollout is on, the new ReplicaSet wants less than the Deployment does.
    const wantedInAll = numberAt(deployment, 'spec', 'replicas') ?? wanted;
    const status = `Waiting for Pods of the new template: ${readyCount} of ${wantedInAll} ready`;
    const areReady = readyCount >= wanted && countAt(deployment, 'status', 'updatedReplicas') >= wantedInAll;
    return isRolled && areReady ? ready : waiting(status, causes);
  },
};

/** A first rollout is over when the Deployment is available, a later one when the new ReplicaSet is said to be. */
function hasRolledOut(deployment: KubeObject): boolean {
  if (!isConditionTrue(deployment, 'Available')) return false;
  const number = textAt(deployment, 'metadata', 'annotations', revision);
  if (number === '' || number === '1') return true;
  const progressing = conditionOf(deployment, 'Progressing');
  return progressing === undefined || textAt(progressing, 'reason') === 'NewReplicaSetAvailable';
}

function currentReplicaSet(deployment: KubeObject, around: Surroundings): KubeObject | undefined {
  const number = textAt(deployment, 'metadata', 'annotations', revision);
  if (number === '') return undefined;
  for (const set of around.ownedBy(replicaSets, textAt(deployment, 'metadata', 'uid')))
    if (textAt(set, 'metadata', 'annotations', revision) === number) return set;
  return undefined;
}

function rolloutCauses(deployment: KubeObject, current: KubeObject | undefined, around: Surroundings): string[] {
  const causes: string[] = [];
  if (current !== undefined) causes.push(...troublesOf(around.ownedBy(pods, textAt(current, 'metadata', 'uid'))));
  const failure = conditionOf(deployment, 'ReplicaFailure');
  if (textAt(failure, 'status') === 'True') causes.push(`Pods cannot be created: ${conditionWords(failure)}`);
  for (const name of claimNames(deployment)) {
    const claim = around.get(claims, name);
    if (claim === undefined) causes.push(`PersistentVolumeClaim "${name}" does not exist`);
    else if (textAt(claim, 'status', 'phase') !== 'Bound')
      causes.push(`PersistentVolumeClaim "${name}" is ${textAt(claim, 'status', 'phase') || 'not bound'}`);
  }
  return causes;
}

function claimNames(deployment: KubeObject): readonly string[] {
  return listAt(deployment, 'spec', 'template', 'spec', 'volumes')
    .map((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== '');
}
