import { expect, test } from 'vitest';
import { simulatedCluster } from './testing/simulated-cluster.ts';

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'robot-token',
    namespace: 'default',
    annotations: { 'kubernetes.io/service-account.name': 'robot' },
  },
  type: 'kubernetes.io/service-account-token',
};

test('A Secret for the token of a ServiceAccount is filled at once, and goes with the account', () => {
  const cluster = simulatedCluster();
  const account = cluster.client.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'default' },
  });
  cluster.client.create(secret);
  cluster.pass('50ms');
  const filled = cluster.get('Secret', 'robot-token');
  expect(Object.keys(filled.data).toSorted()).toEqual(['ca.crt', 'namespace', 'token']);
  expect(Buffer.from(filled.data.namespace, 'base64').toString()).toBe('default');
  expect(filled.metadata.annotations).toMatchObject({ 'kubernetes.io/service-account.uid': account.metadata.uid });
  cluster.client.delete('ServiceAccount', 'default', 'robot');
  cluster.pass('50ms');
  expect(cluster.find('Secret', 'robot-token')).toBeUndefined();
});

test('A Secret for the token of nobody is removed', () => {
  const cluster = simulatedCluster();
  cluster.client.create(secret);
  cluster.pass('50ms');
  expect(cluster.find('Secret', 'robot-token')).toBeUndefined();
});
