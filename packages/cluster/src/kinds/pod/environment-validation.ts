import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, itemsOf, recordOf, textOf } from '../fields.ts';
import { invalidForEach, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { configKey, environmentName, rfc1123Subdomain } from '../validation/names.ts';

type Part = Record<string, unknown>;

/** `env` and `envFrom` of a container. */
export function validateEnvironment(field: string, container: Part): FieldError[] {
  return [
    ...itemsOf(container.env).flatMap((variable, at) => validateVariable(`${field}.env[${at}]`, variable)),
    ...itemsOf(container.envFrom).flatMap((source, at) => validateFrom(`${field}.envFrom`, at, source)),
  ];
}

function validateVariable(field: string, variable: Part): FieldError[] {
  const name = textOf(variable.name);
  const errors =
    name === '' ? [required(`${field}.name`)] : invalidForEach(`${field}.name`, name, environmentName(name));
  return isRecord(variable.valueFrom) ? [...errors, ...validateValueFrom(`${field}.valueFrom`, variable)] : errors;
}

const downwardFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const downwardResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

function validateValueFrom(field: string, variable: Part): FieldError[] {
  const from = recordOf(variable.valueFrom);
  const errors: FieldError[] = [];
  if (isRecord(from.fieldRef)) errors.push(...validateFieldRef(`${field}.fieldRef`, from.fieldRef));
  if (isRecord(from.resourceFieldRef)) {
    errors.push(...validateResourceRef(`${field}.resourceFieldRef`, from.resourceFieldRef));
  }
  for (const part of ['configMapKeyRef', 'secretKeyRef']) {
    if (isRecord(from[part])) errors.push(...validateKeyRef(`${field}.${part}`, recordOf(from[part])));
  }
  const sources = Object.values(from).filter(isRecord).length;
  if (sources === 0) {
    const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
    errors.push(invalidValue(field, '', detail));
  } else if (textOf(variable.value) !== '') {
    errors.push(invalidValue(field, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

function validateFieldRef(field: string, ref: Part): FieldError[] {
  const path = textOf(ref.fieldPath);
  if (path === '') return [required(`${field}.fieldPath`)];
  const subscript = /^(.+)\['(.+)'\]$/.exec(path);
  if (subscript !== null) {
    const isMap = subscript[1] === 'metadata.annotations' || subscript[1] === 'metadata.labels';
    return isMap ? [] : [invalidValue(field, subscript[1], 'does not support subscript')];
  }
  return downwardFields.includes(path) ? [] : [notSupported(`${field}.fieldPath`, path, downwardFields)];
}

function validateResourceRef(field: string, ref: Part): FieldError[] {
  const resource = textOf(ref.resource);
  if (resource === '') return [required(`${field}.resource`)];
  const isKnown = downwardResources.includes(resource) || /^(requests|limits)\.hugepages-/.test(resource);
  return isKnown ? [] : [notSupported(`${field}.resource`, resource, downwardResources)];
}

function validateKeyRef(field: string, ref: Part): FieldError[] {
  const name = textOf(ref.name);
  const key = textOf(ref.key);
  return [
    ...invalidForEach(`${field}.name`, name, rfc1123Subdomain(name)),
    ...(key === '' ? [required(`${field}.key`)] : invalidForEach(`${field}.key`, key, configKey(key))),
  ];
}

function validateFrom(field: string, at: number, source: Part): FieldError[] {
  const place = `${field}[${at}]`;
  const prefix = textOf(source.prefix);
  const errors = prefix === '' ? [] : invalidForEach(`${place}.prefix`, prefix, environmentName(prefix));
  const parts = ['configMapRef', 'secretRef'].filter((part) => isRecord(source[part]));
  for (const part of parts) {
    const name = textOf(recordOf(source[part]).name);
    if (name === '') errors.push(required(`${place}.${part}.name`));
    else errors.push(...invalidForEach(`${place}.${part}.name`, name, rfc1123Subdomain(name)));
  }
  if (parts.length === 0) errors.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
  if (parts.length > 1) errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  return errors;
}
