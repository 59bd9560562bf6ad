import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../../kube-object.ts';
import { pod } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

function claim(spec: Fields = {}, name = 'data'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  };
}

function volume(name: string, storage: string, spec: Fields = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage },
      hostPath: { path: '/data' },
      storageClassName: 'manual',
      ...spec,
    },
  };
}

const user = () => pod('user', { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } });

function phase(cluster: SimulatedCluster, name = 'data'): string {
  return cluster.get('PersistentVolumeClaim', name).status.phase;
}

describe('a claim', () => {
  test('of the default class waits for its first pod, then gets a volume', () => {
    const cluster = simulatedCluster();
    cluster.client.create(claim());
    cluster.pass('2s');
    expect(cluster.get('PersistentVolumeClaim', 'data').spec.storageClassName).toBe('standard');
    expect(phase(cluster)).toBe('Pending');
    expect(cluster.events('data')).toEqual([
      'Normal WaitForFirstConsumer waiting for first consumer to be created before binding',
    ]);
    cluster.client.create(user());
    cluster.pass('2s');
    const bound = cluster.get('PersistentVolumeClaim', 'data');
    expect(bound.spec.volumeName).toBe(`pvc-${bound.metadata.uid}`);
    expect(bound.status).toEqual({ phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } });
    expect(bound.metadata.annotations).toMatchObject({ 'pv.kubernetes.io/bind-completed': 'yes' });
    expect(cluster.get('Pod', 'user').status.phase).toBe('Running');
  });

  test('of an immediate class gets a volume at once', () => {
    const cluster = simulatedCluster();
    cluster.client.create({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'example.com/disk',
    });
    cluster.client.create(claim({ storageClassName: 'fast' }));
    cluster.pass('50ms');
    expect(phase(cluster)).toBe('Bound');
    const [made] = cluster.list('PersistentVolume');
    expect(made!.spec).toMatchObject({
      csi: { driver: 'example.com/disk' },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: 'fast',
    });
  });

  test('takes the smallest volume that does', () => {
    const cluster = simulatedCluster();
    for (const one of [volume('big', '10Gi'), volume('right', '2Gi'), volume('small', '500Mi')])
      cluster.client.create(one);
    cluster.pass('50ms');
    expect(cluster.get('PersistentVolume', 'right').status.phase).toBe('Available');
    cluster.client.create(claim({ storageClassName: 'manual' }));
    cluster.pass('50ms');
    expect(cluster.get('PersistentVolumeClaim', 'data').spec.volumeName).toBe('right');
    expect(cluster.get('PersistentVolumeClaim', 'data').status.capacity).toEqual({ storage: '2Gi' });
    expect(cluster.get('PersistentVolume', 'right')).toMatchObject({
      status: { phase: 'Bound' },
      spec: { claimRef: { name: 'data', namespace: 'default' } },
    });
  });

  test('without a class or a volume says what it lacks, until a volume comes', () => {
    const cluster = simulatedCluster();
    cluster.client.create(claim({ storageClassName: '' }));
    cluster.pass('50ms');
    expect(cluster.events('data')).toEqual([
      'Normal FailedBinding no persistent volumes available for this claim and no storage class is set',
    ]);
    cluster.client.create(volume('late', '1Gi', { storageClassName: '' }));
    cluster.pass('50ms');
    expect(phase(cluster)).toBe('Bound');
  });

  test('of a class that is not there says so', () => {
    const cluster = simulatedCluster();
    cluster.client.create(claim({ storageClassName: 'nowhere' }));
    cluster.pass('50ms');
    expect(cluster.events('data')).toEqual([
      'Warning ProvisioningFailed storageclass.storage.k8s.io "nowhere" not found',
    ]);
  });

  test('stays while a pod uses it', () => {
    const cluster = simulatedCluster();
    cluster.client.create(claim());
    cluster.client.create(user());
    cluster.pass('2s');
    cluster.client.delete('PersistentVolumeClaim', 'default', 'data');
    cluster.pass('2s');
    expect(cluster.get('PersistentVolumeClaim', 'data').metadata.deletionTimestamp).toBeDefined();
    cluster.client.delete('Pod', 'default', 'user');
    cluster.pass('2s');
    expect(cluster.find('PersistentVolumeClaim', 'data')).toBeUndefined();
    expect(cluster.list('PersistentVolume')).toEqual([]);
  });

  test('grows where its class allows it', () => {
    const cluster = simulatedCluster();
    cluster.client.create(claim());
    cluster.client.create(user());
    cluster.pass('2s');
    const grow = () =>
      cluster.change('PersistentVolumeClaim', 'data', (one) => {
        one.spec.resources.requests.storage = '5Gi';
      });
    grow();
    cluster.pass('50ms');
    expect(cluster.get('PersistentVolumeClaim', 'data').status.capacity).toEqual({ storage: '5Gi' });
    expect(() =>
      cluster.change('PersistentVolumeClaim', 'data', (one) => {
        one.spec.resources.requests.storage = '1Gi';
      }),
    ).toThrow('spec.resources.requests.storage: Forbidden: field can not be less than status.capacity');
  });

  test('of volumes made by hand does not grow', () => {
    const cluster = simulatedCluster();
    cluster.client.create(volume('v', '2Gi'));
    cluster.client.create(claim({ storageClassName: 'manual' }));
    cluster.pass('50ms');
    expect(() =>
      cluster.change('PersistentVolumeClaim', 'data', (one) => {
        one.spec.resources.requests.storage = '5Gi';
      }),
    ).toThrow('only dynamically provisioned pvc can be resized');
  });
});

test('A volume to be retained is Released when its claim is gone, and not given again', () => {
  const cluster = simulatedCluster();
  cluster.client.create(volume('kept', '1Gi'));
  cluster.client.create(claim({ storageClassName: 'manual' }));
  cluster.pass('50ms');
  cluster.client.delete('PersistentVolumeClaim', 'default', 'data');
  cluster.pass('50ms');
  expect(cluster.get('PersistentVolume', 'kept').status.phase).toBe('Released');
  cluster.client.create(claim({ storageClassName: 'manual' }, 'other'));
  cluster.pass('50ms');
  expect(phase(cluster, 'other')).toBe('Pending');
});

test('A bound volume that is deleted stays until its claim is gone', () => {
  const cluster = simulatedCluster();
  cluster.client.create(volume('v', '1Gi'));
  cluster.client.create(claim({ storageClassName: 'manual' }));
  cluster.pass('50ms');
  cluster.client.delete('PersistentVolume', undefined, 'v');
  cluster.pass('50ms');
  expect(cluster.get('PersistentVolume', 'v').metadata.deletionTimestamp).toBeDefined();
  cluster.client.delete('PersistentVolumeClaim', 'default', 'data');
  cluster.pass('50ms');
  expect(cluster.find('PersistentVolume', 'v')).toBeUndefined();
});
