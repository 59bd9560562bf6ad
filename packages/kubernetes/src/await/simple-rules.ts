import { type KubeObject, listAt, mapAt, numberAt, textAt } from '../json.ts';
import { quantitiesEqual } from '../kinds/quantity.ts';
import { conditionOf, conditionWords, countAt, isConditionTrue } from './conditions.ts';
import { troublesOf } from './pod-troubles.ts';
import { failed, type ReadinessRule, ready, type Surroundings, waiting } from './readiness.ts';

const storageClasses = 'storage.k8s.io/v1/StorageClass';
const defaultClass = 'storageclass.kubernetes.io/is-default-class';

export const namespaceRule: ReadinessRule = {
  related: () => [],
  judge: (namespace) =>
    textAt(namespace, 'status', 'phase') === 'Active' ? ready : waiting('Waiting for the Namespace to be active'),
};

/** Ready when bound, or when its storage class binds only once a pod uses it. */
export const claimRule: ReadinessRule = {
  related: () => [storageClasses],
  judge(claim, around) {
    const phase = textAt(claim, 'status', 'phase');
    if (phase === 'Bound' || bindsOnUse(claim, around)) return ready;
    if (phase === 'Lost') return failed('The PersistentVolume that the claim was bound to is gone');
    const name = textAt(claim, 'spec', 'storageClassName');
    const isUnknown = name !== '' && around.sees(storageClasses) && around.get(storageClasses, name) === undefined;
    return waiting(
      'Waiting for the PersistentVolumeClaim to be bound',
      isUnknown ? [`No storage class "${name}" exists`] : [],
    );
  },
};

function bindsOnUse(claim: KubeObject, around: Surroundings): boolean {
  const name = textAt(claim, 'spec', 'storageClassName');
  for (const candidate of around.all(storageClasses)) {
    const isMeant =
      name === ''
        ? textAt(candidate, 'metadata', 'annotations', defaultClass) === 'true'
        : textAt(candidate, 'metadata', 'name') === name;
    if (isMeant && textAt(candidate, 'volumeBindingMode') === 'WaitForFirstConsumer') return true;
  }
  return false;
}

export const volumeRule: ReadinessRule = {
  related: () => [],
  judge(volume) {
    const phase = textAt(volume, 'status', 'phase');
    if (phase === 'Available' || phase === 'Bound') return ready;
    if (phase === 'Failed') return failed(`The PersistentVolume failed: ${textAt(volume, 'status', 'message')}`);
    return waiting('Waiting for the PersistentVolume to be available');
  },
};

/** Ready when the API server serves the kind it defines. */
export const customResourceDefinitionRule: ReadinessRule = {
  related: () => [],
  judge(definition) {
    if (isConditionTrue(definition, 'Established')) return ready;
    const names = conditionOf(definition, 'NamesAccepted');
    if (textAt(names, 'status') === 'False') return failed(`Its names are taken: ${conditionWords(names)}`);
    return waiting('Waiting for the CustomResourceDefinition to be established');
  },
};

/** Only a token Secret is filled by a controller; every other is ready as it is. */
export const secretRule: ReadinessRule = {
  related: () => [],
  judge(secret) {
    const isToken = textAt(secret, 'type') === 'kubernetes.io/service-account-token';
    return !isToken || Object.keys(mapAt(secret, 'data')).length > 0 ? ready : waiting('Waiting for the token');
  },
};

export const replicationControllerRule: ReadinessRule = {
  related: () => ['v1/Pod'],
  judge(controller, around) {
    const wanted = numberAt(controller, 'spec', 'replicas') ?? 1;
    const available = countAt(controller, 'status', 'availableReplicas');
    if (available >= wanted) return ready;
    const causes = troublesOf(around.ownedBy('v1/Pod', textAt(controller, 'metadata', 'uid')));
    return waiting(`Waiting for Pods: ${available} of ${wanted} available`, causes);
  },
};

export const resourceQuotaRule: ReadinessRule = {
  related: () => [],
  judge(quota) {
    const wanted = mapAt(quota, 'spec', 'hard');
    const taken = mapAt(quota, 'status', 'hard');
    const isTaken = Object.entries(wanted).every(
      ([name, amount]) => name in taken && quantitiesEqual(amount, taken[name]!),
    );
    return isTaken ? ready : waiting('Waiting for the ResourceQuota to take effect');
  },
};

/** For kinds without a rule of their own, where waiting for all kinds is asked for (cli-utils: kstatus, generic rules). */
export const genericRule: ReadinessRule = {
  related: () => [],
  judge(object) {
    const observed = numberAt(object, 'status', 'observedGeneration');
    if (observed !== undefined && observed < (numberAt(object, 'metadata', 'generation') ?? 0))
      return waiting('Waiting for its controller');
    const stalled = conditionOf(object, 'Stalled');
    if (textAt(stalled, 'status') === 'True') return failed(`It is stalled: ${conditionWords(stalled)}`);
    if (isConditionTrue(object, 'Reconciling')) return waiting('Waiting for its controller');
    const condition = listAt(object, 'status', 'conditions').find((item) => textAt(item, 'type') === 'Ready');
    if (condition === undefined || textAt(condition, 'status') === 'True') return ready;
    return waiting(
      'Waiting for it to be ready',
      [conditionWords(condition)].filter((text) => text !== ''),
    );
  },
};
