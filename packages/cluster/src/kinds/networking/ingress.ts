import { isIP } from 'node:net';
import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { addressOf } from '../core/service.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isRecord, isZero, itemsOf, recordOf, stringsOf, textOf } from '../fields.ts';
import { invalidForEach, invalidValue, notSupported, required } from '../validation/field-error.ts';
import {
  pathSegment,
  portName,
  portNumber,
  rfc1035Label,
  rfc1123Subdomain,
  wildcardSubdomain,
} from '../validation/names.ts';

type Part = Record<string, unknown>;

const classAnnotation = 'kubernetes.io/ingress.class';

export const ingressKind = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  resource: 'ingresses',
  shortNames: ['ing'],
  subresources: ['status'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Class', ({ spec }) => textOf(spec?.ingressClassName) || '<none>'),
    column('Hosts', ({ spec }) => formatHosts(itemsOf(spec?.rules))),
    column('Address', ({ status }) => formatAddresses(status)),
    column('Ports', ({ spec }) => (itemsOf(spec?.tls).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  applyDefaults: (ingress) => {
    ensureRecord(ingress, 'spec');
  },
  prepareCreate: (ingress, context) => {
    ingress.status = { loadBalancer: {} };
    const kind = context.find('networking.k8s.io', 'IngressClass');
    const isDefault = (one: KubeObject) =>
      one.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true';
    if (kind === undefined || !isZero(ingress.spec?.ingressClassName)) return;
    if (ingress.metadata.annotations?.[classAnnotation] !== undefined) return;
    const chosen = context.list(kind).find(isDefault);
    if (chosen !== undefined) ensureRecord(ingress, 'spec').ingressClassName = chosen.metadata.name;
  },
  validate: (ingress, old) => [
    ...validateSpec(recordOf(ingress.spec)),
    ...(old === undefined ? validateClassAnnotation(ingress) : []),
  ],
});

function validateSpec(spec: Part): FieldError[] {
  const errors: FieldError[] = [];
  const rules = itemsOf(spec.rules);
  if (rules.length === 0 && !isRecord(spec.defaultBackend)) {
    errors.push(invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (isRecord(spec.defaultBackend)) errors.push(...validateBackend('spec.defaultBackend', spec.defaultBackend));
  rules.forEach((rule, at) => {
    errors.push(...validateRule(`spec.rules[${at}]`, rule));
  });
  itemsOf(spec.tls).forEach((entry, at) => {
    errors.push(...validateTls(`spec.tls[${at}]`, entry));
  });
  const name = textOf(spec.ingressClassName);
  if (name !== '') errors.push(...invalidForEach('spec.ingressClassName', name, rfc1123Subdomain(name)));
  return errors;
}

function validateClassAnnotation(ingress: KubeObject): FieldError[] {
  const value = ingress.metadata.annotations?.[classAnnotation];
  const name = ingress.spec?.ingressClassName;
  if (value === undefined || isZero(name) || value === name) return [];
  const detail = 'must match `ingressClassName` when both are specified';
  return [invalidValue(`annotations.${classAnnotation}`, value, detail)];
}

function validateHost(field: string, host: string): FieldError[] {
  return invalidForEach(field, host, host.includes('*') ? wildcardSubdomain(host) : rfc1123Subdomain(host));
}

function validateTls(field: string, entry: Part): FieldError[] {
  const hosts = stringsOf(entry.hosts).flatMap((host, at) => validateHost(`${field}.hosts[${at}]`, host));
  const secret = textOf(entry.secretName);
  return secret === '' ? hosts : [...hosts, ...invalidForEach(`${field}.secretName`, secret, rfc1123Subdomain(secret))];
}

function validateRule(field: string, rule: Part): FieldError[] {
  const errors: FieldError[] = [];
  const host = textOf(rule.host);
  if (isIP(host) !== 0) errors.push(invalidValue(`${field}.host`, host, 'must be a DNS name, not an IP address'));
  if (host !== '') errors.push(...validateHost(`${field}.host`, host));
  if (!isRecord(rule.http)) return errors;
  const paths = itemsOf(rule.http.paths);
  if (paths.length === 0) errors.push(required(`${field}.http.paths`));
  paths.forEach((path, at) => {
    errors.push(...validatePath(`${field}.http.paths[${at}]`, path));
  });
  return errors;
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const forbiddenInPath = ['//', '/./', '/../', '%2f', '%2F'];
const forbiddenAtEnd = ['/..', '/.'];

function validatePath(field: string, path: Part): FieldError[] {
  if (isZero(path.pathType)) return [required(`${field}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const type = textOf(path.pathType);
  const text = textOf(path.path);
  if (!pathTypes.includes(type)) errors.push(notSupported(`${field}.pathType`, path.pathType, pathTypes));
  const mayBeEmpty = type === 'ImplementationSpecific';
  if (pathTypes.includes(type) && !text.startsWith('/') && !(mayBeEmpty && text === '')) {
    errors.push(invalidValue(`${field}.path`, text, 'must be an absolute path'));
  }
  if (type === 'Exact' || type === 'Prefix') {
    for (const part of forbiddenInPath.filter((one) => text.includes(one))) {
      errors.push(invalidValue(`${field}.path`, text, `must not contain '${part}'`));
    }
    for (const part of forbiddenAtEnd.filter((one) => text.endsWith(one))) {
      errors.push(invalidValue(`${field}.path`, text, `cannot end with '${part}'`));
    }
  }
  return [...errors, ...validateBackend(`${field}.backend`, recordOf(path.backend))];
}

function validateBackend(field: string, backend: Part): FieldError[] {
  const { service, resource } = backend;
  if (isRecord(service) && isRecord(resource)) {
    return [invalidValue(field, '', 'cannot set both resource and service backends')];
  }
  if (isRecord(resource)) {
    return ['kind', 'name'].flatMap((part) => {
      const value = textOf(resource[part]);
      const place = `${field}.resource.${part}`;
      return value === '' ? [required(place)] : invalidForEach(place, value, pathSegment(value));
    });
  }
  if (!isRecord(service)) return [invalidValue(field, '', 'resource or service backend is required')];
  return validateServiceBackend(field, service);
}

function validateServiceBackend(field: string, service: Part): FieldError[] {
  const name = textOf(service.name);
  const place = `${field}.service`;
  const errors = name === '' ? [required(`${place}.name`)] : invalidForEach(`${place}.name`, name, rfc1035Label(name));
  const port = recordOf(service.port);
  const hasName = textOf(port.name) !== '';
  const hasNumber = !isZero(port.number);
  if (hasName && hasNumber) errors.push(invalidValue(field, '', 'cannot set both port name & port number'));
  else if (hasName) errors.push(...invalidForEach(`${place}.port.name`, port.name, portName(textOf(port.name))));
  else if (hasNumber)
    errors.push(...invalidForEach(`${place}.port.number`, port.number, portNumber(Number(port.number))));
  else errors.push(required(field, 'port name or number is required'));
  return errors;
}

function formatHosts(rules: readonly Part[]): string {
  const shown = rules
    .map((rule) => textOf(rule.host))
    .filter((host) => host !== '')
    .slice(0, 3);
  if (shown.length === 0) return '*';
  return shown.length === 3 && rules.length > 3 ? `${shown.join(',')} + ${rules.length - 3} more...` : shown.join(',');
}

function formatAddresses(status: unknown): string {
  const points = itemsOf(recordOf(recordOf(status).loadBalancer).ingress);
  return [...new Set(points.map(addressOf).filter((address) => address !== ''))].toSorted().join(',');
}
