import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isZero, numberOf, recordOf, textOf } from '../fields.ts';
import { invalidValue, notSupported } from '../validation/field-error.ts';
import { validateIntOrPercent, validatePercentLimit } from '../validation/int-or-percent.ts';
import { validateLabelSelector } from '../validation/labels.ts';

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];

export const podDisruptionBudgetKind = defineKind({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  subresources: ['status'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Min Available', ({ spec }) => `${spec?.minAvailable ?? 'N/A'}`),
    column('Max Unavailable', ({ spec }) => `${spec?.maxUnavailable ?? 'N/A'}`),
    column('Allowed Disruptions', ({ status }) => numberOf(status?.disruptionsAllowed), 'integer'),
    ageColumn,
  ],
  applyDefaults: (budget) => {
    ensureRecord(budget, 'spec');
  },
  prepareCreate: (budget) => {
    budget.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
  validate: ({ spec }) => validateSpec(recordOf(spec)),
});

function validateSpec(spec: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const given = ['minAvailable', 'maxUnavailable'].filter((name) => spec[name] !== undefined && spec[name] !== null);
  if (given.length > 1) errors.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  for (const name of given) {
    errors.push(
      ...validateIntOrPercent(`spec.${name}`, spec[name]),
      ...validatePercentLimit(`spec.${name}`, spec[name]),
    );
  }
  errors.push(...validateLabelSelector('spec.selector', spec.selector));
  const policy = spec.unhealthyPodEvictionPolicy;
  if (!isZero(policy) && !evictionPolicies.includes(textOf(policy))) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, evictionPolicies));
  }
  return errors;
}
