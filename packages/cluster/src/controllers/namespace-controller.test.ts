import { expect, test } from 'vitest';
import { configMap, deployment, service } from './testing/manifests.ts';
import { simulatedCluster } from './testing/simulated-cluster.ts';

function inNamespace<T extends { metadata: { namespace?: string } }>(object: T, namespace: string): T {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

test('A new namespace has a ServiceAccount and the cluster’s CA, and gets them back', () => {
  const cluster = simulatedCluster();
  cluster.client.create(shop);
  cluster.pass('50ms');
  expect(cluster.find('ServiceAccount', 'default', 'shop')).toBeDefined();
  expect(cluster.get('ConfigMap', 'kube-root-ca.crt', 'shop').data).toHaveProperty(['ca.crt']);
  cluster.client.delete('ServiceAccount', 'shop', 'default');
  cluster.pass('50ms');
  expect(cluster.find('ServiceAccount', 'default', 'shop')).toBeDefined();
});

test('A deleted namespace is Terminating until everything in it is gone, then goes itself', () => {
  const cluster = simulatedCluster();
  cluster.client.create(shop);
  cluster.pass('50ms');
  cluster.client.create(inNamespace(configMap('settings'), 'shop'));
  cluster.client.create(inNamespace(service('web'), 'shop'));
  cluster.client.create(inNamespace(deployment('web'), 'shop'));
  cluster.pass('1s');
  cluster.client.delete('Namespace', undefined, 'shop');
  cluster.pass('10ms');
  expect(cluster.get('Namespace', 'shop').status.phase).toBe('Terminating');
  expect(() => cluster.client.create(inNamespace(configMap('late'), 'shop'))).toThrow(
    'configmaps "late" is forbidden: unable to create new content in namespace shop because it is being terminated',
  );
  cluster.pass('2s');
  expect(cluster.find('Namespace', 'shop')).toBeUndefined();
  for (const kind of ['Pod', 'ReplicaSet.apps', 'Deployment.apps', 'ConfigMap', 'Service', 'Endpoints', 'Event']) {
    expect(cluster.list(kind, 'shop')).toEqual([]);
  }
});

test('A finalizer of something in it holds the namespace, and its conditions say so', () => {
  const cluster = simulatedCluster();
  cluster.client.create(shop);
  cluster.pass('50ms');
  const held = inNamespace(configMap('held'), 'shop');
  held.metadata.finalizers = ['example.com/backup'];
  cluster.client.create(held);
  cluster.client.delete('Namespace', undefined, 'shop');
  cluster.pass('1min');
  const { conditions } = cluster.get('Namespace', 'shop').status;
  expect(conditions).toContainEqual(
    expect.objectContaining({
      type: 'NamespaceFinalizersRemaining',
      status: 'True',
      reason: 'SomeFinalizersRemain',
      message: 'Some content in the namespace has finalizers remaining: example.com/backup in 1 resource instances',
    }),
  );
  cluster.client.update({ ...cluster.get('ConfigMap', 'held', 'shop'), metadata: { name: 'held', namespace: 'shop' } });
  cluster.pass('1s');
  expect(cluster.find('Namespace', 'shop')).toBeUndefined();
});
