import { expect, test } from 'vitest';
import { service } from './testing/manifests.ts';
import { simulatedCluster } from './testing/simulated-cluster.ts';

test('A Service of type LoadBalancer gets an address of its own at once', () => {
  const cluster = simulatedCluster();
  for (const name of ['a', 'b', 'c']) cluster.client.create(service(name, { type: 'LoadBalancer' }));
  cluster.pass('50ms');
  const points = ['a', 'b', 'c'].map((name) => cluster.get('Service', name).status.loadBalancer.ingress);
  expect(points[0]).toEqual([{ ip: expect.stringMatching(/^203\.0\.113\.\d+$/), ipMode: 'VIP' }]);
  expect(new Set(points.map(([point]) => point.ip)).size).toBe(3);
  expect(cluster.events('a')).toEqual([
    'Normal EnsuringLoadBalancer Ensuring load balancer',
    'Normal EnsuredLoadBalancer Ensured load balancer',
  ]);
});

test('The address goes when the type changes, and other types get none', () => {
  const cluster = simulatedCluster();
  cluster.client.create(service('web', { type: 'LoadBalancer' }));
  cluster.client.create(service('plain'));
  cluster.pass('50ms');
  cluster.change('Service', 'web', (one) => {
    one.spec.type = 'ClusterIP';
  });
  cluster.pass('50ms');
  expect(cluster.get('Service', 'web').status).toEqual({ loadBalancer: {} });
  expect(cluster.get('Service', 'plain').status).toEqual({ loadBalancer: {} });
});

test('A loadBalancerClass is left to a controller of its own', () => {
  const cluster = simulatedCluster();
  cluster.client.create(service('web', { type: 'LoadBalancer', loadBalancerClass: 'example.com/lb' }));
  cluster.pass('1s');
  expect(cluster.get('Service', 'web').status).toEqual({ loadBalancer: {} });
});
