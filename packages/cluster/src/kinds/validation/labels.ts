import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, itemsOf, recordOf, stringsOf, textOf } from '../fields.ts';
import { forbidden, invalidForEach, invalidValue, required, tooLong } from './field-error.ts';
import { labelValue, qualifiedName } from './names.ts';

const maxAnnotationBytes = 256 * 1024;

export function validateLabels(field: string, labels: unknown): FieldError[] {
  return Object.entries(recordOf(labels)).flatMap(([key, value]) => [
    ...invalidForEach(field, key, qualifiedName(key)),
    ...invalidForEach(field, value, typeof value === 'string' ? labelValue(value) : ['must be a string']),
  ]);
}

export function validateAnnotations(field: string, annotations: unknown): FieldError[] {
  const entries = Object.entries(recordOf(annotations));
  const errors = entries.flatMap(([key, value]) => [
    ...invalidForEach(field, key, qualifiedName(key.toLowerCase())),
    ...(typeof value === 'string' ? [] : [invalidValue(field, value, 'must be a string')]),
  ]);
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
    0,
  );
  return bytes > maxAnnotationBytes ? [...errors, tooLong(field, maxAnnotationBytes)] : errors;
}

/** `LabelSelector`, the object form with matchLabels and matchExpressions. */
export function validateLabelSelector(field: string, selector: unknown): FieldError[] {
  if (!isRecord(selector)) return [];
  const errors = validateLabels(`${field}.matchLabels`, selector.matchLabels);
  itemsOf(selector.matchExpressions).forEach((requirement, at) => {
    errors.push(...validateRequirement(`${field}.matchExpressions[${at}]`, requirement));
  });
  return errors;
}

function validateRequirement(field: string, requirement: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const values = stringsOf(requirement.values);
  const operator = textOf(requirement.operator);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else {
    errors.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
  }
  const key = textOf(requirement.key);
  errors.push(...invalidForEach(`${field}.key`, key, qualifiedName(key)));
  values.forEach((value, at) => {
    errors.push(...invalidForEach(`${field}.values[${at}]`, value, labelValue(value)));
  });
  return errors;
}
