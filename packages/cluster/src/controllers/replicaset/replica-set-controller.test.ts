import { expect, test } from 'vitest';
import { pod, podTemplate } from '../testing/manifests.ts';
import { simulatedCluster } from '../testing/simulated-cluster.ts';

const kind = 'ReplicaSet.apps';

function replicaSet(name: string, replicas: number) {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
  };
}

test('A ReplicaSet makes pods named after it, that it controls', () => {
  const cluster = simulatedCluster();
  const { metadata } = cluster.client.create(replicaSet('web', 3));
  cluster.pass('1s');
  const pods = cluster.list('Pod');
  expect(pods).toHaveLength(3);
  for (const one of pods) {
    expect(one.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(one.metadata.generateName).toBe('web-');
    expect(one.metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  }
  expect(cluster.get(kind, 'web').status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  });
  expect(cluster.events('web')).toContain(`Normal SuccessfulCreate Created pod: ${pods[0]!.metadata.name}`);
});

test('A pod that is deleted is replaced', () => {
  const cluster = simulatedCluster();
  cluster.client.create(replicaSet('web', 2));
  cluster.pass('1s');
  const gone = cluster.list('Pod')[0]!.metadata.name;
  cluster.client.delete('Pod', 'default', gone);
  cluster.pass('1s');
  expect(cluster.list('Pod')).toHaveLength(2);
  expect(cluster.find('Pod', gone)).toBeUndefined();
});

test('Scaling down takes the pods that are missed least', () => {
  const cluster = simulatedCluster();
  cluster.client.create(replicaSet('web', 3));
  cluster.pass('1s');
  const [cheap, dear] = cluster.list('Pod').map((one) => one.metadata.name);
  const cost = { [cheap!]: '-10', [dear!]: '10' };
  for (const [name, value] of Object.entries(cost)) {
    cluster.change('Pod', name, (one) => {
      one.metadata.annotations = { 'controller.kubernetes.io/pod-deletion-cost': value };
    });
  }
  cluster.change(kind, 'web', (set) => {
    set.spec.replicas = 1;
  });
  cluster.pass('1s');
  expect(cluster.list('Pod').map((one) => one.metadata.name)).toEqual([dear]);
  expect(cluster.events('web')).toContain(`Normal SuccessfulDelete Deleted pod: ${cheap}`);
});

test('A pod that matches and nobody controls is adopted and counts', () => {
  const cluster = simulatedCluster();
  cluster.client.create(pod('stray'));
  cluster.client.create(replicaSet('web', 2));
  cluster.pass('1s');
  expect(cluster.list('Pod')).toHaveLength(2);
  expect(cluster.get('Pod', 'stray').metadata.ownerReferences?.[0]?.name).toBe('web');
});

test('A pod whose labels no longer match is released and replaced', () => {
  const cluster = simulatedCluster();
  cluster.client.create(replicaSet('web', 1));
  cluster.pass('1s');
  const { name } = cluster.list('Pod')[0]!.metadata;
  cluster.change('Pod', name, (one) => {
    one.metadata.labels = { app: 'quarantine' };
  });
  cluster.pass('1s');
  expect(cluster.get('Pod', name).metadata.ownerReferences ?? []).toEqual([]);
  expect(cluster.list('Pod')).toHaveLength(2);
});

test('A pod that failed does not count and is replaced', () => {
  const cluster = simulatedCluster();
  cluster.client.create(replicaSet('web', 1));
  cluster.pass('1s');
  const first = cluster.list('Pod')[0]!;
  cluster.client.updateStatus({ ...first, status: { ...first.status, phase: 'Failed' } });
  cluster.pass('1s');
  expect(cluster.list('Pod')).toHaveLength(2);
  expect(cluster.get(kind, 'web').status.readyReplicas).toBe(1);
});

test('A set that may not make pods says why, under one event, and tries again', () => {
  const cluster = simulatedCluster();
  const set = replicaSet('web', 1);
  set.spec.template.spec.priorityClassName = 'urgent';
  cluster.client.create(set);
  cluster.pass('10s');
  expect(cluster.get(kind, 'web').status.conditions).toMatchObject([
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'pods "web-" is forbidden: no PriorityClass with name urgent was found',
    },
  ]);
  expect(cluster.events('web')).toEqual([
    'Warning FailedCreate Error creating: pods "web-" is forbidden: no PriorityClass with name urgent was found',
  ]);
  cluster.client.create({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'urgent' },
    value: 1000,
  });
  cluster.pass('1min');
  expect(cluster.list('Pod')).toHaveLength(1);
  expect(cluster.get(kind, 'web').status.conditions ?? []).toEqual([]);
});
