import type { FieldError } from '../../registry/kube-kind.ts';
import { invalidValue, mustNotBeNegative } from './field-error.ts';
import { regexMessage } from './names.ts';

const percentPattern = /^[0-9]+%$/;
const percentMessage = regexMessage(
  "a valid percent string must be a numeric string followed by an ending '%'",
  '[0-9]+%',
  ['1%', '93%'],
);

export function validateIntOrPercent(field: string, value: unknown): FieldError[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return percentPattern.test(value) ? [] : [invalidValue(field, value, percentMessage)];
  return mustNotBeNegative(field, value);
}

export function validatePercentLimit(field: string, value: unknown): FieldError[] {
  const isTooMuch = typeof value === 'string' && percentPattern.test(value) && Number.parseInt(value, 10) > 100;
  return isTooMuch ? [invalidValue(field, value, 'must not be greater than 100%')] : [];
}

/** The number, a percentage's digits included; 0 for what is neither. */
export function valueOfIntOrPercent(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && percentPattern.test(value) ? Number.parseInt(value, 10) : 0;
}

/** A percentage of `total`, rounded as asked; a number as it is (apimachinery, util/intstr GetScaledValueFromIntOrPercent). */
export function scaledIntOrPercent(value: unknown, total: number, rounding: 'up' | 'down'): number {
  const amount = valueOfIntOrPercent(value);
  if (typeof value !== 'string') return amount;
  const exact = (amount * total) / 100;
  return rounding === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
