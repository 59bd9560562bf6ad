import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, itemsOf, recordOf, stringsOf, textOf } from '../fields.ts';
import { forbidden, invalidForEach, invalidValue, required } from '../validation/field-error.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { between, qualifiedName } from '../validation/names.ts';

/** Node affinity, pod affinity and anti-affinity (kubernetes, pkg/apis/core/validation, validateAffinity). */
export function validateAffinity(field: string, affinity: unknown): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = recordOf(affinity);
  return [
    ...validateNodeAffinity(`${field}.nodeAffinity`, recordOf(nodeAffinity)),
    ...validatePodAffinity(`${field}.podAffinity`, recordOf(podAffinity)),
    ...validatePodAffinity(`${field}.podAntiAffinity`, recordOf(podAntiAffinity)),
  ];
}

/** `NodeSelector`: in node affinity, and in a volume's. */
export function validateNodeSelector(field: string, selector: unknown): FieldError[] {
  const terms = itemsOf(recordOf(selector).nodeSelectorTerms);
  if (terms.length === 0) return [required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term')];
  return terms.flatMap((term, at) => validateNodeTerm(`${field}.nodeSelectorTerms[${at}]`, term));
}

function validateNodeAffinity(field: string, affinity: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const needed = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  if (isRecord(needed)) {
    errors.push(...validateNodeSelector(`${field}.requiredDuringSchedulingIgnoredDuringExecution`, needed));
  }
  itemsOf(affinity.preferredDuringSchedulingIgnoredDuringExecution).forEach((preference, at) => {
    const place = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${at}]`;
    errors.push(...validateWeight(`${place}.weight`, preference.weight));
    errors.push(...validateNodeTerm(`${place}.preference`, recordOf(preference.preference)));
  });
  return errors;
}

function validateWeight(field: string, weight: unknown): FieldError[] {
  const isInRange = typeof weight === 'number' && weight >= 1 && weight <= 100;
  return isInRange ? [] : [invalidValue(field, weight ?? 0, 'must be in the range 1-100')];
}

function validateNodeTerm(field: string, term: Record<string, unknown>): FieldError[] {
  return itemsOf(term.matchExpressions).flatMap((requirement, at) => {
    return validateNodeRequirement(`${field}.matchExpressions[${at}]`, requirement);
  });
}

function validateNodeRequirement(field: string, requirement: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const values = stringsOf(requirement.values);
  const operator = textOf(requirement.operator);
  const set = "must be specified when `operator` is 'In' or 'NotIn'";
  const none = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
  const single = "must be specified single value when `operator` is 'Lt' or 'Gt'";
  const rules: Record<string, FieldError[]> = {
    In: values.length === 0 ? [required(`${field}.values`, set)] : [],
    NotIn: values.length === 0 ? [required(`${field}.values`, set)] : [],
    Exists: values.length > 0 ? [forbidden(`${field}.values`, none)] : [],
    DoesNotExist: values.length > 0 ? [forbidden(`${field}.values`, none)] : [],
    Lt: values.length !== 1 ? [required(`${field}.values`, single)] : [],
    Gt: values.length !== 1 ? [required(`${field}.values`, single)] : [],
  };
  errors.push(...(rules[operator] ?? [invalidValue(`${field}.operator`, operator, 'not a valid selector operator')]));
  const key = textOf(requirement.key);
  errors.push(...invalidForEach(`${field}.key`, key, qualifiedName(key)));
  return errors;
}

function validatePodAffinity(field: string, affinity: Record<string, unknown>): FieldError[] {
  const needed = itemsOf(affinity.requiredDuringSchedulingIgnoredDuringExecution).flatMap((term, at) => {
    return validatePodTerm(`${field}.requiredDuringSchedulingIgnoredDuringExecution[${at}]`, term);
  });
  const preferred = itemsOf(affinity.preferredDuringSchedulingIgnoredDuringExecution).flatMap((item, at) => {
    const place = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${at}]`;
    return [
      ...(typeof item.weight === 'number' && item.weight >= 1 && item.weight <= 100
        ? []
        : [invalidValue(`${place}.weight`, item.weight ?? 0, between(1, 100))]),
      ...validatePodTerm(`${place}.podAffinityTerm`, recordOf(item.podAffinityTerm)),
    ];
  });
  return [...needed, ...preferred];
}

function validatePodTerm(field: string, term: Record<string, unknown>): FieldError[] {
  const errors = validateLabelSelector(`${field}.labelSelector`, term.labelSelector);
  const key = textOf(term.topologyKey);
  if (key === '') return [...errors, required(`${field}.topologyKey`, 'can not be empty')];
  return [...errors, ...invalidForEach(`${field}.topologyKey`, key, qualifiedName(key))];
}
