import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../../kube-object.ts';
import { apiServer, row } from '../testing/api-server.ts';
import { fromV2, toV2 } from './autoscaler-versions.ts';

function autoscaler(spec: Fields = {}): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'default' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 10, ...spec },
  };
}

function cpu(averageUtilization: number) {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

test('An autoscaler is filled in with a lower bound and CPU at 80 percent', () => {
  const { spec, metadata } = apiServer().create(autoscaler());
  expect(spec).toMatchObject({ minReplicas: 1, metrics: [cpu(80)] });
  expect(spec).not.toHaveProperty('behavior');
  expect(metadata.generation).toBeUndefined();
});

test('A behavior is filled in where it is given', () => {
  const { spec } = apiServer().create(autoscaler({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }));
  expect(spec.behavior).toEqual({
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: 60,
      selectPolicy: 'Max',
      policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    },
  });
});

describe('an autoscaler is refused', () => {
  const first = 'spec.metrics[0]';
  test.each<[string, Fields, string]>([
    [
      'no upper bound',
      { maxReplicas: 0 },
      '[spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]',
    ],
    [
      'bounds the wrong way round',
      { minReplicas: 5, maxReplicas: 3 },
      'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
    ],
    ['no target', { scaleTargetRef: { kind: 'Deployment', name: '' } }, 'spec.scaleTargetRef.name: Required value'],
    [
      'a metric without its source',
      { metrics: [{ type: 'Resource' }] },
      `${first}.resource: Required value: must populate information for the given metric source`,
    ],
    [
      'a metric there is none of',
      { metrics: [{ type: 'Magic' }] },
      `${first}.type: Unsupported value: "Magic": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"`,
    ],
    [
      'a target that says nothing',
      { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }] },
      `${first}.resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization`,
    ],
    [
      'a policy there is none of',
      { behavior: { scaleUp: { policies: [{ type: 'Nodes', value: 1, periodSeconds: 15 }] } } },
      'spec.behavior.scaleUp.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
    ],
  ])('for %s', (_what, spec, message) => {
    expect(apiServer().refusal(autoscaler(spec))).toBe(
      `HorizontalPodAutoscaler.autoscaling "web" is invalid: ${message}`,
    );
  });
});

test.each<[Fields, Fields, string]>([
  [{ metrics: [cpu(70)] }, {}, 'cpu: <unknown>/70%'],
  [
    { metrics: [cpu(70)] },
    { currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 35 } } }] },
    'cpu: 35%/70%',
  ],
  [
    {
      metrics: [
        cpu(70),
        { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '100Mi' } } },
        cpu(80),
      ],
    },
    {},
    'cpu: <unknown>/70%, memory: <unknown>/100Mi + 1 more...',
  ],
])('An autoscaler %j is shown with its targets', (spec, status, targets) => {
  expect(row({ ...apiServer().create(autoscaler(spec)), status: { currentReplicas: 2, ...status } })).toMatchObject({
    Name: 'web',
    Reference: 'Deployment/web',
    Targets: targets,
    MinPods: '1',
    MaxPods: 10,
    Replicas: 2,
  });
});

describe('as autoscaling/v1, an autoscaler', () => {
  test('has CPU utilization as a field, and the rest as annotations', () => {
    const memory = {
      type: 'Resource',
      resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
    };
    const v1 = fromV2(autoscaler({ metrics: [cpu(70), memory] }));
    expect(v1.spec).toMatchObject({ targetCPUUtilizationPercentage: 70, maxReplicas: 10 });
    expect(v1.metadata.annotations).toEqual({ 'autoscaling.alpha.kubernetes.io/metrics': JSON.stringify([memory]) });
  });

  test('is the same when it comes back', () => {
    const v2 = autoscaler({ metrics: [cpu(70)], behavior: { scaleUp: { selectPolicy: 'Min' } } });
    v2.status = {
      currentReplicas: 2,
      desiredReplicas: 2,
      currentMetrics: null,
      conditions: [{ type: 'AbleToScale', status: 'True' }],
    };
    expect(toV2(fromV2(v2))).toEqual(v2);
  });
});
