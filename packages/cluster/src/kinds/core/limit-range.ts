import type { FieldError } from '../../registry/kube-kind.ts';
import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isRecord, itemsOf, recordOf, textOf } from '../fields.ts';
import { canonicalResources } from '../pod/pod-spec-defaults.ts';
import { validateQuantity } from '../pod/resource-validation.ts';
import { compareQuantities } from '../quantity.ts';
import { duplicate, forbidden, invalidValue, required } from '../validation/field-error.ts';

type Part = Record<string, unknown>;

const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'];

export const limitRangeKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  resource: 'limitranges',
  shortNames: ['limits'],
  columns: [nameColumn, createdAtColumn],
  applyDefaults: ({ spec }) => itemsOf(spec?.limits).forEach(defaultLimits),
  validate: ({ spec }) => {
    const types = new Set<string>();
    return itemsOf(spec?.limits).flatMap((limit, at) => {
      const field = `spec.limits[${at}]`;
      const type = textOf(limit.type);
      const errors = types.has(type) ? [duplicate(`${field}.type`, type)] : [];
      types.add(type);
      return [...errors, ...validateLimit(field, limit)];
    });
  },
});

/** Container limits are completed from each other: default from max, defaultRequest from default, then from min. */
function defaultLimits(limit: Part): void {
  for (const list of lists) canonicalResources(limit, list);
  if (limit.type !== 'Container') return;
  const limits = { ...recordOf(limit.max), ...recordOf(limit.default) };
  const requests = { ...recordOf(limit.min), ...limits, ...recordOf(limit.defaultRequest) };
  if (Object.keys(limits).length > 0) limit.default = limits;
  if (Object.keys(requests).length > 0) limit.defaultRequest = requests;
}

/** Which of two lists must not hold less than the other, and how their values are called. */
const orders = [
  ['min', 'max', 'min value', 'max value', 'min'],
  ['min', 'defaultRequest', 'min value', 'default request value', 'defaultRequest'],
  ['defaultRequest', 'max', 'default request value', 'max value', 'defaultRequest'],
  ['defaultRequest', 'default', 'default request value', 'default limit value', 'defaultRequest'],
  ['min', 'default', 'min value', 'default value', 'default'],
  ['default', 'max', 'default value', 'max value', 'default'],
] as const;

function validateLimit(field: string, limit: Part): FieldError[] {
  const errors: FieldError[] = [];
  if (textOf(limit.type) === '') errors.push(required(`${field}.type`));
  if (limit.type === 'Pod') {
    for (const list of ['default', 'defaultRequest'].filter((one) => isRecord(limit[one]))) {
      errors.push(forbidden(`${field}.${list}`, "may not be specified when `type` is 'Pod'"));
    }
  }
  for (const list of lists) {
    for (const [name, value] of Object.entries(recordOf(limit[list]))) {
      errors.push(...validateQuantity(`${field}.${list}[${name}]`, value));
    }
  }
  for (const [low, high, lowName, highName, place] of orders) {
    for (const [name, value] of Object.entries(recordOf(limit[low]))) {
      const other = recordOf(limit[high])[name];
      if (other === undefined || compareQuantities(value, other) <= 0) continue;
      errors.push(
        invalidValue(`${field}.${place}[${name}]`, value, `${lowName} ${value} is greater than ${highName} ${other}`),
      );
    }
  }
  return errors;
}
