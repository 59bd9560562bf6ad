import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, isSame, recordOf, stringMapOf } from '../fields.ts';
import { isEmptySelector, selectorForMessage, selectorMatches } from '../label-selector.ts';
import { validateAlwaysRestarts, validatePodTemplate } from '../pod/pod-spec-validation.ts';
import { immutable, invalidValue, required } from '../validation/field-error.ts';
import { validateLabelSelector } from '../validation/labels.ts';

/** The selector that a workload cannot be without, and that must select something. */
export function validateSelector(field: string, selector: unknown, workload: string): FieldError[] {
  if (!isRecord(selector)) return [required(field)];
  const errors = validateLabelSelector(field, selector);
  if (isEmptySelector(selector)) {
    errors.push(invalidValue(field, selectorForMessage(selector), `empty selector is invalid for ${workload}`));
  }
  return errors;
}

/** The template of a workload, whose selector must find the pods made from it. `ReplicaSet` names the workload in messages. */
export function validateReplicatedTemplate(
  field: string,
  spec: Record<string, unknown>,
  workload: string,
): FieldError[] {
  const labels = stringMapOf(recordOf(recordOf(spec.template).metadata).labels);
  const mismatch =
    isEmptySelector(spec.selector) || selectorMatches(spec.selector, labels)
      ? []
      : [invalidValue(`${field}.metadata.labels`, sortedKeys(labels), '`selector` does not match template `labels`')];
  return [
    ...mismatch,
    ...validatePodTemplate(field, spec.template),
    ...validateAlwaysRestarts(field, spec.template, workload),
  ];
}

export function validateSelectorFixed(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (old === undefined || isSame(object.spec?.selector, old.spec?.selector)) return [];
  return [immutable('spec.selector', selectorForMessage(object.spec?.selector))];
}

function sortedKeys(labels: Record<string, string>): Record<string, string> | null {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
