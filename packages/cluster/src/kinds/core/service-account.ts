import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { itemsOf } from '../fields.ts';

export const serviceAccountKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  shortNames: ['sa'],
  columns: [nameColumn, column('Secrets', ({ secrets }) => `${itemsOf(secrets).length}`), ageColumn],
});
