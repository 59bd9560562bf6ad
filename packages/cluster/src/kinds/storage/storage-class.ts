import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import { isSame, setDefaultWhenZero, textOf } from '../fields.ts';
import { forbidden, immutable, invalidForEach, notSupported, required } from '../validation/field-error.ts';
import { qualifiedName } from '../validation/names.ts';
import { defaultClassAnnotation } from './persistent-volume-claim.ts';

export const storageClassKind = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  resource: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  isNamespaced: false,
  columns: [
    {
      ...nameColumn,
      value: ({ metadata }) => {
        const isDefault = metadata.annotations?.[defaultClassAnnotation] === 'true';
        return isDefault ? `${metadata.name} (default)` : metadata.name;
      },
    },
    column('Provisioner', ({ provisioner }) => textOf(provisioner)),
    column('ReclaimPolicy', ({ reclaimPolicy }) => textOf(reclaimPolicy) || 'Delete'),
    column('VolumeBindingMode', ({ volumeBindingMode }) => textOf(volumeBindingMode) || 'Immediate'),
    column('AllowVolumeExpansion', ({ allowVolumeExpansion }) => allowVolumeExpansion === true),
    ageColumn,
  ],
  applyDefaults: (storageClass) => {
    setDefaultWhenZero(storageClass, 'reclaimPolicy', 'Delete');
    setDefaultWhenZero(storageClass, 'volumeBindingMode', 'Immediate');
  },
  validate: (storageClass, old) => [
    ...validateClass(storageClass),
    ...(old === undefined ? [] : validateUpdate(storageClass, old)),
  ],
});

const reclaimPolicies = ['Delete', 'Retain'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];

function validateClass(storageClass: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const provisioner = textOf(storageClass.provisioner);
  if (provisioner === '') errors.push(required('provisioner'));
  else errors.push(...invalidForEach('provisioner', provisioner, qualifiedName(provisioner.toLowerCase())));
  const { reclaimPolicy, volumeBindingMode } = storageClass;
  if (!reclaimPolicies.includes(reclaimPolicy))
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, reclaimPolicies));
  if (!bindingModes.includes(volumeBindingMode))
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, bindingModes));
  return errors;
}

function validateUpdate(storageClass: KubeObject, old: KubeObject): FieldError[] {
  const errors = ['parameters', 'provisioner', 'reclaimPolicy']
    .filter((field) => !isSame(storageClass[field], old[field]))
    .map((field) => forbidden(field, `updates to ${field} are forbidden.`));
  if (storageClass.volumeBindingMode !== old.volumeBindingMode) {
    errors.push(immutable('volumeBindingMode', storageClass.volumeBindingMode));
  }
  return errors;
}
