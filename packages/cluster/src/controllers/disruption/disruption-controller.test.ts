import { expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { deployment } from '../testing/manifests.ts';
import { simulatedCluster } from '../testing/simulated-cluster.ts';

test.each<[Fields, Fields]>([
  [{ minAvailable: 2 }, { currentHealthy: 4, desiredHealthy: 2, disruptionsAllowed: 2, expectedPods: 4 }],
  [{ minAvailable: '60%' }, { desiredHealthy: 3, disruptionsAllowed: 1, expectedPods: 4 }],
  [{ maxUnavailable: 1 }, { desiredHealthy: 3, disruptionsAllowed: 1 }],
  [{ maxUnavailable: '30%' }, { desiredHealthy: 2, disruptionsAllowed: 2 }],
  [{ minAvailable: 4 }, { disruptionsAllowed: 0 }],
])('A budget with %j of 4 pods says %j', (spec, status) => {
  const cluster = simulatedCluster();
  cluster.client.create(deployment('web', { replicas: 4 }));
  cluster.client.create({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
  cluster.pass('2s');
  const budget = cluster.get('PodDisruptionBudget.policy', 'web');
  expect(budget.status).toMatchObject({ ...status, observedGeneration: 1 });
  expect(budget.status.conditions[0]).toMatchObject(
    budget.status.disruptionsAllowed > 0
      ? { status: 'True', reason: 'SufficientPods' }
      : { status: 'False', reason: 'InsufficientPods' },
  );
});
