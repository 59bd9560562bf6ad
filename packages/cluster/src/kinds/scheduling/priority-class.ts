import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isZero, numberOf, setDefaultWhenZero, textOf } from '../fields.ts';
import { forbidden, immutable, notSupported } from '../validation/field-error.ts';

const highestUserValue = 1_000_000_000;

/** Classes that every cluster has, whose names and values nobody else may use. */
export const systemPriorities: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

export const priorityClassKind = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  isNamespaced: false,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Value', ({ value }) => numberOf(value), 'integer'),
    column('Global-Default', ({ globalDefault }) => globalDefault === true, 'boolean'),
    ageColumn,
    column('PreemptionPolicy', ({ preemptionPolicy }) => textOf(preemptionPolicy)),
  ],
  applyDefaults: (priorityClass) => setDefaultWhenZero(priorityClass, 'preemptionPolicy', 'PreemptLowerPriority'),
  validate: (priorityClass, old) => [
    ...validateClass(priorityClass),
    ...(old === undefined ? [] : validateUpdate(priorityClass, old)),
  ],
});

const policies = ['PreemptLowerPriority', 'Never'];

function validateClass({ metadata, value, preemptionPolicy }: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const isSystem = systemPriorities[metadata.name] === numberOf(value);
  if (textOf(metadata.name).startsWith('system-') && !isSystem) {
    const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${metadata.name} is not a known system priority class`;
    errors.push(forbidden('metadata.name', detail));
  } else if (numberOf(value) > highestUserValue && !isSystem) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${highestUserValue}`));
  }
  if (!isZero(preemptionPolicy) && !policies.includes(preemptionPolicy)) {
    errors.push(notSupported('preemptionPolicy', preemptionPolicy, policies));
  }
  return errors;
}

function validateUpdate(priorityClass: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  if (numberOf(priorityClass.value) !== numberOf(old.value))
    errors.push(forbidden('value', 'may not be changed in an update.'));
  if (priorityClass.preemptionPolicy !== old.preemptionPolicy) {
    errors.push(immutable('preemptionPolicy', priorityClass.preemptionPolicy));
  }
  return errors;
}
