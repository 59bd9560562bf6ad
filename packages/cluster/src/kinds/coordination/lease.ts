import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { recordOf, textOf } from '../fields.ts';
import { invalidValue, mustNotBeNegative } from '../validation/field-error.ts';

export const leaseKind = defineKind({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  columns: [nameColumn, column('Holder', ({ spec }) => textOf(spec?.holderIdentity)), ageColumn],
  validate: ({ spec }) => {
    const { leaseDurationSeconds, leaseTransitions } = recordOf(spec);
    const isTooShort = typeof leaseDurationSeconds === 'number' && leaseDurationSeconds <= 0;
    return [
      ...(isTooShort
        ? [invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')]
        : []),
      ...mustNotBeNegative('spec.leaseTransitions', leaseTransitions),
    ];
  },
});
