import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { apiServer, row } from '../testing/api-server.ts';

function deployment(spec: Fields = {}, template: Fields = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
        ...template,
      },
      ...spec,
    },
  };
}

test('A Deployment is filled in with strategy, limits and the defaults of its pods', () => {
  const { spec, metadata } = apiServer().create(deployment());
  expect(metadata.generation).toBe(1);
  expect(spec).toEqual({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    selector: { matchLabels: { app: 'web' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'nginx:1.27',
            imagePullPolicy: 'IfNotPresent',
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
      },
    },
  });
});

test('A new generation comes with a change of spec, not of labels', () => {
  const server = apiServer();
  const created = server.create(deployment());
  const labelled = server.change(created, (one) => {
    one.metadata.labels = { team: 'day' };
  });
  expect(labelled.metadata.generation).toBe(1);
  const scaled = server.change(labelled, (one) => {
    one.spec.replicas = 3;
  });
  expect(scaled.metadata.generation).toBe(2);
});

describe('a Deployment is refused', () => {
  test.each<[string, Fields, string]>([
    [
      'a negative number of replicas',
      { replicas: -1 },
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    ['no selector', { selector: undefined }, 'spec.selector: Required value'],
    [
      'an empty selector',
      { selector: {} },
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ],
    [
      'a selector that does not find its pods',
      { selector: { matchLabels: { app: 'api' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      'a strategy there is none of',
      { strategy: { type: 'BlueGreen' } },
      'spec.strategy: Unsupported value: {"Type":"BlueGreen","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ],
    [
      'a rolling update that cannot move',
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ],
    [
      'more than everything unavailable',
      { strategy: { rollingUpdate: { maxUnavailable: '150%' } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
    ],
    [
      'Recreate with bounds',
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      'a deadline that cannot be kept',
      { progressDeadlineSeconds: 10, minReadySeconds: 10 },
      'spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds',
    ],
  ])('for %s', (_what, spec, message) => {
    expect(apiServer().refusal(deployment(spec))).toBe(`Deployment.apps "web" is invalid: ${message}`);
  });

  test('for pods that end', () => {
    const spec = { containers: [{ name: 'web', image: 'nginx:1.27' }], restartPolicy: 'OnFailure' };
    expect(apiServer().refusal(deployment({}, { spec }))).toBe(
      'Deployment.apps "web" is invalid: spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    );
  });

  test('for several faults at once, with all of them', () => {
    const message = apiServer().refusal(deployment({ replicas: -1 }, { spec: { containers: [] } }));
    expect(message).toBe(
      'Deployment.apps "web" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.template.spec.containers: Required value]',
    );
  });

  test('for a change of its selector', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(deployment()), (one) => {
      one.spec.selector.matchLabels.tier = 'front';
      one.spec.template.metadata.labels.tier = 'front';
    });
    expect(refusal).toBe(
      'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"front"}}: field is immutable',
    );
  });
});

test('A Deployment is shown with how far it is', () => {
  const created = apiServer().create(deployment({ replicas: 3 }));
  const status = { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 };
  expect(row({ ...created, status }, Date.UTC(2030, 0, 1, 2))).toEqual({
    Name: 'web',
    Ready: '2/3',
    'Up-to-date': 3,
    Available: 2,
    Age: '120m',
    Containers: 'web',
    Images: 'nginx:1.27',
    Selector: 'app=web',
  });
});
