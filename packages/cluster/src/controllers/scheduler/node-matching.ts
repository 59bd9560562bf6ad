import { isRecord, isZero, itemsOf, recordOf, stringMapOf, stringsOf, textOf } from '../../kinds/fields.ts';
import { mapSelectorMatches } from '../../kinds/label-selector.ts';
import type { KubeObject } from '../../kube-object.ts';

type Part = Record<string, unknown>;

/** nodeSelector and required node affinity (kubernetes docs: Assigning Pods to Nodes). */
export function matchesNodeAffinity(spec: Part, node: KubeObject): boolean {
  if (!mapSelectorMatches(spec.nodeSelector, node.metadata.labels)) return false;
  const affinity = recordOf(recordOf(spec.affinity).nodeAffinity);
  const required = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  return !isRecord(required) || matchesNodeSelector(required, node);
}

/** `NodeSelector`: one of its terms must hold. */
export function matchesNodeSelector(selector: Part, node: KubeObject): boolean {
  return itemsOf(selector.nodeSelectorTerms).some((term) => {
    const expressions = itemsOf(term.matchExpressions);
    const fields = itemsOf(term.matchFields);
    if (expressions.length + fields.length === 0) return false;
    const labels = stringMapOf(node.metadata.labels);
    return (
      expressions.every((one) => requirementHolds(one, labels[textOf(one.key)])) &&
      fields.every((one) => one.key === 'metadata.name' && requirementHolds(one, node.metadata.name))
    );
  });
}

/** The first taint that keeps the pod away; PreferNoSchedule never does. */
export function untoleratedTaint(spec: Part, node: KubeObject): Part | undefined {
  const tolerations = itemsOf(spec.tolerations);
  return itemsOf(node.spec?.taints).find((taint) => {
    return taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint));
  });
}

export function tolerates(toleration: Part, taint: Part): boolean {
  if (!isZero(toleration.effect) && toleration.effect !== taint.effect) return false;
  if (!isZero(toleration.key) && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return !isZero(toleration.key) && textOf(toleration.value) === textOf(taint.value);
}

function requirementHolds(requirement: Part, actual: string | undefined): boolean {
  const values = stringsOf(requirement.values);
  switch (requirement.operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return actual !== undefined && Number(actual) > Number(values[0]);
    case 'Lt':
      return actual !== undefined && Number(actual) < Number(values[0]);
    default:
      return false;
  }
}
