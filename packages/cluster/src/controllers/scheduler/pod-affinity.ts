import { isRecord, itemsOf, numberOf, recordOf, stringMapOf, stringsOf, textOf } from '../../kinds/fields.ts';
import { selectorMatches } from '../../kinds/label-selector.ts';
import type { KubeObject } from '../../kube-object.ts';
import { isDeleting } from '../object-key.ts';
import type { Misfit } from './fit.ts';
import { matchesNodeAffinity, untoleratedTaint } from './node-matching.ts';

type Part = Record<string, unknown>;

/** All nodes with the pods on them, and the labels of namespaces: what affinity between pods is about. */
export interface Neighbourhood {
  readonly nodes: readonly KubeObject[];
  podsOn(node: string): readonly KubeObject[];
  /** Pods that want others kept away from them, with their nodes. */
  readonly guarded: readonly { readonly pod: KubeObject; readonly node: KubeObject }[];
  namespaceLabels(name: string): Record<string, string>;
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Required affinity and anti-affinity to other pods, theirs to this one, and spread constraints that forbid (kubernetes docs: Assigning Pods to Nodes). */
export function neighbourMisfit(pod: KubeObject, node: KubeObject, neighbours: Neighbourhood): Misfit | undefined {
  const { podAffinity, podAntiAffinity } = recordOf(pod.spec?.affinity);
  const movable = (reason: string): Misfit => ({ reasons: [reason], preemptionCouldHelp: true });
  if (itemsOf(pod.spec?.topologySpreadConstraints).some((one) => breaksSpread(pod, node, one, neighbours))) {
    return movable("node(s) didn't match pod topology spread constraints");
  }
  if (!itemsOf(recordOf(podAffinity)[required]).every((term) => affinityHolds(pod, node, term, neighbours))) {
    return { reasons: ["node(s) didn't match pod affinity rules"], preemptionCouldHelp: false };
  }
  if (itemsOf(recordOf(podAntiAffinity)[required]).some((term) => hasMatch(pod, node, term, neighbours))) {
    return movable("node(s) didn't match pod anti-affinity rules");
  }
  if (isShunned(pod, node, neighbours)) return movable("node(s) didn't satisfy existing pods anti-affinity rules");
  return undefined;
}

/** The pods on these nodes that others must keep away from. */
export function guardedPods(nodes: readonly KubeObject[], podsOn: Neighbourhood['podsOn']): Neighbourhood['guarded'] {
  return nodes.flatMap((node) =>
    podsOn(node.metadata.name)
      .filter((pod) => !isDeleting(pod) && antiAffinityTerms(pod).length > 0)
      .map((pod) => ({ pod, node })),
  );
}

function domainOf(node: KubeObject, key: string): string | undefined {
  return node.metadata.labels?.[key];
}

/** The pods in the same domain as a node: on the same node, in the same zone, as the key says. */
function podsInDomain(node: KubeObject, key: string, neighbours: Neighbourhood): KubeObject[] {
  const domain = domainOf(node, key);
  if (domain === undefined) return [];
  const alike = neighbours.nodes.filter((other) => domainOf(other, key) === domain);
  return alike.flatMap((other) => neighbours.podsOn(other.metadata.name)).filter((pod) => !isDeleting(pod));
}

function termMatches(owner: KubeObject, term: Part, other: KubeObject, neighbours: Neighbourhood): boolean {
  return selectorMatches(term.labelSelector, other.metadata.labels) && isInNamespaces(owner, term, other, neighbours);
}

/** A term is about the pod's own namespace unless it names or selects others. */
function isInNamespaces(owner: KubeObject, term: Part, other: KubeObject, neighbours: Neighbourhood): boolean {
  const namespace = other.metadata.namespace ?? '';
  const named = stringsOf(term.namespaces);
  if (named.includes(namespace)) return true;
  if (isRecord(term.namespaceSelector))
    return selectorMatches(term.namespaceSelector, neighbours.namespaceLabels(namespace));
  return named.length === 0 && namespace === owner.metadata.namespace;
}

function hasMatch(pod: KubeObject, node: KubeObject, term: Part, neighbours: Neighbourhood): boolean {
  return podsInDomain(node, textOf(term.topologyKey), neighbours).some((other) =>
    termMatches(pod, term, other, neighbours),
  );
}

/** The first of a group that wants to be together may go anywhere: there is nobody yet to be near to. */
function affinityHolds(pod: KubeObject, node: KubeObject, term: Part, neighbours: Neighbourhood): boolean {
  if (domainOf(node, textOf(term.topologyKey)) === undefined) return false;
  if (hasMatch(pod, node, term, neighbours)) return true;
  const isFirst = !neighbours.nodes.some((other) => hasMatch(pod, other, term, neighbours));
  return isFirst && termMatches(pod, term, pod, neighbours);
}

function isShunned(pod: KubeObject, node: KubeObject, neighbours: Neighbourhood): boolean {
  return neighbours.guarded.some((guarded) =>
    antiAffinityTerms(guarded.pod).some((term) => {
      const key = textOf(term.topologyKey);
      const isNear = domainOf(node, key) !== undefined && domainOf(guarded.node, key) === domainOf(node, key);
      return isNear && termMatches(guarded.pod, term, pod, neighbours);
    }),
  );
}

function antiAffinityTerms(pod: KubeObject): Part[] {
  return itemsOf(recordOf(recordOf(recordOf(pod.spec?.affinity).podAntiAffinity))[required]);
}

/** Whether one more pod here would make the domains differ by more than maxSkew. Constraints that only prefer never forbid. */
function breaksSpread(pod: KubeObject, node: KubeObject, constraint: Part, neighbours: Neighbourhood): boolean {
  if (constraint.whenUnsatisfiable !== 'DoNotSchedule') return false;
  const key = textOf(constraint.topologyKey);
  const domain = domainOf(node, key);
  if (domain === undefined) return true;
  const matches = (other: KubeObject) => {
    return (
      other.metadata.namespace === pod.metadata.namespace &&
      selectorMatches(constraint.labelSelector, other.metadata.labels)
    );
  };
  const counts = new Map<string, number>();
  for (const other of neighbours.nodes.filter((one) => countsForSpread(pod, one, constraint))) {
    const place = domainOf(other, key);
    if (place === undefined) continue;
    const here = neighbours.podsOn(other.metadata.name).filter((one) => !isDeleting(one) && matches(one)).length;
    counts.set(place, (counts.get(place) ?? 0) + here);
  }
  const fewest = counts.size < numberOf(constraint.minDomains) ? 0 : Math.min(...counts.values());
  const own = stringMapOf(pod.metadata.labels);
  const added = selectorMatches(constraint.labelSelector, own) ? 1 : 0;
  return (counts.get(domain) ?? 0) + added - fewest > numberOf(constraint.maxSkew);
}

function countsForSpread(pod: KubeObject, node: KubeObject, constraint: Part): boolean {
  const spec = recordOf(pod.spec);
  if (constraint.nodeAffinityPolicy !== 'Ignore' && !matchesNodeAffinity(spec, node)) return false;
  return constraint.nodeTaintsPolicy !== 'Honor' || untoleratedTaint(spec, node) === undefined;
}
