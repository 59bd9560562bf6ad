import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../../kube-object.ts';
import { podTemplate } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

const kind = 'Job.batch';

function job(spec: Fields = {}, annotations?: Record<string, string>, restartPolicy = 'Never'): KubeObject {
  const { metadata, spec: podSpec } = podTemplate({
    labels: {},
    spec: { restartPolicy },
    ...(annotations === undefined ? {} : { annotations }),
  });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'import', namespace: 'default' },
    spec: { template: { metadata, spec: podSpec }, ...spec },
  };
}

function run(spec: Fields = {}, annotations?: Record<string, string>, restartPolicy?: string): SimulatedCluster {
  const cluster = simulatedCluster();
  cluster.client.create(job(spec, annotations, restartPolicy));
  return cluster;
}

function conditions(cluster: SimulatedCluster): string[] {
  return (cluster.get(kind, 'import').status.conditions ?? []).map(
    ({ type, status, reason }: Fields) => `${type}=${status} ${reason}`,
  );
}

describe('a Job', () => {
  test('runs a pod to its end, and is complete', () => {
    const cluster = run();
    cluster.pass('100ms');
    expect(cluster.get(kind, 'import').status).toMatchObject({ startTime: expect.any(String), active: 1 });
    cluster.pass('1s');
    const { status } = cluster.get(kind, 'import');
    expect(status).toMatchObject({ succeeded: 1, completionTime: expect.any(String), ready: 0, terminating: 0 });
    expect(status.active).toBeUndefined();
    expect(conditions(cluster)).toEqual([
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    const [pod] = cluster.list('Pod');
    expect(pod!.status.phase).toBe('Succeeded');
    expect(pod!.metadata.name).toMatch(/^import-[a-z0-9]{5}$/);
    expect(pod!.metadata.finalizers ?? []).toEqual([]);
    expect(cluster.events('import')).toContain('Normal Completed Job completed');
  });

  test('makes no write when it is done', () => {
    const cluster = run();
    cluster.pass('2s');
    const before = cluster.get(kind, 'import').metadata.resourceVersion;
    cluster.pass('1h');
    expect(cluster.get(kind, 'import').metadata.resourceVersion).toBe(before);
  });

  test('runs as many pods at once as parallelism says, until enough succeeded', () => {
    const cluster = run({ completions: 5, parallelism: 2 });
    let most = 0;
    for (let step = 0; step < 400; step += 1) {
      cluster.pass('5ms');
      most = Math.max(most, cluster.get(kind, 'import').status.active ?? 0);
    }
    expect(most).toBe(2);
    expect(cluster.get(kind, 'import').status.succeeded).toBe(5);
    expect(cluster.list('Pod')).toHaveLength(5);
  });

  test('without completions is done when one pod succeeded and the others ended', () => {
    const cluster = run({ parallelism: 3 });
    cluster.pass('2s');
    expect(cluster.get(kind, 'import').status.succeeded).toBe(3);
    expect(conditions(cluster)).toContain('Complete=True CompletionsReached');
  });

  test('gives indexed pods their index', () => {
    const cluster = run({ completions: 3, parallelism: 3, completionMode: 'Indexed' });
    cluster.pass('2s');
    expect(cluster.get(kind, 'import').status.completedIndexes).toBe('0-2');
    const pods = cluster.list('Pod').toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    expect(pods.map((pod) => pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'])).toEqual([
      '0',
      '1',
      '2',
    ]);
    expect(pods[1]!.metadata.name).toMatch(/^import-1-[a-z0-9]{5}$/);
    expect(pods[1]!.spec.hostname).toBe('import-1');
  });

  test('tries again, later each time, and fails past its back-off limit', () => {
    const cluster = run({ backoffLimit: 2 }, { 'simulation.radiant.dev/crash': '1' });
    cluster.pass('5s');
    expect(cluster.get(kind, 'import').status.failed).toBe(1);
    cluster.pass('10s');
    expect(cluster.get(kind, 'import').status.failed).toBe(2);
    cluster.pass('30s');
    expect(cluster.get(kind, 'import').status).toMatchObject({ failed: 3 });
    expect(conditions(cluster)).toEqual([
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    expect(cluster.events('import')).toContain(
      'Warning BackoffLimitExceeded Job has reached the specified backoff limit',
    );
  });

  test('counts restarts in the pod against the limit with OnFailure', () => {
    const cluster = run({ backoffLimit: 2 }, { 'simulation.radiant.dev/crash': '1' }, 'OnFailure');
    cluster.pass('2min');
    expect(conditions(cluster)).toContain('Failed=True BackoffLimitExceeded');
    expect(cluster.list('Pod')).toEqual([]);
  });

  test('fails at its deadline, and ends its pods', () => {
    const cluster = run({ activeDeadlineSeconds: 5 }, { 'simulation.radiant.dev/run-for': '1h' });
    cluster.pass('10s');
    expect(conditions(cluster)).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded']);
    expect(cluster.list('Pod')).toEqual([]);
  });

  test('that is suspended runs nothing, until it goes on', () => {
    const cluster = run({ suspend: true });
    cluster.pass('2s');
    expect(cluster.list('Pod')).toEqual([]);
    expect(cluster.get(kind, 'import').status.startTime).toBeUndefined();
    expect(conditions(cluster)).toEqual(['Suspended=True JobSuspended']);
    cluster.change(kind, 'import', (one) => {
      one.spec.suspend = false;
    });
    cluster.pass('2s');
    expect(conditions(cluster)).toContain('Complete=True CompletionsReached');
    expect(conditions(cluster)).toContain('Suspended=False JobResumed');
  });

  test('goes after its time to live, pods and all', () => {
    const cluster = run({ ttlSecondsAfterFinished: 60 });
    cluster.pass('50s');
    expect(cluster.find(kind, 'import')).toBeDefined();
    cluster.pass('20s');
    expect(cluster.find(kind, 'import')).toBeUndefined();
    expect(cluster.list('Pod')).toEqual([]);
  });

  test('that is deleted lets its pods go', () => {
    const cluster = run({}, { 'simulation.radiant.dev/run-for': '1h' });
    cluster.pass('1s');
    cluster.client.delete(kind, 'default', 'import', { propagation: 'Background' });
    cluster.pass('2s');
    expect(cluster.list('Pod')).toEqual([]);
  });

  test('follows its failure policy', () => {
    const rule = (action: string) => ({ rules: [{ action, onExitCodes: { operator: 'In', values: [42] } }] });
    const crash = { 'simulation.radiant.dev/crash': '42' };
    const failing = run({ podFailurePolicy: rule('FailJob') }, crash);
    failing.pass('2s');
    expect(conditions(failing)).toContain('Failed=True PodFailurePolicy');
    const ignoring = run({ backoffLimit: 0, podFailurePolicy: rule('Ignore') }, crash);
    ignoring.pass('2s');
    expect(ignoring.get(kind, 'import').status.failed).toBeUndefined();
  });
});
