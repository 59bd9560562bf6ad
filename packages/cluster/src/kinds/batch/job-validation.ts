import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, isZero, itemsOf, recordOf, textOf } from '../fields.ts';
import { validatePodTemplate } from '../pod/pod-spec-validation.ts';
import { invalidValue, mustNotBeNegative, notSupported, required } from '../validation/field-error.ts';

type Part = Record<string, unknown>;

const numbers = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];

/** Kubernetes, pkg/apis/batch/validation, validateJobSpec; also for the template of a CronJob. */
export function validateJobSpec(field: string, spec: Part): FieldError[] {
  return [
    ...numbers.flatMap((name) => mustNotBeNegative(`${field}.${name}`, spec[name])),
    ...validateCompletionMode(field, spec),
    ...validateFailurePolicy(`${field}.podFailurePolicy`, spec),
    ...validateReplacement(`${field}.podReplacementPolicy`, spec),
    ...validateSuccessPolicy(`${field}.successPolicy`, spec),
    ...validatePodTemplate(`${field}.template`, spec.template),
    ...validateRestartPolicy(`${field}.template.spec.restartPolicy`, spec),
  ];
}

const modes = ['NonIndexed', 'Indexed'];

function validateCompletionMode(field: string, spec: Part): FieldError[] {
  const mode = textOf(spec.completionMode);
  if (!modes.includes(mode)) return [notSupported(`${field}.completionMode`, spec.completionMode, modes)];
  if (mode === 'Indexed') {
    return isZero(spec.completions) && spec.completions !== 0
      ? [required(`${field}.completions`, 'when completion mode is Indexed')]
      : [];
  }
  return ['backoffLimitPerIndex', 'maxFailedIndexes']
    .filter((name) => spec[name] !== undefined)
    .map((name) => invalidValue(`${field}.${name}`, spec[name], 'requires indexed completion mode'));
}

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function validateFailurePolicy(field: string, spec: Part): FieldError[] {
  return itemsOf(recordOf(spec.podFailurePolicy).rules).flatMap((rule, at) => {
    const place = `${field}.rules[${at}]`;
    const errors: FieldError[] = [];
    if (!actions.includes(textOf(rule.action))) errors.push(notSupported(`${place}.action`, rule.action, actions));
    const conditions = itemsOf(rule.onPodConditions);
    if (isRecord(rule.onExitCodes) === conditions.length > 0) {
      const detail = isRecord(rule.onExitCodes)
        ? 'specifying both OnExitCodes and OnPodConditions is not supported'
        : 'specifying one of OnExitCodes and OnPodConditions is required';
      errors.push({ field: place, reason: 'FieldValueInvalid', detail: `Invalid value: ${detail}` });
    }
    if (isRecord(rule.onExitCodes)) errors.push(...validateExitCodes(`${place}.onExitCodes`, rule.onExitCodes));
    return errors;
  });
}

function validateExitCodes(field: string, codes: Part): FieldError[] {
  const errors: FieldError[] = [];
  if (codes.operator !== 'In' && codes.operator !== 'NotIn') {
    errors.push(notSupported(`${field}.operator`, codes.operator, ['In', 'NotIn']));
  }
  const values = Array.isArray(codes.values) ? codes.values : [];
  if (values.length === 0) errors.push(invalidValue(`${field}.values`, values, 'at least one value is required'));
  if (codes.operator === 'In' && values.includes(0)) {
    errors.push(invalidValue(`${field}.values[${values.indexOf(0)}]`, 0, 'must not be 0 for the In operator'));
  }
  return errors;
}

function validateReplacement(field: string, spec: Part): FieldError[] {
  const supported = isRecord(spec.podFailurePolicy) ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  const policy = spec.podReplacementPolicy;
  return isZero(policy) || supported.includes(textOf(policy)) ? [] : [notSupported(field, policy, supported)];
}

function validateSuccessPolicy(field: string, spec: Part): FieldError[] {
  if (!isRecord(spec.successPolicy)) return [];
  if (spec.completionMode !== 'Indexed') {
    return [invalidValue(field, spec.successPolicy, 'requires indexed completion mode')];
  }
  if (itemsOf(spec.successPolicy.rules).length > 0) return [];
  return [required(`${field}.rules`, 'at least one rules must be specified when the successPolicy is specified')];
}

function validateRestartPolicy(field: string, spec: Part): FieldError[] {
  const policy = recordOf(recordOf(spec.template).spec).restartPolicy;
  if (policy === 'Always' || isZero(policy)) return [required(field, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(field, policy, ['OnFailure', 'Never'])];
  if (isRecord(spec.podFailurePolicy) && policy !== 'Never') {
    return [invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified')];
  }
  return [];
}
