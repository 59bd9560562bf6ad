import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isRecord, numberOf, recordOf, setDefault, setDefaultWhenZero } from '../fields.ts';
import { formatLabels } from '../label-selector.ts';
import { defaultPodTemplate } from '../pod/pod-spec-defaults.ts';
import { invalidValue, mustNotBeNegative, notSupported, required } from '../validation/field-error.ts';
import { validateIntOrPercent, validatePercentLimit, valueOfIntOrPercent } from '../validation/int-or-percent.ts';
import { validateReplicatedTemplate, validateSelector, validateSelectorFixed } from './workload-validation.ts';

const count =
  (field: string) =>
  ({ status }: KubeObject) =>
    numberOf(status?.[field]);

export const daemonSetKind = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  subresources: ['status'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Desired', count('desiredNumberScheduled'), 'integer'),
    column('Current', count('currentNumberScheduled'), 'integer'),
    column('Ready', count('numberReady'), 'integer'),
    column('Up-to-date', count('updatedNumberScheduled'), 'integer'),
    column('Available', count('numberAvailable'), 'integer'),
    column('Node Selector', ({ spec }) => formatLabels(spec?.template?.spec?.nodeSelector)),
    ageColumn,
    ...templateColumns(({ spec }) => spec?.template),
    selectorColumn,
  ],
  applyDefaults: defaultDaemonSet,
  prepareCreate: (set) => {
    set.status = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
  },
  validate: (set, old) => {
    const spec = recordOf(set.spec);
    return [
      ...validateSelector('spec.selector', spec.selector, 'daemonset'),
      ...validateReplicatedTemplate('spec.template', spec, 'DaemonSet'),
      ...mustNotBeNegative('spec.minReadySeconds', spec.minReadySeconds),
      ...validateUpdateStrategy('spec.updateStrategy', recordOf(spec.updateStrategy)),
      ...mustNotBeNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
      ...validateSelectorFixed(set, old),
    ];
  },
});

function defaultDaemonSet(set: KubeObject): void {
  const spec = ensureRecord(set, 'spec');
  const strategy = ensureRecord(spec, 'updateStrategy');
  setDefaultWhenZero(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureRecord(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', 1);
    setDefault(rolling, 'maxSurge', 0);
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
  defaultPodTemplate(spec);
}

function validateUpdateStrategy(field: string, strategy: Record<string, unknown>): FieldError[] {
  if (strategy.type === 'OnDelete') return [];
  if (strategy.type !== 'RollingUpdate') {
    const shown = { Type: strategy.type, RollingUpdate: strategy.rollingUpdate ?? null };
    return [notSupported(field, shown, ['RollingUpdate', 'OnDelete'])];
  }
  if (!isRecord(strategy.rollingUpdate)) return [required(`${field}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate;
  const place = `${field}.rollingUpdate`;
  const errors = [
    ...validateIntOrPercent(`${place}.maxUnavailable`, maxUnavailable),
    ...validateIntOrPercent(`${place}.maxSurge`, maxSurge),
    ...validatePercentLimit(`${place}.maxUnavailable`, maxUnavailable),
    ...validatePercentLimit(`${place}.maxSurge`, maxSurge),
  ];
  const hasUnavailable = valueOfIntOrPercent(maxUnavailable) !== 0;
  const hasSurge = valueOfIntOrPercent(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.push(invalidValue(`${place}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  }
  if (!hasUnavailable && !hasSurge) errors.push(required(`${place}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}
