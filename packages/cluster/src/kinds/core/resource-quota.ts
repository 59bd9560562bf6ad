import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isSame, recordOf, stringsOf, textOf } from '../fields.ts';
import { canonicalResources } from '../pod/pod-spec-defaults.ts';
import { validateQuantity } from '../pod/resource-validation.ts';
import { immutable, invalidForEach, invalidValue } from '../validation/field-error.ts';
import { qualifiedName } from '../validation/names.ts';

export const resourceQuotaKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  shortNames: ['quota'],
  subresources: ['status'],
  columns: [
    nameColumn,
    column('Request', (quota) => formatUsage(quota, (name) => !name.startsWith('limits.'))),
    column('Limit', (quota) => formatUsage(quota, (name) => name.startsWith('limits.'))),
    ageColumn,
  ],
  applyDefaults: (quota) => canonicalResources(ensureRecord(quota, 'spec'), 'hard'),
  prepareCreate: (quota) => {
    quota.status = {};
  },
  validate: (quota, old) => [
    ...validateSpec(recordOf(quota.spec)),
    ...(old !== undefined && !isSame(stringsOf(old.spec?.scopes).toSorted(), stringsOf(quota.spec?.scopes).toSorted())
      ? [immutable('spec.scopes', quota.spec?.scopes ?? null)]
      : []),
  ],
});

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];

function validateSpec(spec: Record<string, unknown>): FieldError[] {
  const errors = Object.entries(recordOf(spec.hard)).flatMap(([name, value]) => {
    const field = `spec.hard[${name}]`;
    return [...invalidForEach(field, name, qualifiedName(name)), ...validateQuantity(field, value)];
  });
  const unknown = stringsOf(spec.scopes).filter((scope) => !scopes.includes(scope));
  return [...errors, ...unknown.map(() => invalidValue('spec.scopes', spec.scopes, 'unsupported scope'))];
}

function formatUsage({ status }: KubeObject, isShown: (name: string) => boolean): string {
  const hard = recordOf(status?.hard);
  const used = recordOf(status?.used);
  const names = Object.keys(hard).filter(isShown).toSorted();
  return names.map((name) => `${name}: ${textOf(used[name]) || '0'}/${textOf(hard[name])}`).join(', ');
}
