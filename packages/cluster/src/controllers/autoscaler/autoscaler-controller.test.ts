import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { autoscaler, deployment } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

const kind = 'HorizontalPodAutoscaler.autoscaling';
const requesting = { container: { resources: { requests: { cpu: '100m', memory: '64Mi' } } } };

function scaled(
  replicas: number,
  spec = {},
  annotations?: Record<string, string>,
  template = requesting,
): SimulatedCluster {
  const cluster = simulatedCluster();
  cluster.client.create(deployment('web', { replicas }, template));
  cluster.client.create(autoscaler('web', spec, annotations));
  cluster.pass('2s');
  return cluster;
}

function condition(cluster: SimulatedCluster, type: string): Fields {
  return cluster.get(kind, 'web').status.conditions.find((one: Fields) => one.type === type);
}

describe('an autoscaler', () => {
  test('without metrics observes, says what it lacks, and changes nothing', () => {
    const cluster = scaled(3);
    expect(cluster.get(kind, 'web').status).toMatchObject({ currentReplicas: 3, desiredReplicas: 3 });
    expect(condition(cluster, 'AbleToScale')).toMatchObject({ status: 'True', reason: 'SucceededGetScale' });
    expect(condition(cluster, 'ScalingActive')).toMatchObject({
      status: 'False',
      reason: 'FailedGetResourceMetric',
      message:
        'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
    });
    expect(cluster.get('Deployment.apps', 'web').spec.replicas).toBe(3);
    expect(cluster.events('web').filter((event) => event.includes('FailedGetResourceMetric'))).toHaveLength(1);
  });

  test.each([
    { replicas: 1, becomes: 2, reason: 'Current number of replicas below Spec.MinReplicas' },
    { replicas: 12, becomes: 10, reason: 'Current number of replicas above Spec.MaxReplicas' },
  ])('brings $replicas replicas to $becomes', ({ replicas, becomes, reason }) => {
    const cluster = scaled(replicas);
    expect(cluster.get('Deployment.apps', 'web').spec.replicas).toBe(becomes);
    expect(cluster.get('Deployment.apps', 'web').status.readyReplicas).toBe(becomes);
    expect(cluster.get(kind, 'web').status).toMatchObject({ currentReplicas: becomes, desiredReplicas: becomes });
    expect(cluster.get(kind, 'web').status.lastScaleTime).toBeDefined();
    expect(cluster.events('web')).toContain(`Normal SuccessfulRescale New size: ${becomes}; reason: ${reason}`);
  });

  test('owns the replicas it sets through the scale subresource, as appliers expect', () => {
    const { managedFields = [] } = scaled(1).get('Deployment.apps', 'web').metadata;
    const owner = managedFields.find((entry: Fields) => entry.fieldsV1['f:spec']?.['f:replicas'] !== undefined);
    expect(owner).toMatchObject({ manager: 'kube-controller-manager', subresource: 'scale' });
  });

  test('leaves a workload alone that was scaled to 0', () => {
    const cluster = scaled(0);
    expect(cluster.get('Deployment.apps', 'web').spec.replicas).toBe(0);
    expect(condition(cluster, 'ScalingActive')).toMatchObject({ status: 'False', reason: 'ScalingDisabled' });
  });

  test('without its target says so, until that comes', () => {
    const cluster = simulatedCluster();
    cluster.client.create(autoscaler('web'));
    cluster.pass('1s');
    expect(condition(cluster, 'AbleToScale')).toMatchObject({
      status: 'False',
      reason: 'FailedGetScale',
      message: 'the HPA controller was unable to get the target\'s current scale: deployments.apps "web" not found',
    });
    cluster.client.create(deployment('web'));
    cluster.pass('1s');
    expect(condition(cluster, 'AbleToScale').status).toBe('True');
  });
});

describe('with simulated load', () => {
  const load = (value: string) => ({ 'simulation.radiant.dev/cpu-load': value });

  test.each([
    { load: '140', replicas: 2, becomes: 2 },
    { load: '280', replicas: 2, becomes: 4 },
    { load: '5000', replicas: 2, becomes: 10 },
    { load: '10', replicas: 5, becomes: 2 },
    { load: '145', replicas: 2, becomes: 2 },
  ])(
    'of $load percent of a request, $replicas replicas become $becomes at a target of 70',
    ({ load: value, replicas, becomes }) => {
      const cluster = scaled(replicas, {}, load(value));
      expect(cluster.get('Deployment.apps', 'web').spec.replicas).toBe(becomes);
      expect(condition(cluster, 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' });
    },
  );

  test('shows what it measures', () => {
    const cluster = scaled(2, {}, load('120'));
    expect(cluster.get(kind, 'web').status.currentMetrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 60, averageValue: '60m' } } },
    ]);
  });

  test('says which container has no request to measure against', () => {
    const cluster = scaled(2, {}, load('120'), { container: { resources: { requests: {} } } } as never);
    expect(condition(cluster, 'ScalingActive').message).toMatch(/missing request for cpu in container web of Pod web-/);
  });

  test('does not scale down while another metric cannot be read', () => {
    const target = { type: 'Utilization', averageUtilization: 80 };
    const metrics = ['cpu', 'memory'].map((name) => ({ type: 'Resource', resource: { name, target } }));
    const cluster = scaled(5, { metrics }, load('10'));
    expect(cluster.get('Deployment.apps', 'web').spec.replicas).toBe(5);
  });

  test('limits what it wants to the bounds, and says so', () => {
    const cluster = scaled(2, {}, load('5000'));
    expect(condition(cluster, 'ScalingLimited')).toMatchObject({ status: 'True', reason: 'TooManyReplicas' });
  });
});
