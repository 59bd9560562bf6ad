import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isRecord, itemsOf, recordOf, setDefault, stringsOf } from '../fields.ts';
import { invalidValue, required } from '../validation/field-error.ts';
import { pathSegment } from '../validation/names.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

export const roleKind = defineKind({
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  resource: 'roles',
  checkName: pathSegment,
  columns: [nameColumn, createdAtColumn],
  applyDefaults: (role) => setDefault(role, 'rules', null),
  validate: (role) => validateRules(role, true),
});

export const clusterRoleKind = defineKind({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  resource: 'clusterroles',
  isNamespaced: false,
  checkName: pathSegment,
  columns: [nameColumn, createdAtColumn],
  applyDefaults: (role) => setDefault(role, 'rules', null),
  validate: (role) => [...validateRules(role, false), ...validateAggregation(role)],
});

function validateRules(role: KubeObject, isNamespaced: boolean): FieldError[] {
  return itemsOf(role.rules).flatMap((rule, at) => {
    const field = `rules[${at}]`;
    const errors: FieldError[] = [];
    if (stringsOf(rule.verbs).length === 0)
      errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
    const urls = stringsOf(rule.nonResourceURLs);
    const hasResources =
      stringsOf(rule.apiGroups).length + stringsOf(rule.resources).length + stringsOf(rule.resourceNames).length > 0;
    if (urls.length > 0) {
      const place = `${field}.nonResourceURLs`;
      if (isNamespaced) errors.push(invalidValue(place, urls, 'namespaced rules cannot apply to non-resource URLs'));
      if (hasResources) {
        errors.push(invalidValue(place, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
      }
      return errors;
    }
    if (stringsOf(rule.apiGroups).length === 0) {
      errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
    }
    if (stringsOf(rule.resources).length === 0) {
      errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
    }
    return errors;
  });
}

function validateAggregation(role: KubeObject): FieldError[] {
  if (!isRecord(role.aggregationRule)) return [];
  const selectors = itemsOf(recordOf(role.aggregationRule).clusterRoleSelectors);
  const detail = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
  return selectors.length > 0 ? [] : [required('aggregationRule.clusterRoleSelectors', detail)];
}
