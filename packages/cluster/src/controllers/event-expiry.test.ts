import { expect, test } from 'vitest';
import { pod } from './testing/manifests.ts';
import { simulatedCluster } from './testing/simulated-cluster.ts';

test('Events are kept for an hour after they were last seen', () => {
  const cluster = simulatedCluster();
  cluster.client.create(pod('web'));
  cluster.pass('1s');
  expect(cluster.events('web').length).toBeGreaterThan(0);
  cluster.pass('59min');
  expect(cluster.events('web').length).toBeGreaterThan(0);
  cluster.pass('2min');
  expect(cluster.events('web')).toEqual([]);
});

test('The same event again is counted, not repeated', () => {
  const cluster = simulatedCluster();
  cluster.client.create(pod('web', { annotations: { 'simulation.radiant.dev/crash': '1' } }));
  cluster.pass('10min');
  const backOff = cluster.list('Event').filter((event) => event.reason === 'BackOff');
  expect(backOff).toHaveLength(1);
  expect(backOff[0]!.count).toBeGreaterThan(3);
  expect(backOff[0]!.firstTimestamp < backOff[0]!.lastTimestamp).toBe(true);
});
