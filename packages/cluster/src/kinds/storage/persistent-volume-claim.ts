import { ApiError } from '../../api-error.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { AdmissionContext, FieldError } from '../../registry/kube-kind.ts';
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
import { canonicalResources } from '../pod/pod-spec-defaults.ts';
import { compareQuantities } from '../quantity.ts';
import { admitClaimToLimits } from '../quota/limit-admission.ts';
import { forbidden, immutable } from '../validation/field-error.ts';
import { formatAccessModes, validateClaimSpec } from './claim-validation.ts';

export const claimProtection = 'kubernetes.io/pvc-protection';
export const defaultClassAnnotation = 'storageclass.kubernetes.io/is-default-class';

export const persistentVolumeClaimKind = defineKind({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  resource: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  subresources: ['status'],
  columns: [
    nameColumn,
    column('Status', ({ metadata, status }) => {
      return metadata.deletionTimestamp === undefined ? textOf(status?.phase) : 'Terminating';
    }),
    column('Volume', ({ spec }) => textOf(spec?.volumeName)),
    column('Capacity', ({ spec, status }) =>
      isZero(spec?.volumeName) ? '' : textOf(recordOf(status?.capacity).storage) || '0',
    ),
    column('Access Modes', ({ spec, status }) =>
      isZero(spec?.volumeName) ? '' : formatAccessModes(status?.accessModes),
    ),
    column('StorageClass', ({ spec }) => textOf(spec?.storageClassName)),
    column('VolumeAttributesClass', ({ spec }) => textOf(spec?.volumeAttributesClassName) || '<unset>'),
    ageColumn,
    wideColumn('VolumeMode', ({ spec }) => textOf(spec?.volumeMode) || '<unset>'),
  ],
  applyDefaults: (claim) => {
    const spec = ensureRecord(claim, 'spec');
    setDefault(spec, 'volumeMode', 'Filesystem');
    const resources = ensureRecord(spec, 'resources');
    canonicalResources(resources, 'requests');
    canonicalResources(resources, 'limits');
    if (isRecord(claim.status)) setDefaultWhenZero(claim.status, 'phase', 'Pending');
  },
  prepareCreate: (claim, context) => {
    claim.status = { phase: 'Pending' };
    claim.metadata.finalizers = [
      ...stringsOf(claim.metadata.finalizers).filter((name) => name !== claimProtection),
      claimProtection,
    ];
    chooseClass(claim, context);
    admitClaimToLimits(claim, context);
  },
  prepareUpdate: requireExpandable,
  validate: (claim, old) => [
    ...validateClaimSpec('spec', recordOf(claim.spec)),
    ...(old === undefined ? [] : validateUpdate(claim, old)),
  ],
});

/** A claim that names no class gets the default one; one that names the empty class wants none (kubernetes docs: Persistent Volumes). */
function chooseClass(claim: KubeObject, context: AdmissionContext): void {
  const spec = ensureRecord(claim, 'spec');
  if (spec.storageClassName !== undefined && spec.storageClassName !== null) return;
  const kind = context.find('storage.k8s.io', 'StorageClass');
  const classes = kind === undefined ? [] : context.list(kind);
  const chosen = classes.find((one) => one.metadata.annotations?.[defaultClassAnnotation] === 'true');
  if (chosen !== undefined) spec.storageClassName = chosen.metadata.name;
}

/** Only what a class made and can enlarge may grow (admission plug-in PersistentVolumeClaimResize). */
function requireExpandable(claim: KubeObject, old: KubeObject, context: AdmissionContext): void {
  const size = recordOf(recordOf(claim.spec?.resources).requests).storage;
  const before = recordOf(recordOf(old.spec?.resources).requests).storage;
  if (old.status?.phase !== 'Bound' || compareQuantities(size, before) <= 0) return;
  const kind = context.find('storage.k8s.io', 'StorageClass');
  const classes = kind === undefined ? [] : context.list(kind);
  const storageClass = classes.find((one) => one.metadata.name === claim.spec?.storageClassName);
  if (storageClass?.allowVolumeExpansion === true) return;
  const { name } = claim.metadata;
  const cause =
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
  throw new ApiError(403, 'Forbidden', `persistentvolumeclaims "${name}" is forbidden: ${cause}`, {
    name,
    kind: 'persistentvolumeclaims',
  });
}

function validateUpdate(claim: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const isBound = claim.status?.phase === 'Bound';
  if (!isSame(fixedPart(claim, old, isBound), fixedPart(old, old, isBound))) {
    const detail =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbidden('spec', detail));
  }
  const size = recordOf(recordOf(claim.spec?.resources).requests).storage;
  const before = recordOf(recordOf(old.spec?.resources).requests).storage;
  if (compareQuantities(size, before) < 0) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  }
  if (claim.spec?.volumeMode !== old.spec?.volumeMode) errors.push(immutable('volumeMode', claim.spec?.volumeMode));
  return errors;
}

function fixedPart(claim: KubeObject, old: KubeObject, isBound: boolean): unknown {
  const { volumeName, storageClassName, volumeAttributesClassName, resources, ...rest } = recordOf(claim.spec);
  const { requests, ...limits } = recordOf(resources);
  const { storage, ...others } = recordOf(requests);
  return {
    ...rest,
    limits,
    requests: isBound ? others : { ...others, storage },
    volumeName: isZero(old.spec?.volumeName) ? undefined : volumeName,
    // A claim without a class may still be given one.
    storageClassName:
      isZero(old.spec?.storageClassName) && old.spec?.storageClassName !== '' ? undefined : storageClassName,
    volumeAttributesClassName: isBound ? undefined : volumeAttributesClassName,
  };
}
