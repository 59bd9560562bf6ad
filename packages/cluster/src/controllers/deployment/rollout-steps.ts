import { numberOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import {
  activeSets,
  actualReplicas,
  availableReplicas,
  byAge,
  desiredReplicas,
  rolloutBounds,
  sumOf,
} from './replica-arithmetic.ts';
import {
  allSets,
  createCurrent,
  type DeploymentTools,
  newSetReplicas,
  type Rollout,
  recordedMaximum,
  scaleSet,
} from './replica-sets.ts';

/** One step of a rolling update: first up within the surge, then down within what may be missing. */
export function stepRollingUpdate(tools: DeploymentTools, observed: Rollout): Rollout {
  const rollout = observed.current === undefined ? createCurrent(tools, observed) : observed;
  const current = rollout.current!;
  const { deployment } = rollout;
  const desired = desiredReplicas(deployment);
  const own = desiredReplicas(current);
  const wanted = own > desired ? desired : own < desired ? newSetReplicas(rollout) : own;
  if (wanted !== own) return { ...rollout, current: scaleSet(tools, deployment, current, wanted) };
  return { ...rollout, old: shrinkOld(tools, rollout, current) };
}

/** One step of Recreate: nothing new before everything old is gone. */
export function stepRecreate(tools: DeploymentTools, rollout: Rollout): Rollout {
  const { deployment, old } = rollout;
  if (activeSets(old).length > 0) {
    return { ...rollout, old: old.map((set) => scaleSet(tools, deployment, set, 0)) };
  }
  if (sumOf(old, actualReplicas) > 0 || hasOldPods(tools, rollout)) return rollout;
  if (rollout.current === undefined) return createCurrent(tools, rollout);
  return { ...rollout, current: scaleSet(tools, deployment, rollout.current, desiredReplicas(deployment)) };
}

/** Follows a change of `replicas`, also while paused: every set by its share. No new set is made. */
export function stepScaling(tools: DeploymentTools, rollout: Rollout): Rollout {
  const { deployment, current, old } = rollout;
  const active = activeSets(allSets(rollout));
  const only = active.length === 0 ? (current ?? old.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only !== undefined)
    return replaceSet(rollout, only, scaleSet(tools, deployment, only, desiredReplicas(deployment)));
  if (active.length === 0) return rollout;
  if (current !== undefined && isSaturated(deployment, current)) {
    return {
      ...rollout,
      old: old.map((set) => (desiredReplicas(set) > 0 ? scaleSet(tools, deployment, set, 0) : set)),
    };
  }
  if (deployment.spec.strategy?.type !== 'RollingUpdate') return rollout;
  return scaleByShare(tools, rollout, active);
}

function replaceSet(rollout: Rollout, set: KubeObject, replacement: KubeObject): Rollout {
  if (set === rollout.current) return { ...rollout, current: replacement };
  return { ...rollout, old: rollout.old.map((one) => (one === set ? replacement : one)) };
}

/** Everything runs from this set, and is available: what is left of others may go. */
function isSaturated(deployment: KubeObject, set: KubeObject): boolean {
  const desired = desiredReplicas(deployment);
  return desiredReplicas(set) === desired && availableReplicas(set) === desired;
}

function scaleByShare(tools: DeploymentTools, rollout: Rollout, active: readonly KubeObject[]): Rollout {
  const { deployment } = rollout;
  const desired = desiredReplicas(deployment);
  const allowed = desired > 0 ? desired + rolloutBounds(deployment).maxSurge : 0;
  const toAdd = allowed - sumOf(active, desiredReplicas);
  const newestFirst = (a: KubeObject, b: KubeObject) => (toAdd > 0 ? byAge(b, a) : byAge(a, b));
  const sorted = active.toSorted((a, b) => desiredReplicas(b) - desiredReplicas(a) || newestFirst(a, b));
  let added = 0;
  const sizes = sorted.map((set) => {
    const share = toAdd === 0 ? 0 : shareOf(deployment, set, allowed, toAdd, added);
    added += share;
    return desiredReplicas(set) + share;
  });
  if (sizes.length > 0) sizes[0] = Math.max(0, sizes[0]! + toAdd - added);
  return sorted.reduce(
    (scaled, set, at) => replaceSet(scaled, set, scaleSet(tools, deployment, set, sizes[at]!)),
    rollout,
  );
}

/** The part of a change that falls to one set, by its size among all, never beyond what is left to give. */
function shareOf(deployment: KubeObject, set: KubeObject, allowed: number, toAdd: number, added: number): number {
  const own = desiredReplicas(set);
  const status = numberOf(deployment.status?.replicas);
  const maximum = recordedMaximum(set) ?? status;
  const fraction =
    desiredReplicas(deployment) === 0 ? -own : maximum === 0 ? 0 : Math.round((own * allowed) / maximum) - own;
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function shrinkOld(tools: DeploymentTools, rollout: Rollout, current: KubeObject): readonly KubeObject[] {
  const { deployment, old } = rollout;
  if (sumOf(old, desiredReplicas) === 0) return old;
  const minAvailable = desiredReplicas(deployment) - rolloutBounds(deployment).maxUnavailable;
  const newUnavailable = desiredReplicas(current) - availableReplicas(current);
  const spare = sumOf(allSets(rollout), desiredReplicas) - minAvailable - newUnavailable;
  if (spare <= 0) return old;
  const cleaned = shrinkBy(tools, deployment, old, spare, (set) => desiredReplicas(set) - availableReplicas(set));
  const excess = sumOf([...cleaned, current], availableReplicas) - minAvailable;
  return shrinkBy(tools, deployment, cleaned, excess, desiredReplicas);
}

/** Takes up to `count` pods from the sets, oldest first, from each at most what `removable` says. */
function shrinkBy(
  tools: DeploymentTools,
  deployment: KubeObject,
  sets: readonly KubeObject[],
  count: number,
  removable: (set: KubeObject) => number,
): KubeObject[] {
  let left = count;
  return sets.toSorted(byAge).map((set) => {
    const taken = Math.min(left, removable(set), desiredReplicas(set));
    if (taken <= 0) return set;
    left -= taken;
    return scaleSet(tools, deployment, set, desiredReplicas(set) - taken);
  });
}

function hasOldPods(tools: DeploymentTools, { deployment, old }: Rollout): boolean {
  const uids = new Set(old.map((set) => set.metadata.uid));
  const { namespace } = deployment.metadata;
  return tools.client.list('Pod', namespace === undefined ? {} : { namespace }).some((pod) => {
    const isEnded = ['Succeeded', 'Failed'].includes(textOf(pod.status?.phase));
    return !isEnded && pod.metadata.ownerReferences?.some((owner) => uids.has(owner.uid)) === true;
  });
}
