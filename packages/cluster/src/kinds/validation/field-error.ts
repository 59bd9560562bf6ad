import type { FieldError } from '../../registry/kube-kind.ts';

/** The API server's field errors, in its words (apimachinery, pkg/util/validation/field). */

export function required(field: string, detail = ''): FieldError {
  return { field, reason: 'FieldValueRequired', detail: withDetail('Required value', detail) };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { field, reason: 'FieldValueInvalid', detail: withDetail(`Invalid value: ${show(value)}`, detail) };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  return {
    field,
    reason: 'FieldValueNotSupported',
    detail: withDetail(`Unsupported value: ${show(value)}`, list === '' ? '' : `supported values: ${list}`),
  };
}

export function forbidden(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', detail: withDetail('Forbidden', detail) };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', detail: `Duplicate value: ${show(value)}` };
}

export function notFound(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueNotFound', detail: `Not found: ${show(value)}` };
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return { field, reason: 'FieldValueTooLong', detail: `Too long: may not be more than ${maxBytes} bytes` };
}

export function immutable(field: string, value: unknown): FieldError {
  return invalidValue(field, value, 'field is immutable');
}

export function mustNotBeNegative(field: string, value: unknown): FieldError[] {
  return typeof value === 'number' && value < 0
    ? [invalidValue(field, value, 'must be greater than or equal to 0')]
    : [];
}

/** One error per message, as for name checks that report several faults of one value. */
export function invalidForEach(field: string, value: unknown, messages: readonly string[]): FieldError[] {
  return messages.map((message) => invalidValue(field, value, message));
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}

/** As Go prints the value in an error: strings quoted, objects as JSON, nothing as `null`. */
function show(value: unknown): string {
  if (value === undefined) return 'null';
  return JSON.stringify(value);
}
