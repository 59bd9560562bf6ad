import type { KubeObject } from '../../kube-object.ts';
import { ageColumn, column, nameColumn, selectorColumn, templateColumns } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { ensureRecord, isRecord, numberOf, recordOf, setDefault } from '../fields.ts';
import { defaultPodTemplate } from '../pod/pod-spec-defaults.ts';
import { mustNotBeNegative } from '../validation/field-error.ts';
import { validateReplicatedTemplate, validateSelector, validateSelectorFixed } from './workload-validation.ts';

export const replicaSetKind = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Desired', ({ spec }) => numberOf(spec?.replicas), 'integer'),
    column('Current', ({ status }) => numberOf(status?.replicas), 'integer'),
    column('Ready', ({ status }) => numberOf(status?.readyReplicas), 'integer'),
    ageColumn,
    ...templateColumns(({ spec }) => spec?.template),
    selectorColumn,
  ],
  applyDefaults: defaultReplicaSet,
  prepareCreate: (replicaSet) => {
    replicaSet.status = { replicas: 0 };
  },
  validate: (replicaSet, old) => {
    const spec = recordOf(replicaSet.spec);
    return [
      ...mustNotBeNegative('spec.replicas', spec.replicas),
      ...mustNotBeNegative('spec.minReadySeconds', spec.minReadySeconds),
      // The API server says "deployment" here for both kinds.
      ...validateSelector('spec.selector', spec.selector, 'deployment'),
      ...validateReplicatedTemplate('spec.template', spec, 'ReplicaSet'),
      ...validateSelectorFixed(replicaSet, old),
    ];
  },
});

function defaultReplicaSet(replicaSet: KubeObject): void {
  const spec = ensureRecord(replicaSet, 'spec');
  setDefault(spec, 'replicas', 1);
  defaultPodTemplate(spec);
  const labels = recordOf(recordOf(spec.template).metadata).labels;
  const own = replicaSet.metadata.labels;
  if (isRecord(labels) && (own === undefined || Object.keys(own).length === 0))
    replicaSet.metadata.labels = { ...labels };
}
