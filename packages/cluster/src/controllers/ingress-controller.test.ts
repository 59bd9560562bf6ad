import { expect, test } from 'vitest';
import { simulatedCluster } from './testing/simulated-cluster.ts';

function ingress(name: string, ingressClassName?: string) {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default' },
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

test('Every Ingress is published at once, those of one class at one address', () => {
  const cluster = simulatedCluster();
  for (const one of [ingress('a', 'alb'), ingress('b', 'alb'), ingress('c', 'nginx'), ingress('d')])
    cluster.client.create(one);
  cluster.pass('50ms');
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => {
    const [point] = cluster.get('Ingress.networking.k8s.io', name).status.loadBalancer.ingress;
    return point.ip;
  });
  expect(a).toMatch(/^203\.0\.113\.\d+$/);
  expect(b).toBe(a);
  expect(c).not.toBe(a);
  expect(d).toMatch(/^203\.0\.113\.\d+$/);
});
