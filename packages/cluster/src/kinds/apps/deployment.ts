import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isRecord, numberOf, recordOf, setDefault, setDefaultWhenZero } from '../fields.ts';
import { defaultPodTemplate } from '../pod/pod-spec-defaults.ts';
import { forbidden, invalidValue, mustNotBeNegative, notSupported } from '../validation/field-error.ts';
import { validateIntOrPercent, validatePercentLimit, valueOfIntOrPercent } from '../validation/int-or-percent.ts';
import { validateReplicatedTemplate, validateSelector, validateSelectorFixed } from './workload-validation.ts';

export const deploymentKind = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Ready', ({ spec, status }) => `${numberOf(status?.readyReplicas)}/${numberOf(spec?.replicas)}`),
    column('Up-to-date', ({ status }) => numberOf(status?.updatedReplicas)),
    column('Available', ({ status }) => numberOf(status?.availableReplicas)),
    ageColumn,
    ...templateColumns(({ spec }) => spec?.template),
    selectorColumn,
  ],
  applyDefaults: defaultDeployment,
  prepareCreate: (deployment) => {
    deployment.status = {};
  },
  validate: (deployment, old) => [
    ...validateDeployment(recordOf(deployment.spec)),
    ...validateSelectorFixed(deployment, old),
  ],
});

function defaultDeployment(deployment: KubeObject): void {
  const spec = ensureRecord(deployment, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
  const strategy = ensureRecord(spec, 'strategy');
  setDefaultWhenZero(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rolling = ensureRecord(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', '25%');
    setDefault(rolling, 'maxSurge', '25%');
  }
  defaultPodTemplate(spec);
}

function validateDeployment(spec: Record<string, unknown>): FieldError[] {
  return [
    ...mustNotBeNegative('spec.replicas', spec.replicas),
    ...validateSelector('spec.selector', spec.selector, 'deployment'),
    ...validateReplicatedTemplate('spec.template', spec, 'ReplicaSet'),
    ...validateStrategy('spec.strategy', recordOf(spec.strategy)),
    ...mustNotBeNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...mustNotBeNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...validateDeadline('spec.progressDeadlineSeconds', spec),
  ];
}

function validateStrategy(field: string, strategy: Record<string, unknown>): FieldError[] {
  if (strategy.type === 'Recreate') {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return isRecord(strategy.rollingUpdate) ? [forbidden(`${field}.rollingUpdate`, detail)] : [];
  }
  if (strategy.type !== 'RollingUpdate') {
    const shown = { Type: strategy.type, RollingUpdate: strategy.rollingUpdate ?? null };
    return [notSupported(field, shown, ['Recreate', 'RollingUpdate'])];
  }
  const { maxSurge, maxUnavailable } = recordOf(strategy.rollingUpdate);
  const place = `${field}.rollingUpdate`;
  const errors = [
    ...validateIntOrPercent(`${place}.maxUnavailable`, maxUnavailable),
    ...validateIntOrPercent(`${place}.maxSurge`, maxSurge),
  ];
  if (valueOfIntOrPercent(maxUnavailable) === 0 && valueOfIntOrPercent(maxSurge) === 0) {
    errors.push(invalidValue(`${place}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validatePercentLimit(`${place}.maxUnavailable`, maxUnavailable)];
}

function validateDeadline(field: string, spec: Record<string, unknown>): FieldError[] {
  const deadline = spec.progressDeadlineSeconds;
  if (typeof deadline !== 'number') return [];
  const errors = mustNotBeNegative(field, deadline);
  if (deadline <= numberOf(spec.minReadySeconds)) {
    errors.push(invalidValue(field, deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}
