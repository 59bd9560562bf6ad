import type { FieldError } from '../../registry/kube-kind.ts';
import { recordOf } from '../fields.ts';
import { canonicalQuantity, compareQuantities, nanosOf, parseQuantity, quantityPattern } from '../quantity.ts';
import { invalidForEach, invalidValue, required } from '../validation/field-error.ts';
import { qualifiedName } from '../validation/names.ts';

type Part = Record<string, unknown>;

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** `resources` of a container: names, quantities, and requests within limits. */
export function validateResources(field: string, resources: Part): FieldError[] {
  const limits = recordOf(resources.limits);
  const errors = Object.entries(limits).flatMap(([name, value]) =>
    validateEntry(`${field}.limits[${name}]`, name, value),
  );
  for (const [name, value] of Object.entries(recordOf(resources.requests))) {
    errors.push(...validateEntry(`${field}.requests[${name}]`, name, value));
    errors.push(...validateAgainstLimit(field, name, value, limits[name]));
  }
  return errors;
}

export function validateQuantity(field: string, value: unknown): FieldError[] {
  if (parseQuantity(value) === undefined) {
    return [invalidValue(field, value, `quantities must match the regular expression '${quantityPattern}'`)];
  }
  return nanosOf(value) < 0n
    ? [invalidValue(field, canonicalQuantity(value), 'must be greater than or equal to 0')]
    : [];
}

function validateEntry(field: string, name: string, value: unknown): FieldError[] {
  const isExtended = name.includes('/');
  const errors = invalidForEach(field, name, qualifiedName(name));
  if (errors.length === 0 && !isExtended && !containerResources.has(name) && !name.startsWith('hugepages-')) {
    errors.push(invalidValue(field, name, 'must be a standard resource type or fully qualified'));
    errors.push(invalidValue(field, name, 'must be a standard resource for containers'));
  }
  errors.push(...validateQuantity(field, value));
  if (isExtended && errors.length === 0 && nanosOf(value) % 1_000_000_000n !== 0n) {
    errors.push(invalidValue(field, canonicalQuantity(value), 'must be an integer'));
  }
  return errors;
}

function validateAgainstLimit(field: string, name: string, value: unknown, limit: unknown): FieldError[] {
  const mayOvercommit = containerResources.has(name);
  if (limit === undefined) {
    if (mayOvercommit) return [];
    return [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(value, limit);
  const shown = canonicalQuantity(value);
  if (order !== 0 && !mayOvercommit) {
    return [invalidValue(`${field}.requests`, shown, `must be equal to ${name} limit of ${canonicalQuantity(limit)}`)];
  }
  if (order <= 0) return [];
  const detail = `must be less than or equal to ${name} limit of ${canonicalQuantity(limit)}`;
  return [invalidValue(`${field}.requests`, shown, detail)];
}
