import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { podTemplate } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

const kind = 'CronJob.batch';

function scheduled(spec: Fields = {}, annotations?: Record<string, string>): SimulatedCluster {
  const cluster = simulatedCluster();
  const template = podTemplate({
    labels: {},
    spec: { restartPolicy: 'Never' },
    ...(annotations === undefined ? {} : { annotations }),
  });
  cluster.client.create({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report', namespace: 'default' },
    spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template, backoffLimit: 0 } }, ...spec },
  });
  return cluster;
}

function jobs(cluster: SimulatedCluster): string[] {
  return cluster.list('Job.batch').map((job) => job.metadata.name);
}

describe('a CronJob', () => {
  test('makes a Job at each of its times, named after that', () => {
    const cluster = scheduled();
    cluster.pass('4min');
    expect(jobs(cluster)).toEqual([]);
    cluster.pass('2min');
    const minute = Date.UTC(2030, 0, 1, 0, 5) / 60_000;
    expect(jobs(cluster)).toEqual([`report-${minute}`]);
    const made = cluster.get('Job.batch', `report-${minute}`);
    expect(made.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2030-01-01T00:05:00Z',
    });
    expect(cluster.get(kind, 'report').status).toEqual({
      lastScheduleTime: '2030-01-01T00:05:00Z',
      lastSuccessfulTime: expect.stringMatching(/^2030-01-01T00:05:0/),
    });
    expect(cluster.events('report')).toEqual([
      `Normal SuccessfulCreate Created job report-${minute}`,
      `Normal SawCompletedJob Saw completed job: report-${minute}, condition: Complete`,
    ]);
  });

  test('keeps the last Jobs', () => {
    const cluster = scheduled();
    cluster.pass('31min');
    expect(jobs(cluster)).toHaveLength(3);
  });

  test('keeps the last that failed apart', () => {
    const cluster = scheduled({}, { 'simulation.radiant.dev/crash': '1' });
    cluster.pass('31min');
    expect(jobs(cluster)).toHaveLength(1);
  });

  const long = { 'simulation.radiant.dev/run-for': '12m' };

  test('with Forbid waits for the Job that runs', () => {
    const cluster = scheduled({ concurrencyPolicy: 'Forbid' }, long);
    cluster.pass('12min');
    expect(jobs(cluster)).toHaveLength(1);
    expect(cluster.get(kind, 'report').status.active).toHaveLength(1);
    expect(cluster.events('report').some((event) => event.includes('JobAlreadyActive'))).toBe(true);
  });

  test('with Replace ends the Job that runs', () => {
    const cluster = scheduled({ concurrencyPolicy: 'Replace' }, long);
    cluster.pass('11min');
    expect(jobs(cluster)).toEqual([`report-${Date.UTC(2030, 0, 1, 0, 10) / 60_000}`]);
  });

  test('with Allow runs them beside each other', () => {
    const cluster = scheduled({}, long);
    cluster.pass('11min');
    expect(cluster.get(kind, 'report').status.active).toHaveLength(2);
  });

  test('that is suspended does nothing', () => {
    const cluster = scheduled({ suspend: true });
    cluster.pass('1h');
    expect(jobs(cluster)).toEqual([]);
  });

  test('runs once for the times it missed', () => {
    const cluster = scheduled({ suspend: true });
    cluster.pass('32min');
    cluster.change(kind, 'report', (one) => {
      one.spec.suspend = false;
    });
    cluster.pass('10s');
    expect(jobs(cluster)).toEqual([`report-${Date.UTC(2030, 0, 1, 0, 30) / 60_000}`]);
  });

  test('takes its Jobs along', () => {
    const cluster = scheduled();
    cluster.pass('6min');
    cluster.client.delete(kind, 'default', 'report');
    cluster.pass('1s');
    expect(jobs(cluster)).toEqual([]);
    expect(cluster.list('Pod')).toEqual([]);
  });
});
