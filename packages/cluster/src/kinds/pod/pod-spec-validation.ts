import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, isZero, itemsOf, recordOf, textOf } from '../fields.ts';
import { forbidden, invalidForEach, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { validateIp } from '../validation/ip-address.ts';
import { validateAnnotations, validateLabels } from '../validation/labels.ts';
import { between, labelValue, qualifiedName, rfc1123Label, rfc1123Subdomain } from '../validation/names.ts';
import { validateAffinity } from './affinity-validation.ts';
import { validateContainers, validateInitContainers } from './container-validation.ts';
import { validateVolumes } from './volume-validation.ts';

const maxInt32 = 2_147_483_647;

/** The rules for any pod spec (kubernetes, pkg/apis/core/validation, ValidatePodSpec). */
export function validatePodSpec(field: string, spec: Record<string, unknown>): FieldError[] {
  const volumes = validateVolumes(`${field}.volumes`, spec.volumes);
  return [
    ...volumes.errors,
    ...validateContainers(`${field}.containers`, spec.containers, volumes.names),
    ...validateInitContainers(`${field}.initContainers`, spec, volumes.names),
    ...validateChoices(field, spec),
    ...validateLabels(`${field}.nodeSelector`, spec.nodeSelector),
    ...validateAffinity(`${field}.affinity`, spec.affinity),
    ...validateNames(field, spec),
    ...validateDeadline(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...validateTolerations(`${field}.tolerations`, spec.tolerations),
    ...validateHostAliases(`${field}.hostAliases`, spec.hostAliases),
    ...validateSpread(`${field}.topologySpreadConstraints`, spec.topologySpreadConstraints),
  ];
}

/** A pod template: `spec.template` of a workload. */
export function validatePodTemplate(field: string, template: unknown): FieldError[] {
  const { metadata, spec } = recordOf(template);
  const errors = [
    ...validateLabels(`${field}.labels`, recordOf(metadata).labels),
    ...validateAnnotations(`${field}.annotations`, recordOf(metadata).annotations),
    ...validatePodSpec(`${field}.spec`, recordOf(spec)),
  ];
  if (itemsOf(recordOf(spec).ephemeralContainers).length > 0) {
    errors.push(forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
  return errors;
}

const choices: readonly (readonly [string, readonly string[]])[] = [
  ['restartPolicy', ['Always', 'OnFailure', 'Never']],
  ['dnsPolicy', ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']],
  ['preemptionPolicy', ['PreemptLowerPriority', 'Never']],
];

function validateChoices(field: string, spec: Record<string, unknown>): FieldError[] {
  return choices.flatMap(([name, supported]) => {
    const value = spec[name];
    return isZero(value) || supported.includes(textOf(value))
      ? []
      : [notSupported(`${field}.${name}`, value, supported)];
  });
}

function validateNames(field: string, spec: Record<string, unknown>): FieldError[] {
  const checks = [
    ['serviceAccountName', rfc1123Subdomain],
    ['nodeName', rfc1123Subdomain],
    ['hostname', rfc1123Label],
    ['subdomain', rfc1123Label],
    ['priorityClassName', rfc1123Subdomain],
    ['runtimeClassName', rfc1123Subdomain],
  ] as const;
  const errors = checks.flatMap(([name, check]) => {
    const value = textOf(spec[name]);
    return value === '' ? [] : invalidForEach(`${field}.${name}`, value, check(value));
  });
  itemsOf(spec.readinessGates).forEach((gate, at) => {
    const type = textOf(gate.conditionType);
    errors.push(...invalidForEach(`${field}.readinessGates[${at}].conditionType`, type, qualifiedName(type)));
  });
  return errors;
}

function validateDeadline(field: string, value: unknown): FieldError[] {
  if (value === undefined || value === null) return [];
  const isInRange = typeof value === 'number' && value >= 1 && value <= maxInt32;
  return isInRange ? [] : [invalidValue(field, value, between(1, maxInt32))];
}

function validateTolerations(field: string, tolerations: unknown): FieldError[] {
  return itemsOf(tolerations).flatMap((toleration, at) => validateToleration(`${field}[${at}]`, toleration));
}

const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateToleration(field: string, toleration: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const key = textOf(toleration.key);
  const operator = textOf(toleration.operator);
  const value = textOf(toleration.value);
  const effect = textOf(toleration.effect);
  if (key !== '') errors.push(...invalidForEach(`${field}.key`, key, qualifiedName(key)));
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalidValue(`${field}.operator`, operator, detail));
  }
  if (!isZero(toleration.tolerationSeconds) && effect !== 'NoExecute') {
    errors.push(invalidValue(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  }
  if (operator === '' || operator === 'Equal') {
    const faults = labelValue(value);
    if (faults.length > 0) errors.push(invalidValue(`${field}.operator`, value, faults.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') {
      errors.push(invalidValue(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    }
  } else {
    errors.push(notSupported(`${field}.operator`, operator, ['Equal', 'Exists']));
  }
  if (effect !== '' && !taintEffects.includes(effect))
    errors.push(notSupported(`${field}.effect`, effect, taintEffects));
  return errors;
}

function validateHostAliases(field: string, aliases: unknown): FieldError[] {
  return itemsOf(aliases).flatMap((alias, at) => validateIp(`${field}[${at}].ip`, textOf(alias.ip)));
}

const unsatisfiable = ['DoNotSchedule', 'ScheduleAnyway'];

function validateSpread(field: string, constraints: unknown): FieldError[] {
  return itemsOf(constraints).flatMap((constraint, at) => {
    const place = `${field}[${at}]`;
    const errors: FieldError[] = [];
    if (typeof constraint.maxSkew !== 'number' || constraint.maxSkew <= 0) {
      errors.push(invalidValue(`${place}.maxSkew`, constraint.maxSkew ?? 0, 'must be greater than zero'));
    }
    const key = textOf(constraint.topologyKey);
    if (key === '') errors.push(required(`${place}.topologyKey`, 'can not be empty'));
    else errors.push(...invalidForEach(`${place}.topologyKey`, key, qualifiedName(key)));
    const choice = textOf(constraint.whenUnsatisfiable);
    if (!unsatisfiable.includes(choice)) errors.push(notSupported(`${place}.whenUnsatisfiable`, choice, unsatisfiable));
    return errors;
  });
}

/** Whether the template of a workload that keeps its pods running may have this restart policy. */
export function validateAlwaysRestarts(field: string, template: unknown, workload: string): FieldError[] {
  const spec = recordOf(recordOf(template).spec);
  const errors: FieldError[] = [];
  if (spec.restartPolicy !== 'Always') {
    errors.push(notSupported(`${field}.spec.restartPolicy`, spec.restartPolicy, ['Always']));
  }
  if (isRecord(template) && !isZero(spec.activeDeadlineSeconds)) {
    const detail = `activeDeadlineSeconds in ${workload} is not Supported`;
    errors.push(forbidden(`${field}.spec.activeDeadlineSeconds`, detail));
  }
  return errors;
}
