import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { configMap, deployment, pod, service } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

function limited(hard: Record<string, string>, rest: Fields = {}): SimulatedCluster {
  const cluster = simulatedCluster();
  cluster.client.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q', namespace: 'default' },
    spec: { hard, ...rest },
  });
  cluster.pass('50ms');
  return cluster;
}

const requesting = (cpu: string) => ({ container: { resources: { requests: { cpu } } } });

describe('a quota', () => {
  test('shows what is used, and follows', () => {
    const cluster = limited({ pods: '5', 'requests.cpu': '2', 'count/deployments.apps': '3', services: '2' });
    cluster.client.create(deployment('web', { replicas: 2 }, requesting('250m')));
    cluster.client.create(service('web'));
    cluster.pass('1s');
    const { status } = cluster.get('ResourceQuota', 'q');
    expect(status.hard).toEqual({ pods: '5', 'requests.cpu': '2', 'count/deployments.apps': '3', services: '2' });
    // The Service of the API server is in this namespace too.
    expect(status.used).toEqual({ pods: '2', 'requests.cpu': '500m', 'count/deployments.apps': '1', services: '2' });
    cluster.client.delete('Deployment.apps', 'default', 'web');
    cluster.pass('1s');
    expect(cluster.get('ResourceQuota', 'q').status.used).toMatchObject({
      pods: '0',
      'requests.cpu': '0',
      'count/deployments.apps': '0',
    });
  });

  test('refuses what would be too much, in the API server’s words', () => {
    const cluster = limited({ pods: '1', 'requests.cpu': '1' });
    cluster.client.create(pod('first', requesting('600m')));
    expect(() => cluster.client.create(pod('second', requesting('600m')))).toThrow(
      'pods "second" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=600m, used: pods=1,requests.cpu=600m, limited: pods=1,requests.cpu=1',
    );
    expect(() => cluster.client.create(pod('vague'))).toThrow(
      'pods "vague" is forbidden: failed quota: q: must specify requests.cpu for: web',
    );
  });

  test('counts objects of any kind', () => {
    const cluster = limited({ configmaps: '2' });
    cluster.client.create(configMap('one'));
    expect(() => cluster.client.create(configMap('two'))).toThrow(
      'configmaps "two" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2',
    );
  });

  test('with a scope is about those pods alone', () => {
    const cluster = limited({ pods: '1' }, { scopes: ['BestEffort'] });
    cluster.client.create(pod('first', requesting('100m')));
    cluster.client.create(pod('second', requesting('100m')));
    cluster.client.create(pod('careless'));
    expect(() => cluster.client.create(pod('another'))).toThrow('exceeded quota');
  });

  test('keeps a ReplicaSet from making more pods, which its Deployment tells', () => {
    const cluster = limited({ pods: '1' });
    cluster.client.create(deployment('web', { replicas: 3 }));
    cluster.pass('1s');
    const { status } = cluster.get('Deployment.apps', 'web');
    expect(status).toMatchObject({ replicas: 1, readyReplicas: 1 });
    const failure = status.conditions.find((one: Fields) => one.type === 'ReplicaFailure');
    expect(failure).toMatchObject({
      reason: 'FailedCreate',
      message: expect.stringContaining(
        'is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
      ),
    });
  });
});

describe('a LimitRange', () => {
  const range = (limit: Fields) => ({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'limits', namespace: 'default' },
    spec: { limits: [limit] },
  });

  test('gives containers what they do not say', () => {
    const cluster = simulatedCluster();
    cluster.client.create(range({ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' } }));
    const made = cluster.client.create(pod('web'));
    expect(made.spec.containers[0].resources).toEqual({ limits: { cpu: '500m' }, requests: { cpu: '100m' } });
    expect(made.status.qosClass).toBe('Burstable');
  });

  test('refuses what is beyond it', () => {
    const cluster = simulatedCluster();
    cluster.client.create(range({ type: 'Container', max: { cpu: '1' }, min: { cpu: '100m' } }));
    expect(() => cluster.client.create(pod('big', { container: { resources: { limits: { cpu: '2' } } } }))).toThrow(
      'pods "big" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
    );
    expect(() => cluster.client.create(pod('tiny', requesting('10m')))).toThrow(
      'pods "tiny" is forbidden: minimum cpu usage per Container is 100m, but request is 10m',
    );
  });
});
