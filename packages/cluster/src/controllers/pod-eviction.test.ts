import { expect, test } from 'vitest';
import { deployment, pod } from './testing/manifests.ts';
import { simulatedCluster } from './testing/simulated-cluster.ts';

const taint = { key: 'maintenance', value: 'now', effect: 'NoExecute' };

test('Pods of a node that is gone are given up after 40 s, and run elsewhere', () => {
  const cluster = simulatedCluster();
  cluster.client.create(deployment('web', { replicas: 3 }));
  cluster.pass('1s');
  cluster.client.delete('Node', undefined, 'node-1');
  cluster.pass('30s');
  expect(cluster.list('Pod').some((one) => one.spec.nodeName === 'node-1')).toBe(true);
  cluster.pass('15s');
  expect(
    cluster
      .list('Pod')
      .map((one) => one.spec.nodeName)
      .toSorted(),
  ).toEqual(['node-2', 'node-3', expect.stringMatching(/^node-[23]$/)].toSorted());
});

test('A NoExecute taint drives out pods that do not tolerate it, or once they no longer do', () => {
  const cluster = simulatedCluster();
  const tolerating = (seconds?: number) => {
    const toleration = { key: 'maintenance', operator: 'Exists', effect: 'NoExecute' };
    return {
      spec: {
        nodeName: 'node-1',
        tolerations: [seconds === undefined ? toleration : { ...toleration, tolerationSeconds: seconds }],
      },
    };
  };
  cluster.client.create(pod('plain', { spec: { nodeName: 'node-1' } }));
  cluster.client.create(pod('patient', tolerating(60)));
  cluster.client.create(pod('tolerant', tolerating()));
  cluster.pass('1s');
  cluster.change('Node', 'node-1', (node) => {
    node.spec.taints = [taint];
  });
  cluster.pass('1s');
  expect(cluster.list('Pod').map((one) => one.metadata.name)).toEqual(['patient', 'tolerant']);
  cluster.pass('1min');
  expect(cluster.list('Pod').map((one) => one.metadata.name)).toEqual(['tolerant']);
});
