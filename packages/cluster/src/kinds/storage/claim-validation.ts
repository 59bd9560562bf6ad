import type { FieldError } from '../../registry/kube-kind.ts';
import { isZero, recordOf, stringsOf, textOf } from '../fields.ts';
import { canonicalQuantity, compareQuantities, parseQuantity, quantityPattern } from '../quantity.ts';
import { forbidden, invalidForEach, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { rfc1123Subdomain } from '../validation/names.ts';

type Part = Record<string, unknown>;

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const volumeModes = ['Block', 'Filesystem'];

/** The spec of a claim, or of a claim template (kubernetes, ValidatePersistentVolumeClaimSpec). */
export function validateClaimSpec(field: string, spec: Part): FieldError[] {
  const errors = validateAccessModes(`${field}.accessModes`, spec.accessModes, 'at least 1 access mode is required');
  errors.push(...validateLabelSelector(`${field}.selector`, spec.selector));
  const place = `${field}.resources[storage]`;
  const storage = recordOf(recordOf(spec.resources).requests).storage;
  if (storage === undefined) errors.push(required(place));
  else errors.push(...validatePositiveQuantity(place, storage));
  const className = textOf(spec.storageClassName);
  if (className !== '')
    errors.push(...invalidForEach(`${field}.storageClassName`, className, rfc1123Subdomain(className)));
  return [...errors, ...validateVolumeMode(`${field}.volumeMode`, spec.volumeMode)];
}

export function validateAccessModes(field: string, modes: unknown, detail: string): FieldError[] {
  const list = stringsOf(modes);
  const errors = list.length === 0 ? [required(field, detail)] : [];
  errors.push(
    ...list.filter((mode) => !accessModes.includes(mode)).map((mode) => notSupported(field, mode, accessModes)),
  );
  if (list.includes('ReadWriteOncePod') && list.length > 1) {
    errors.push(forbidden(field, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

export function validateVolumeMode(field: string, mode: unknown): FieldError[] {
  return isZero(mode) || volumeModes.includes(textOf(mode)) ? [] : [notSupported(field, mode, volumeModes)];
}

export function validatePositiveQuantity(field: string, value: unknown): FieldError[] {
  if (parseQuantity(value) === undefined) {
    return [invalidValue(field, value, `quantities must match the regular expression '${quantityPattern}'`)];
  }
  return compareQuantities(value, '0') > 0
    ? []
    : [invalidValue(field, canonicalQuantity(value), 'must be greater than zero')];
}

const shortModes: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** `RWO,ROX`, in the order kubectl shows them. */
export function formatAccessModes(modes: unknown): string {
  const given = new Set(stringsOf(modes));
  return Object.entries(shortModes)
    .filter(([mode]) => given.has(mode))
    .map(([, short]) => short)
    .join(',');
}
