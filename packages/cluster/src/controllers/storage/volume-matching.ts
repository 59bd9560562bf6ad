import { isRecord, isZero, recordOf, stringsOf, textOf } from '../../kinds/fields.ts';
import { selectorMatches } from '../../kinds/label-selector.ts';
import { compareQuantities } from '../../kinds/quantity.ts';
import type { KubeObject } from '../../kube-object.ts';
import { isDeleting } from '../object-key.ts';

/** What a claim asks for. */
export function storageOf(claim: KubeObject): unknown {
  return recordOf(recordOf(claim.spec?.resources).requests).storage;
}

/** The smallest free volume that does for a claim; the very one, where claim or volume name each other. */
export function findVolume(claim: KubeObject, volumes: readonly KubeObject[]): KubeObject | undefined {
  const { name, namespace, uid } = claim.metadata;
  const wanted = textOf(claim.spec?.volumeName);
  const fits = volumes.filter((volume) => !isDeleting(volume) && suits(claim, volume));
  const reserved = fits.find((volume) => {
    const reference = recordOf(volume.spec?.claimRef);
    const isMine = reference.name === name && reference.namespace === namespace;
    return isMine && (isZero(reference.uid) || reference.uid === uid);
  });
  if (reserved !== undefined) return reserved;
  const free = fits.filter((volume) => !isRecord(volume.spec?.claimRef) && volume.status?.phase === 'Available');
  if (wanted !== '') return free.find((volume) => volume.metadata.name === wanted);
  return free.toSorted((a, b) => compareQuantities(a.spec.capacity?.storage, b.spec.capacity?.storage))[0];
}

/** The volume that the provisioner of a class makes for a claim. */
export function provisionedVolume(claim: KubeObject, storageClass: KubeObject): KubeObject {
  const name = `pvc-${claim.metadata.uid}`;
  const { namespace, name: claimName, uid, resourceVersion } = claim.metadata;
  const driver = textOf(storageClass.provisioner);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': driver } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: storageOf(claim) },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName, uid, resourceVersion },
      csi: { driver, volumeHandle: name },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode,
    },
  };
}

function suits(claim: KubeObject, volume: KubeObject): boolean {
  const modes = stringsOf(volume.spec?.accessModes);
  const selector = claim.spec?.selector;
  return (
    textOf(claim.spec?.storageClassName) === textOf(volume.spec?.storageClassName) &&
    (claim.spec?.volumeMode ?? 'Filesystem') === (volume.spec?.volumeMode ?? 'Filesystem') &&
    stringsOf(claim.spec?.accessModes).every((mode) => modes.includes(mode)) &&
    compareQuantities(recordOf(volume.spec?.capacity).storage, storageOf(claim)) >= 0 &&
    (!isRecord(selector) || selectorMatches(selector, volume.metadata.labels))
  );
}
