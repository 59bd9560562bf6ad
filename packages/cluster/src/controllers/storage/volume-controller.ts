import { isZero, itemsOf, recordOf, textOf } from '../../kinds/fields.ts';
import { compareQuantities } from '../../kinds/quantity.ts';
import { volumeProtection } from '../../kinds/storage/persistent-volume.ts';
import { claimProtection } from '../../kinds/storage/persistent-volume-claim.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { ControllerContext, StartController } from '../controller.ts';
import { type EventNote, eventRecorder, type RecordEvent } from '../event-recorder.ts';
import { isDeleting, keyOf, parseKey } from '../object-key.ts';
import { isPodEnded } from '../replicaset/pod-status.ts';
import { writeStatus } from '../status-writer.ts';
import { startWorkQueue } from '../work-queue.ts';
import { findVolume, provisionedVolume, storageOf } from './volume-matching.ts';

const claimKind = 'PersistentVolumeClaim';
const volumeKind = 'PersistentVolume';
const classKind = 'StorageClass.storage.k8s.io';

/** Binds claims to volumes, makes volumes where a class does, and lets go what nobody uses any more. */
export const startVolumeController: StartController = (context) => {
  const { client } = context;
  const record = eventRecorder(context, 'persistentvolume-controller');
  const claims = startWorkQueue(context, 'claims', (key) => {
    const { namespace, name } = parseKey(key);
    const claim = client.get(claimKind, namespace, name);
    if (claim !== undefined) reconcileClaim(context, record, claim);
  });
  const volumes = startWorkQueue(context, 'volumes', (key) => {
    const volume = client.get(volumeKind, undefined, parseKey(key).name);
    if (volume !== undefined) reconcileVolume(context, volume);
  });
  const wakeClaims = () => {
    for (const claim of client.list(claimKind)) if (claim.status?.phase !== 'Bound') claims.add(keyOf(claim));
  };
  const wakeClaimsOf = (pod: KubeObject) => {
    for (const name of claimNames(pod)) claims.add(`${pod.metadata.namespace ?? ''}/${name}`);
  };
  const stops = [
    client.watch(claimKind, ({ object }) => {
      claims.add(keyOf(object));
      if (!isZero(object.spec?.volumeName)) volumes.add(`/${object.spec.volumeName}`);
    }),
    client.watch(volumeKind, ({ object }) => {
      volumes.add(keyOf(object));
      wakeClaims();
    }),
    client.watch(classKind, wakeClaims),
    client.watch('Pod', ({ object }) => wakeClaimsOf(object)),
  ];
  return () => {
    for (const stop of stops) stop();
    claims.stop();
    volumes.stop();
  };
};

function claimNames(pod: KubeObject): string[] {
  return itemsOf(pod.spec?.volumes)
    .map((volume) => textOf(recordOf(volume.persistentVolumeClaim).claimName))
    .filter((name) => name !== '');
}

function usersOf({ client }: ControllerContext, claim: KubeObject): KubeObject[] {
  const { namespace, name } = claim.metadata;
  return client
    .list('Pod', namespace === undefined ? {} : { namespace })
    .filter((pod) => claimNames(pod).includes(name) && !isPodEnded(pod));
}

function reconcileClaim(context: ControllerContext, record: RecordEvent, claim: KubeObject): void {
  const volume = findVolume(claim, context.client.list(volumeKind));
  if (isDeleting(claim)) unprotectClaim(context, claim);
  else if (claim.status?.phase === 'Bound') expand(context, claim);
  else if (volume !== undefined) bind(context, claim, volume);
  else if (isZero(claim.spec?.volumeName)) provision(context, record, claim);
}

/** Makes a volume for a claim that none of those there suits, or says why not. */
function provision(context: ControllerContext, record: RecordEvent, claim: KubeObject): void {
  const className = textOf(claim.spec?.storageClassName);
  const storageClass = className === '' ? undefined : context.client.get(classKind, undefined, className);
  const obstacle = provisioningObstacle(context, claim, className, storageClass);
  if (obstacle !== undefined) record(claim, obstacle);
  // A class of this provisioner has its volumes made by hand.
  if (obstacle !== undefined || storageClass?.provisioner === 'kubernetes.io/no-provisioner') return;
  const made = context.client.create(provisionedVolume(claim, storageClass!));
  const message = `Successfully provisioned volume ${made.metadata.name}`;
  record(claim, { type: 'Normal', reason: 'ProvisioningSucceeded', message });
  bind(context, claim, made);
}

