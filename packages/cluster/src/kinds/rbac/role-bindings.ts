import type { KubeObject } from '../../kube-object.ts';
import type { FieldError, TableColumn } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isSame, itemsOf, recordOf, setDefault, setDefaultWhenZero, textOf } from '../fields.ts';
import { invalidForEach, invalidValue, notSupported, required } from '../validation/field-error.ts';
import { pathSegment, rfc1123Subdomain } from '../validation/names.ts';
import { rbacGroup } from './roles.ts';

const columns: readonly TableColumn[] = [
  nameColumn,
  column('Role', ({ roleRef }) => `${textOf(recordOf(roleRef).kind)}/${textOf(recordOf(roleRef).name)}`),
  ageColumn,
  wideColumn('Users', (binding) => subjectNames(binding, 'User')),
  wideColumn('Groups', (binding) => subjectNames(binding, 'Group')),
  wideColumn('ServiceAccounts', (binding) => subjectNames(binding, 'ServiceAccount')),
];

export const roleBindingKind = defineKind({
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  resource: 'rolebindings',
  checkName: pathSegment,
  columns,
  applyDefaults: defaultBinding,
  validate: (binding, old) => validateBinding(binding, old, ['Role', 'ClusterRole']),
});

export const clusterRoleBindingKind = defineKind({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  resource: 'clusterrolebindings',
  isNamespaced: false,
  checkName: pathSegment,
  columns,
  applyDefaults: defaultBinding,
  validate: (binding, old) => validateBinding(binding, old, ['ClusterRole']),
});

function defaultBinding(binding: KubeObject): void {
  setDefaultWhenZero(ensureRecord(binding, 'roleRef'), 'apiGroup', rbacGroup);
  for (const subject of itemsOf(binding.subjects)) {
    if (subject.kind === 'User' || subject.kind === 'Group') setDefault(subject, 'apiGroup', rbacGroup);
  }
}

function validateBinding(binding: KubeObject, old: KubeObject | undefined, roleKinds: readonly string[]): FieldError[] {
  const roleRef = recordOf(binding.roleRef);
  const errors: FieldError[] = [];
  if (old !== undefined && !isSame(old.roleRef, binding.roleRef)) {
    errors.push(
      invalidValue(
        'roleRef',
        { apiGroup: roleRef.apiGroup, kind: roleRef.kind, name: roleRef.name },
        'cannot change roleRef',
      ),
    );
  }
  if (roleRef.apiGroup !== rbacGroup) errors.push(notSupported('roleRef.apiGroup', roleRef.apiGroup, [rbacGroup]));
  if (!roleKinds.includes(textOf(roleRef.kind)))
    errors.push(notSupported('roleRef.kind', textOf(roleRef.kind), roleKinds));
  const name = textOf(roleRef.name);
  if (name === '') errors.push(required('roleRef.name'));
  else errors.push(...invalidForEach('roleRef.name', name, pathSegment(name)));
  itemsOf(binding.subjects).forEach((subject, at) => {
    errors.push(...validateSubject(`subjects[${at}]`, subject, binding.kind === 'RoleBinding'));
  });
  return errors;
}

function validateSubject(field: string, subject: Record<string, unknown>, isNamespaced: boolean): FieldError[] {
  const name = textOf(subject.name);
  const errors = name === '' ? [required(`${field}.name`)] : [];
  switch (subject.kind) {
    case 'ServiceAccount':
      if (name !== '') errors.push(...invalidForEach(`${field}.name`, name, rfc1123Subdomain(name)));
      if (textOf(subject.apiGroup) !== '') errors.push(notSupported(`${field}.apiGroup`, subject.apiGroup, ['']));
      if (!isNamespaced && textOf(subject.namespace) === '') errors.push(required(`${field}.namespace`));
      return errors;
    case 'User':
    case 'Group':
      if (subject.apiGroup !== rbacGroup) errors.push(notSupported(`${field}.apiGroup`, subject.apiGroup, [rbacGroup]));
      return errors;
    default:
      return [...errors, notSupported(`${field}.kind`, textOf(subject.kind), ['ServiceAccount', 'User', 'Group'])];
  }
}

function subjectNames(binding: KubeObject, kind: string): string {
  return itemsOf(binding.subjects)
    .filter((subject) => subject.kind === kind)
    .map((subject) =>
      kind === 'ServiceAccount' ? `${textOf(subject.namespace)}/${textOf(subject.name)}` : textOf(subject.name),
    )
    .join(', ');
}
