import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { deployment, pod, service } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

function slices(cluster: SimulatedCluster, name: string) {
  return cluster
    .list('EndpointSlice.discovery.k8s.io')
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name);
}

function addresses(cluster: SimulatedCluster, name: string): { ready: string[]; notReady: string[] } {
  const subsets: Fields[] = cluster.get('Endpoints', name).subsets ?? [];
  const ips = (list: Fields[] | undefined) => (list ?? []).map((address) => address.targetRef.name);
  return {
    ready: subsets.flatMap((subset) => ips(subset.addresses)).toSorted(),
    notReady: subsets.flatMap((subset) => ips(subset.notReadyAddresses)).toSorted(),
  };
}

describe('a Service with a selector', () => {
  test('has Endpoints and an EndpointSlice with its ready pods', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    cluster.client.create(deployment('web'));
    cluster.pass('1s');
    const [first] = cluster.get('Endpoints', 'web').subsets;
    expect(first.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
    expect(first.addresses).toHaveLength(2);
    const backing = cluster.get('Pod', first.addresses[0].targetRef.name);
    expect(first.addresses[0]).toEqual({
      ip: backing.status.podIP,
      nodeName: backing.spec.nodeName,
      targetRef: { kind: 'Pod', namespace: 'default', name: backing.metadata.name, uid: backing.metadata.uid },
    });
    const [slice] = slices(cluster, 'web');
    expect(slice!.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice!.metadata.labels).toEqual({
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ name: '', port: 8080, protocol: 'TCP' }] });
    expect(slice!.endpoints[0].conditions).toEqual({ ready: true, serving: true, terminating: false });
  });

  test('has both at once, though nothing is behind it', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    cluster.pass('50ms');
    expect(cluster.get('Endpoints', 'web').subsets).toBeUndefined();
    expect(slices(cluster, 'web').map((slice) => slice.endpoints ?? [])).toEqual([[]]);
  });

  test('lists pods that are not ready apart, and moves them when they are', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    cluster.client.create(pod('slow', { annotations: { 'simulation.radiant.dev/ready-after': '5s' } }));
    cluster.pass('1s');
    expect(addresses(cluster, 'web')).toEqual({ ready: [], notReady: ['slow'] });
    expect(slices(cluster, 'web')[0]!.endpoints[0].conditions.ready).toBe(false);
    cluster.pass('5s');
    expect(addresses(cluster, 'web')).toEqual({ ready: ['slow'], notReady: [] });
  });

  test('with publishNotReadyAddresses has them all', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web', { publishNotReadyAddresses: true }));
    cluster.client.create(pod('slow', { annotations: { 'simulation.radiant.dev/never-ready': 'true' } }));
    cluster.pass('1s');
    expect(addresses(cluster, 'web')).toEqual({ ready: ['slow'], notReady: [] });
  });

  test('loses a pod as soon as that is deleted, ends or changes its labels', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    for (const name of ['a', 'b', 'c']) {
      cluster.client.create(pod(name, { annotations: { 'simulation.radiant.dev/stop-after': '10s' } }));
    }
    cluster.pass('1s');
    cluster.client.delete('Pod', 'default', 'a');
    cluster.change('Pod', 'b', (one) => {
      one.metadata.labels = { app: 'other' };
    });
    cluster.pass('1s');
    expect(addresses(cluster, 'web')).toEqual({ ready: ['c'], notReady: [] });
    const terminating = slices(cluster, 'web')[0]!.endpoints.find((one: Fields) => one.targetRef.name === 'a');
    expect(terminating.conditions).toEqual({ ready: false, serving: true, terminating: true });
  });

  test('follows a change of its selector and of its ports', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    cluster.client.create(pod('a'));
    cluster.client.create(pod('b', { labels: { app: 'other' } }));
    cluster.pass('1s');
    cluster.change('Service', 'web', (one) => {
      one.spec.selector = { app: 'other' };
      one.spec.ports[0].targetPort = 9090;
    });
    cluster.pass('1s');
    expect(addresses(cluster, 'web').ready).toEqual(['b']);
    expect(cluster.get('Endpoints', 'web').subsets[0].ports).toEqual([{ port: 9090, protocol: 'TCP' }]);
    expect(slices(cluster, 'web')).toHaveLength(1);
  });

  test('finds a named target port in each pod', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web', { ports: [{ name: 'http', port: 80, targetPort: 'web' }] }));
    cluster.client.create(pod('old', { container: { ports: [{ name: 'web', containerPort: 8080 }] } }));
    cluster.client.create(pod('new', { container: { ports: [{ name: 'web', containerPort: 9090 }] } }));
    cluster.client.create(pod('without'));
    cluster.pass('1s');
    const subsets: Fields[] = cluster.get('Endpoints', 'web').subsets;
    const ports = Object.fromEntries(
      subsets.map((subset) => [subset.addresses[0].targetRef.name, subset.ports[0].port]),
    );
    expect(ports).toEqual({ old: 8080, new: 9090 });
  });

  test('without a cluster IP may have no ports, and is marked as headless', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web', { clusterIP: 'None', ports: [] }));
    cluster.client.create(pod('a'));
    cluster.pass('1s');
    expect(addresses(cluster, 'web').ready).toEqual(['a']);
    expect(cluster.get('Endpoints', 'web').metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
  });

  test('that is deleted takes Endpoints and slices along', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    cluster.pass('1s');
    cluster.client.delete('Service', 'default', 'web');
    cluster.pass('1s');
    expect(cluster.find('Endpoints', 'web')).toBeUndefined();
    expect(slices(cluster, 'web')).toEqual([]);
  });

  test('has its Endpoints put back when they are deleted', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    cluster.pass('1s');
    cluster.client.delete('Endpoints', 'default', 'web');
    cluster.pass('1s');
    expect(cluster.find('Endpoints', 'web')).toBeDefined();
  });

  test('spreads more than 100 pods over several slices', () => {
    const cluster = simulatedCluster();
    cluster.client.create(service('web'));
    cluster.client.create(deployment('web', { replicas: 120 }));
    cluster.pass('2s');
    expect(
      slices(cluster, 'web')
        .map((slice) => slice.endpoints.length)
        .toSorted((a, b) => a - b),
    ).toEqual([20, 100]);
  });
});

test('A Service without a selector is left to whoever makes its Endpoints', () => {
  const cluster = simulatedCluster();
  cluster.client.create(service('external', { selector: undefined }));
  const subsets = [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 80 }] }];
  cluster.client.create({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'external', namespace: 'default' },
    subsets,
  });
  cluster.pass('1s');
  expect(cluster.get('Endpoints', 'external').subsets[0].addresses).toEqual([{ ip: '192.0.2.7' }]);
  expect(slices(cluster, 'external')).toEqual([]);
});