function provisioningObstacle(
  context: ControllerContext,
  claim: KubeObject,
  className: string,
  storageClass: KubeObject | undefined,
): EventNote | undefined {
  if (className === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return { type: 'Normal', reason: 'FailedBinding', message };
  }
  if (storageClass === undefined) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    return { type: 'Warning', reason: 'ProvisioningFailed', message };
  }
  const waits = storageClass.volumeBindingMode === 'WaitForFirstConsumer';
  if (!waits || usersOf(context, claim).some((pod) => pod.spec?.nodeName)) return undefined;
  const message = 'waiting for first consumer to be created before binding';
  return { type: 'Normal', reason: 'WaitForFirstConsumer', message };
}

function bind({ client }: ControllerContext, claim: KubeObject, volume: KubeObject): void {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
  const isOurs = volume.spec?.claimRef?.uid === uid;
  const bound = isOurs ? volume : client.update({ ...volume, spec: { ...volume.spec, claimRef } });
  writeStatus(client, bound, { ...bound.status, phase: 'Bound' });
  const annotations = {
    ...claim.metadata.annotations,
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
  };
  const chosen = client.update({
    ...claim,
    metadata: { ...claim.metadata, annotations },
    spec: { ...claim.spec, volumeName: volume.metadata.name },
  });
  const status = { accessModes: volume.spec.accessModes, capacity: volume.spec.capacity, phase: 'Bound' };
  writeStatus(client, chosen, { ...chosen.status, ...status });
}

/** A bound claim that asks for more gets it, where its class allows that. */
function expand({ client }: ControllerContext, claim: KubeObject): void {
  const wanted = storageOf(claim);
  if (compareQuantities(wanted, recordOf(claim.status?.capacity).storage) <= 0) return;
  const volume = client.get(volumeKind, undefined, textOf(claim.spec?.volumeName));
  const storageClass = client.get(classKind, undefined, textOf(claim.spec?.storageClassName));
  if (volume === undefined || storageClass?.allowVolumeExpansion !== true) return;
  client.update({ ...volume, spec: { ...volume.spec, capacity: { ...volume.spec.capacity, storage: wanted } } });
  writeStatus(client, claim, { ...claim.status, capacity: { ...claim.status.capacity, storage: wanted } });
}

/** A claim that pods still use stays until they are gone. */
function unprotectClaim(context: ControllerContext, claim: KubeObject): void {
  if (claim.metadata.finalizers?.includes(claimProtection) !== true || usersOf(context, claim).length > 0) return;
  const finalizers = claim.metadata.finalizers.filter((name) => name !== claimProtection);
  context.client.update({ ...claim, metadata: { ...claim.metadata, finalizers } });
}

function reconcileVolume({ client }: ControllerContext, volume: KubeObject): void {
  const reference = recordOf(volume.spec?.claimRef);
  const claim = client.get(claimKind, textOf(reference.namespace), textOf(reference.name));
  const isClaimed = !isZero(reference.name);
  const isBound = claim !== undefined && (isZero(reference.uid) || claim.metadata.uid === reference.uid);
  if (isDeleting(volume)) {
    if (isClaimed && isBound) return;
    const finalizers = volume.metadata.finalizers?.filter((name) => name !== volumeProtection) ?? [];
    if (finalizers.length !== volume.metadata.finalizers?.length) {
      client.update({ ...volume, metadata: { ...volume.metadata, finalizers } });
    }
    return;
  }
  if (!isClaimed) {
    writeStatus(client, volume, { ...volume.status, phase: 'Available' });
    return;
  }
  // Kept for a claim that was named but never made, or that still stands.
  if (isBound || isZero(reference.uid)) return;
  writeStatus(client, volume, { ...volume.status, phase: 'Released' });
  if (volume.spec.persistentVolumeReclaimPolicy === 'Delete')
    client.delete(volumeKind, undefined, volume.metadata.name);
}
