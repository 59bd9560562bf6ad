import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isSame, recordOf, textOf } from '../fields.ts';
import { forbidden, invalidForEach, invalidValue, tooLong } from '../validation/field-error.ts';
import { configKey } from '../validation/names.ts';

/** ConfigMaps and Secrets hold at most this much. */
export const maxDataBytes = 1024 * 1024;

export const configMapKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  shortNames: ['cm'],
  columns: [nameColumn, column('Data', ({ data, binaryData }) => `${countOf(data) + countOf(binaryData)}`), ageColumn],
  validate: (map, old) => [...validateData(map), ...validateFrozen(map, old, ['data', 'binaryData'])],
});

/** What `immutable: true` forbids, for ConfigMaps and Secrets. */
export function validateFrozen(
  object: KubeObject,
  old: KubeObject | undefined,
  fields: readonly string[],
): FieldError[] {
  if (old?.immutable !== true) return [];
  const message = 'field is immutable when `immutable` is set';
  const errors = object.immutable === true ? [] : [forbidden('immutable', message)];
  for (const field of fields) if (!isSame(object[field], old[field])) errors.push(forbidden(field, message));
  return errors;
}

export function countOf(data: unknown): number {
  return Object.keys(recordOf(data)).length;
}

export function base64Bytes(value: unknown): number {
  return Math.floor((textOf(value).replace(/=+$/, '').length * 3) / 4);
}

function validateData(map: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const data = recordOf(map.data);
  const binary = recordOf(map.binaryData);
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    const field = `data[${key}]`;
    errors.push(...invalidForEach(field, key, configKey(key)));
    if (Object.hasOwn(binary, key)) errors.push(invalidValue(field, key, 'duplicate of key present in binaryData'));
    bytes += Buffer.byteLength(textOf(value));
  }
  for (const [key, value] of Object.entries(binary)) {
    errors.push(...invalidForEach(`binaryData[${key}]`, key, configKey(key)));
    bytes += base64Bytes(value);
  }
  if (bytes > maxDataBytes) errors.push(tooLong('', maxDataBytes));
  return errors;
}
