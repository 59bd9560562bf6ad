import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import {
  ensureRecord,
  isRecord,
  isSame,
  isZero,
  recordOf,
  setDefault,
  setDefaultWhenZero,
  stringsOf,
  textOf,
} from '../fields.ts';
import { validateNodeSelector } from '../pod/affinity-validation.ts';
import { canonicalResources } from '../pod/pod-spec-defaults.ts';
import { forbidden, immutable, notSupported, required } from '../validation/field-error.ts';
import {
  formatAccessModes,
  validateAccessModes,
  validatePositiveQuantity,
  validateVolumeMode,
} from './claim-validation.ts';

type Part = Record<string, unknown>;

export const volumeProtection = 'kubernetes.io/pv-protection';

export const persistentVolumeKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  resource: 'persistentvolumes',
  shortNames: ['pv'],
  isNamespaced: false,
  subresources: ['status'],
  columns: [
    nameColumn,
    column('Capacity', ({ spec }) => textOf(recordOf(spec?.capacity).storage) || '0'),
    column('Access Modes', ({ spec }) => formatAccessModes(spec?.accessModes)),
    column('Reclaim Policy', ({ spec }) => textOf(spec?.persistentVolumeReclaimPolicy)),
    column('Status', ({ metadata, status }) => {
      return metadata.deletionTimestamp === undefined ? textOf(status?.phase) : 'Terminating';
    }),
    column('Claim', ({ spec }) =>
      isRecord(spec?.claimRef) ? `${textOf(spec.claimRef.namespace)}/${textOf(spec.claimRef.name)}` : '',
    ),
    column('StorageClass', ({ spec }) => textOf(spec?.storageClassName)),
    column('VolumeAttributesClass', ({ spec }) => textOf(spec?.volumeAttributesClassName) || '<unset>'),
    column('Reason', ({ status }) => textOf(status?.reason)),
    ageColumn,
    wideColumn('VolumeMode', ({ spec }) => textOf(spec?.volumeMode) || '<unset>'),
  ],
  applyDefaults: (volume) => {
    const spec = ensureRecord(volume, 'spec');
    setDefaultWhenZero(spec, 'persistentVolumeReclaimPolicy', 'Retain');
    setDefault(spec, 'volumeMode', 'Filesystem');
    if (isRecord(spec.hostPath)) setDefault(spec.hostPath, 'type', '');
    canonicalResources(spec, 'capacity');
  },
  prepareCreate: (volume) => {
    volume.status = { phase: 'Pending' };
    volume.metadata.finalizers = [
      ...stringsOf(volume.metadata.finalizers).filter((name) => name !== volumeProtection),
      volumeProtection,
    ];
  },
  validate: (volume, old) => [
    ...validateSpec(recordOf(volume.spec)),
    ...(old === undefined ? [] : validateUpdate(volume, old)),
  ],
});

/** The fields of a spec that say where the data is. */
const sources = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'csi',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'glusterfs',
  'hostPath',
  'iscsi',
  'local',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
];
const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

function validateSpec(spec: Part): FieldError[] {
  const errors = validateAccessModes('spec.accessModes', spec.accessModes, '');
  const capacity = recordOf(spec.capacity);
  if (Object.keys(capacity).length === 0) errors.push(required('spec.capacity'));
  if (capacity.storage === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported('spec.capacity', capacity, ['storage']));
  }
  for (const [name, value] of Object.entries(capacity))
    errors.push(...validatePositiveQuantity(`spec.capacity[${name}]`, value));
  const given = sources.filter((source) => isRecord(spec[source]));
  if (given.length === 0) errors.push(required('spec', 'must specify a volume type'));
  for (const source of given.slice(1))
    errors.push(forbidden(`spec.${source}`, 'may not specify more than 1 volume type'));
  if (
    !isZero(spec.persistentVolumeReclaimPolicy) &&
    !reclaimPolicies.includes(textOf(spec.persistentVolumeReclaimPolicy))
  ) {
    errors.push(
      notSupported('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, reclaimPolicies),
    );
  }
  const { required: nodes } = recordOf(spec.nodeAffinity);
  if (isRecord(spec.local) && !isRecord(nodes)) {
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  }
  if (isRecord(nodes)) errors.push(...validateNodeSelector('spec.nodeAffinity.required', nodes));
  return [...errors, ...validateVolumeMode('spec.volumeMode', spec.volumeMode)];
}

function validateUpdate(volume: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  if (sources.some((source) => !isSame(volume.spec?.[source], old.spec?.[source]))) {
    errors.push(forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'));
  }
  if (volume.spec?.volumeMode !== old.spec?.volumeMode) errors.push(immutable('volumeMode', volume.spec?.volumeMode));
  if (isRecord(old.spec?.nodeAffinity) && !isSame(volume.spec?.nodeAffinity, old.spec.nodeAffinity)) {
    errors.push(immutable('nodeAffinity', volume.spec?.nodeAffinity));
  }
  return errors;
}
