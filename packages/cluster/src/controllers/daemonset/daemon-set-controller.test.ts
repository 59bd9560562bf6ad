import { expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { podTemplate } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

const kind = 'DaemonSet.apps';

function started(spec: Fields = {}, podSpec: Fields = {}): SimulatedCluster {
  const cluster = simulatedCluster();
  const template = podTemplate({ labels: { app: 'agent' }, spec: podSpec });
  cluster.client.create({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template, ...spec },
  });
  cluster.pass('2s');
  return cluster;
}

function nodes(cluster: SimulatedCluster): string[] {
  return cluster
    .list('Pod')
    .map((pod) => pod.spec.nodeName)
    .toSorted();
}

test('A DaemonSet runs one pod on each node', () => {
  const cluster = started();
  expect(nodes(cluster)).toEqual(['node-1', 'node-2', 'node-3']);
  expect(cluster.get(kind, 'agent').status).toEqual({
    currentNumberScheduled: 3,
    desiredNumberScheduled: 3,
    numberMisscheduled: 0,
    numberReady: 3,
    numberAvailable: 3,
    updatedNumberScheduled: 3,
    observedGeneration: 1,
  });
  expect(cluster.events('agent')).toHaveLength(3);
});

test('A new node gets a pod, and the pod of a node that is gone goes', () => {
  const cluster = started();
  const created = cluster.client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-4' } });
  const allocatable = { cpu: '8', memory: '16Gi', pods: '110' };
  cluster.client.updateStatus({ ...created, status: { capacity: allocatable, allocatable } });
  cluster.pass('2s');
  expect(nodes(cluster)).toContain('node-4');
  cluster.client.delete('Node', undefined, 'node-4');
  cluster.pass('2s');
  expect(nodes(cluster)).toEqual(['node-1', 'node-2', 'node-3']);
});

test('Only nodes that match and whose taints are tolerated count', () => {
  const cluster = started({}, { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } });
  expect(nodes(cluster)).toEqual(['node-2']);
  cluster.change('Node', 'node-2', (node) => {
    node.spec.taints = [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }];
  });
  cluster.pass('2s');
  expect(nodes(cluster)).toEqual([]);
  expect(cluster.get(kind, 'agent').status.desiredNumberScheduled).toBe(0);
});

test('Daemons run on cordoned nodes too', () => {
  const cluster = simulatedCluster();
  cluster.change('Node', 'node-1', (node) => {
    node.spec.unschedulable = true;
  });
  cluster.client.create({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate({ labels: { app: 'agent' } }) },
  });
  cluster.pass('2s');
  expect(nodes(cluster)).toEqual(['node-1', 'node-2', 'node-3']);
});

test('An update replaces as many pods at once as may be missing', () => {
  const cluster = started();
  cluster.change(kind, 'agent', (set) => {
    set.spec.template.spec.containers[0].image = 'registry.example/web:v2';
  });
  let fewest = 3;
  for (let step = 0; step < 400; step += 1) {
    cluster.pass('5ms');
    fewest = Math.min(fewest, cluster.get(kind, 'agent').status.numberReady);
  }
  expect(fewest).toBe(2);
  expect(cluster.list('Pod').map((pod) => pod.spec.containers[0].image)).toEqual(
    Array(3).fill('registry.example/web:v2'),
  );
  expect(cluster.get(kind, 'agent').status.updatedNumberScheduled).toBe(3);
});

test('With OnDelete an update waits for deletions', () => {
  const cluster = started({ updateStrategy: { type: 'OnDelete' } });
  cluster.change(kind, 'agent', (set) => {
    set.spec.template.spec.containers[0].image = 'registry.example/web:v2';
  });
  cluster.pass('2s');
  expect(cluster.get(kind, 'agent').status.updatedNumberScheduled ?? 0).toBe(0);
});
