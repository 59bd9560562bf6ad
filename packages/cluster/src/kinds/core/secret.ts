import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isRecord, recordOf, setDefaultWhenZero, textOf } from '../fields.ts';
import { immutable, invalidForEach, invalidValue, required, tooLong } from '../validation/field-error.ts';
import { configKey } from '../validation/names.ts';
import { base64Bytes, countOf, maxDataBytes, validateFrozen } from './config-map.ts';

export const secretKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  columns: [
    nameColumn,
    column('Type', ({ type }) => textOf(type)),
    column('Data', ({ data }) => `${countOf(data)}`),
    ageColumn,
  ],
  applyDefaults: (secret) => {
    setDefaultWhenZero(secret, 'type', 'Opaque');
    mergeStringData(secret);
  },
  validate: (secret, old) => [
    ...(old !== undefined && old.type !== secret.type ? [immutable('type', secret.type)] : []),
    ...validateFrozen(secret, old, ['data']),
    ...validateData(secret),
    ...(typeRules[textOf(secret.type)]?.(secret) ?? []),
  ],
});

/** `stringData` is write-only: it goes into `data` and is never shown. */
function mergeStringData(secret: KubeObject): void {
  if (!isRecord(secret.stringData)) return;
  const encoded = Object.entries(secret.stringData).map(([key, value]) => [
    key,
    Buffer.from(textOf(value)).toString('base64'),
  ]);
  secret.data = { ...recordOf(secret.data), ...Object.fromEntries(encoded) };
  delete secret.stringData;
}

function validateData(secret: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(recordOf(secret.data))) {
    errors.push(...invalidForEach(`data[${key}]`, key, configKey(key)));
    bytes += base64Bytes(value);
  }
  if (bytes > maxDataBytes) errors.push(tooLong('data', maxDataBytes));
  return errors;
}

/** The keys that a Secret of a known type cannot be without (kubernetes docs: Types of Secret). */
const typeRules: Record<string, (secret: KubeObject) => FieldError[]> = {
  'kubernetes.io/service-account-token': (secret) => {
    const name = textOf(secret.metadata.annotations?.['kubernetes.io/service-account.name']);
    return name === '' ? [required('metadata.annotations[kubernetes.io/service-account.name]')] : [];
  },
  'kubernetes.io/dockercfg': (secret) => validateJson(secret, '.dockercfg'),
  'kubernetes.io/dockerconfigjson': (secret) => validateJson(secret, '.dockerconfigjson'),
  'kubernetes.io/basic-auth': (secret) => {
    const { username, password } = recordOf(secret.data);
    return username === undefined && password === undefined
      ? [required('data[username]'), required('data[password]')]
      : [];
  },
  'kubernetes.io/ssh-auth': (secret) => requireKeys(secret, ['ssh-privatekey']),
  'kubernetes.io/tls': (secret) => requireKeys(secret, ['tls.crt', 'tls.key']),
};

function requireKeys(secret: KubeObject, keys: readonly string[]): FieldError[] {
  const data = recordOf(secret.data);
  return keys.filter((key) => typeof data[key] !== 'string').map((key) => required(`data[${key}]`));
}

function validateJson(secret: KubeObject, key: string): FieldError[] {
  const missing = requireKeys(secret, [key]);
  if (missing.length > 0) return missing;
  try {
    JSON.parse(Buffer.from(textOf(recordOf(secret.data)[key]), 'base64').toString());
    return [];
  } catch {
    return [invalidValue(`data[${key}]`, '<secret contents redacted>', 'is not valid JSON')];
  }
}
