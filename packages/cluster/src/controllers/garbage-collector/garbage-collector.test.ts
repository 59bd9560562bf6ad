import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../kube-object.ts';
import { configMap, deployment } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

function owned(name: string, owners: readonly KubeObject[], rest = {}): KubeObject {
  const object = configMap(name);
  object.metadata.ownerReferences = owners.map((owner) => ({
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid!,
    ...rest,
  }));
  return object;
}

function rolledOut(): SimulatedCluster {
  const cluster = simulatedCluster();
  cluster.client.create(deployment('web', {}, { annotations: { 'simulation.radiant.dev/stop-after': '5s' } }));
  cluster.pass('1s');
  return cluster;
}

describe('deleting an owner', () => {
  test('in the background removes it at once and its dependents after it', () => {
    const cluster = rolledOut();
    cluster.client.delete('Deployment.apps', 'default', 'web', { propagation: 'Background' });
    expect(cluster.find('Deployment.apps', 'web')).toBeUndefined();
    cluster.pass('1s');
    expect(cluster.list('ReplicaSet.apps')).toEqual([]);
    cluster.pass('10s');
    expect(cluster.list('Pod')).toEqual([]);
  });

  test('in the foreground keeps it until its dependents are gone, and theirs', () => {
    const cluster = rolledOut();
    cluster.client.delete('Deployment.apps', 'default', 'web', { propagation: 'Foreground' });
    cluster.pass('1s');
    expect(cluster.get('Deployment.apps', 'web').metadata.deletionTimestamp).toBeDefined();
    expect(cluster.list('ReplicaSet.apps')).toHaveLength(1);
    expect(cluster.list('Pod').every((pod) => pod.metadata.deletionTimestamp !== undefined)).toBe(true);
    expect(cluster.list('Pod')).toHaveLength(2);
    cluster.pass('10s');
    expect(cluster.list('Pod')).toEqual([]);
    expect(cluster.list('ReplicaSet.apps')).toEqual([]);
    expect(cluster.find('Deployment.apps', 'web')).toBeUndefined();
  });

  test('with orphaning leaves its dependents without an owner', () => {
    const cluster = rolledOut();
    cluster.client.delete('Deployment.apps', 'default', 'web', { propagation: 'Orphan' });
    cluster.pass('10s');
    expect(cluster.find('Deployment.apps', 'web')).toBeUndefined();
    expect(cluster.list('ReplicaSet.apps').map((set) => set.metadata.ownerReferences ?? [])).toEqual([[]]);
    expect(cluster.list('Pod')).toHaveLength(2);
  });

  test('in the foreground does not wait for dependents that do not block it', () => {
    const cluster = simulatedCluster();
    const owner = cluster.client.create(configMap('owner'));
    const dependent = owned('dependent', [owner]);
    dependent.metadata.finalizers = ['example.com/hold'];
    cluster.client.create(dependent);
    cluster.client.delete('ConfigMap', 'default', 'owner', { propagation: 'Foreground' });
    cluster.pass('1s');
    expect(cluster.find('ConfigMap', 'owner')).toBeUndefined();
    expect(cluster.get('ConfigMap', 'dependent').metadata.deletionTimestamp).toBeDefined();
  });
});

describe('a dependent', () => {
  test('of several owners goes with the last of them', () => {
    const cluster = simulatedCluster();
    const owners = ['a', 'b'].map((name) => cluster.client.create(configMap(name)));
    cluster.client.create(owned('dependent', owners));
    cluster.client.delete('ConfigMap', 'default', 'a');
    cluster.pass('1s');
    expect(cluster.get('ConfigMap', 'dependent').metadata.ownerReferences?.map((owner) => owner.name)).toEqual(['b']);
    cluster.client.delete('ConfigMap', 'default', 'b');
    cluster.pass('1s');
    expect(cluster.find('ConfigMap', 'dependent')).toBeUndefined();
  });

  test('of an owner that never was, or that is another object by now, is removed', () => {
    const cluster = simulatedCluster();
    const owner = cluster.client.create(configMap('owner'));
    const stale = { ...owner, metadata: { ...owner.metadata, uid: '00000000-0000-4000-8000-000000000000' } };
    cluster.client.create(owned('dependent', [stale]));
    cluster.pass('1s');
    expect(cluster.find('ConfigMap', 'dependent')).toBeUndefined();
  });

  test('in a namespace may have an owner in the cluster, but not the other way round', () => {
    const cluster = simulatedCluster();
    const node = cluster.get('Node', 'node-1');
    cluster.client.create(owned('of-a-node', [node]));
    const map = cluster.client.create(configMap('map'));
    const reference = owned('x', [map]).metadata.ownerReferences!;
    cluster.client.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'of-a-map', ownerReferences: reference },
    });
    cluster.pass('1s');
    expect(cluster.find('ConfigMap', 'of-a-node')).toBeDefined();
    expect(cluster.events('of-a-map')[0]).toContain('Warning OwnerRefInvalidNamespace');
  });
});

describe('custom objects', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  const widget = (namespace: string) => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace },
  });

  function withWidgets(): SimulatedCluster {
    const cluster = simulatedCluster();
    cluster.client.create(definition);
    cluster.pass('50ms');
    return cluster;
  }

  test('own and are owned like any others', () => {
    const cluster = withWidgets();
    const owner = cluster.client.create(widget('default'));
    cluster.client.create(owned('dependent', [owner]));
    cluster.pass('1s');
    expect(cluster.find('ConfigMap', 'dependent')).toBeDefined();
    cluster.client.delete('Widget.example.com', 'default', 'w');
    cluster.pass('1s');
    expect(cluster.find('ConfigMap', 'dependent')).toBeUndefined();
  });

  test('go with their namespace', () => {
    const cluster = withWidgets();
    cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    cluster.client.create(widget('shop'));
    cluster.client.delete('Namespace', undefined, 'shop');
    cluster.pass('1s');
    expect(cluster.find('Namespace', 'shop')).toBeUndefined();
    expect(cluster.list('Widget.example.com', 'shop')).toEqual([]);
  });
});
