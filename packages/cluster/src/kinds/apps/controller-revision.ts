import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isRecord, isSame, numberOf } from '../fields.ts';
import { immutable, mustNotBeNegative, required } from '../validation/field-error.ts';

export const controllerRevisionKind = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  columns: [
    nameColumn,
    column('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find((one) => one.controller === true);
      if (owner === undefined) return '<none>';
      const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
      return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
    }),
    column('Revision', ({ revision }) => `${numberOf(revision)}`),
    ageColumn,
  ],
  validate: (revision, old) => [
    ...mustNotBeNegative('revision', revision.revision),
    ...(isRecord(revision.data) ? [] : [required('data', 'data is mandatory')]),
    ...(old !== undefined && !isSame(old.data, revision.data) ? [immutable('data', revision.data)] : []),
  ],
});
