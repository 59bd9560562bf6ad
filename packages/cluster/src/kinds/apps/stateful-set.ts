import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import {
  ensureRecord,
  isRecord,
  isSame,
  isZero,
  itemsOf,
  numberOf,
  recordOf,
  setDefault,
  setDefaultWhenZero,
  textOf,
} from '../fields.ts';
import { canonicalResources, defaultPodTemplate } from '../pod/pod-spec-defaults.ts';
import { validateClaimSpec } from '../storage/claim-validation.ts';
import {
  forbidden,
  invalidForEach,
  invalidValue,
  mustNotBeNegative,
  notSupported,
  required,
} from '../validation/field-error.ts';
import { validateIntOrPercent, validatePercentLimit, valueOfIntOrPercent } from '../validation/int-or-percent.ts';
import { rfc1123Label } from '../validation/names.ts';
import { validateReplicatedTemplate, validateSelector } from './workload-validation.ts';

type Part = Record<string, unknown>;

export const statefulSetKind = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  resource: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  subresources: ['status', 'scale'],
  hasGeneration: true,
  // Its pods are named after it, and must be able to be host names.
  checkName: rfc1123Label,
  columns: [
    nameColumn,
    column('Ready', ({ spec, status }) => `${numberOf(status?.readyReplicas)}/${numberOf(spec?.replicas)}`),
    ageColumn,
    ...templateColumns(({ spec }) => spec?.template),
  ],
  applyDefaults: defaultStatefulSet,
  prepareCreate: (set) => {
    set.status = { replicas: 0, availableReplicas: 0 };
  },
  validate: (set, old) => [
    ...validateStatefulSet(recordOf(set.spec), old === undefined),
    ...(old === undefined ? [] : validateUpdate(recordOf(set.spec), recordOf(old.spec))),
  ],
});

function defaultStatefulSet(set: KubeObject): void {
  const spec = ensureRecord(set, 'spec');
  setDefaultWhenZero(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = ensureRecord(spec, 'updateStrategy');
  setDefaultWhenZero(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') setDefault(ensureRecord(strategy, 'rollingUpdate'), 'partition', 0);
  const retention = ensureRecord(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefaultWhenZero(retention, 'whenDeleted', 'Retain');
  setDefaultWhenZero(retention, 'whenScaled', 'Retain');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', 10);
  defaultPodTemplate(spec);
  for (const claim of itemsOf(spec.volumeClaimTemplates)) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    const claimSpec = ensureRecord(claim, 'spec');
    setDefault(claimSpec, 'volumeMode', 'Filesystem');
    canonicalResources(recordOf(claimSpec.resources), 'requests');
    setDefaultWhenZero(ensureRecord(claim, 'status'), 'phase', 'Pending');
  }
}

const retentions = ['Retain', 'Delete'];

function validateStatefulSet(spec: Part, isNew: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.podManagementPolicy !== 'OrderedReady' && spec.podManagementPolicy !== 'Parallel') {
    const detail = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalidValue('spec.podManagementPolicy', spec.podManagementPolicy, detail));
  }
  errors.push(...validateUpdateStrategy('spec.updateStrategy', recordOf(spec.updateStrategy)));
  for (const part of ['whenDeleted', 'whenScaled']) {
    const value = recordOf(spec.persistentVolumeClaimRetentionPolicy)[part];
    if (retentions.includes(textOf(value))) continue;
    const field = `spec.persistentVolumeClaimRetentionPolicy.${part}`;
    errors.push(notSupported(field, value, retentions));
  }
  if (isNew) {
    itemsOf(spec.volumeClaimTemplates).forEach((claim, at) => {
      errors.push(...validateClaimSpec(`spec.volumeClaimTemplates[${at}].spec`, recordOf(claim.spec)));
    });
    const serviceName = textOf(spec.serviceName);
    if (serviceName !== '') errors.push(...invalidForEach('spec.serviceName', serviceName, rfc1123Label(serviceName)));
  }
  return [
    ...errors,
    ...mustNotBeNegative('spec.replicas', spec.replicas),
    ...mustNotBeNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...mustNotBeNegative('spec.ordinals.start', recordOf(spec.ordinals).start),
    ...validateSelector('spec.selector', spec.selector, 'statefulset'),
    ...validateReplicatedTemplate('spec.template', withClaimVolumes(spec), 'StatefulSet'),
  ];
}

/** The controller adds a volume for each claim template: containers may mount it. */
function withClaimVolumes(spec: Part): Part {
  const template = recordOf(spec.template);
  const podSpec = recordOf(template.spec);
  const claims = itemsOf(spec.volumeClaimTemplates).map((claim) => textOf(recordOf(claim.metadata).name));
  const own = itemsOf(podSpec.volumes).filter((volume) => !claims.includes(textOf(volume.name)));
  const added = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...spec, template: { ...template, spec: { ...podSpec, volumes: [...added, ...own] } } };
}

function validateUpdateStrategy(field: string, strategy: Part): FieldError[] {
  const rolling = strategy.rollingUpdate;
  if (strategy.type === 'OnDelete') {
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    return isRecord(rolling) ? [invalidValue(`${field}.rollingUpdate`, rolling, detail)] : [];
  }
  if (strategy.type !== 'RollingUpdate') {
    if (isZero(strategy.type)) return [required(field)];
    return [invalidValue(field, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  }
  const { partition, maxUnavailable } = recordOf(rolling);
  const errors = mustNotBeNegative(`${field}.rollingUpdate.partition`, partition);
  if (maxUnavailable === undefined || maxUnavailable === null) return errors;
  const place = `${field}.rollingUpdate.maxUnavailable`;
  errors.push(...validateIntOrPercent(place, maxUnavailable));
  if (valueOfIntOrPercent(maxUnavailable) === 0) errors.push(invalidValue(place, maxUnavailable, 'cannot be 0'));
  return [...errors, ...validatePercentLimit(place, maxUnavailable)];
}

const updatable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function validateUpdate(spec: Part, old: Part): FieldError[] {
  const fixed = (one: Part) => Object.fromEntries(Object.entries(one).filter(([field]) => !updatable.includes(field)));
  if (isSame(fixed(spec), fixed(old))) return [];
  const list = updatable.map((field) => `'${field}'`);
  const detail = `updates to statefulset spec for fields other than ${list.slice(0, -1).join(', ')} and ${list.at(-1)} are forbidden`;
  return [forbidden('spec', detail)];
}
