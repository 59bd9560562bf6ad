import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isRecord, recordOf, setDefaultWhenZero, textOf } from '../fields.ts';
import { forbidden, immutable, invalidValue, notSupported, required, tooLong } from '../validation/field-error.ts';
import { rfc1123Subdomain } from '../validation/names.ts';

const maxControllerBytes = 250;

export const ingressClassKind = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  singular: 'ingressclass',
  isNamespaced: false,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Controller', ({ spec }) => textOf(spec?.controller)),
    column('Parameters', ({ spec }) => formatParameters(spec?.parameters)),
    ageColumn,
  ],
  applyDefaults: ({ spec }) => {
    if (isRecord(spec?.parameters)) setDefaultWhenZero(spec.parameters, 'scope', 'Cluster');
  },
  validate: (object, old) => [
    ...(old !== undefined && old.spec?.controller !== object.spec?.controller
      ? [immutable('spec.controller', textOf(object.spec?.controller))]
      : []),
    ...validateController(object),
    ...validateParameters(recordOf(object.spec).parameters),
  ],
});

function validateController({ spec }: KubeObject): FieldError[] {
  const controller = textOf(spec?.controller);
  const field = 'spec.controller';
  if (controller.length > maxControllerBytes) return [tooLong(field, maxControllerBytes)];
  if (controller === '') return [required(field)];
  const [domain = '', path = ''] = controller.split('/', 2);
  if (domain === '' || path === '') {
    return [invalidValue(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  return rfc1123Subdomain(domain).map((message) => invalidValue(field, domain, message));
}

function validateParameters(parameters: unknown): FieldError[] {
  if (!isRecord(parameters)) return [];
  const field = 'spec.parameters';
  const errors = ['kind', 'name']
    .filter((part) => textOf(parameters[part]) === '')
    .map((part) => required(`${field}.${part}`));
  const { scope, namespace } = parameters;
  if (scope !== 'Cluster' && scope !== 'Namespace') {
    errors.push(notSupported(`${field}.scope`, scope, ['Cluster', 'Namespace']));
  } else if (scope === 'Namespace' && textOf(namespace) === '') {
    errors.push(required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  } else if (scope === 'Cluster' && namespace !== undefined) {
    errors.push(forbidden(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}

function formatParameters(parameters: unknown): string {
  if (!isRecord(parameters)) return '<none>';
  const group = textOf(parameters.apiGroup);
  return `${textOf(parameters.kind)}${group === '' ? '' : `.${group}`}/${textOf(parameters.name)}`;
}
