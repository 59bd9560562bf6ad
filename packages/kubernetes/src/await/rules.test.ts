import { describe, expect, test } from 'vitest';
import { ownerUids } from '../client/informer.ts';
import type { JsonMap, KubeObject } from '../json.ts';
import { textAt } from '../json.ts';
import { kubeKind } from '../kinds/resource-kind.ts';
import type { Readiness, RelatedKind, Surroundings } from './readiness.ts';
import { readinessRule } from './rules.ts';
import { ruleOfWaitFor } from './wait-for.ts';

function around(objects: { readonly [kind: RelatedKind]: readonly KubeObject[] }): Surroundings {
  const all = (kind: RelatedKind) => objects[kind] ?? [];
  return {
    all,
    get: (kind, name) => all(kind).find((object) => textAt(object, 'metadata', 'name') === name),
    ownedBy: (kind, uid) => all(kind).filter((object) => ownerUids(object).includes(uid)),
    sees: (kind) => kind in objects,
  };
}

function judge(
  apiVersion: string,
  kind: string,
  object: JsonMap,
  objects: Parameters<typeof around>[0] = {},
): Readiness {
  return readinessRule(kubeKind(apiVersion, kind), false)!.judge({ apiVersion, kind, ...object }, around(objects));
}

const condition = (type: string, status = 'True', reason = '', message = '') => ({ type, status, reason, message });
const observed = { generation: 2 };

function failingPod(owner: string): KubeObject {
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' };
  return {
    metadata: { name: 'web-1', namespace: 'n', uid: 'p', ownerReferences: [{ uid: owner }] },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'main',
          ready: false,
          state: { waiting },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        },
      ],
    },
  };
}

describe('a Deployment', () => {
  const deployment = (status: JsonMap, revision = '1'): JsonMap => ({
    metadata: { name: 'web', uid: 'd', ...observed, annotations: { 'deployment.kubernetes.io/revision': revision } },
    spec: { replicas: 2 },
    status: { observedGeneration: 2, updatedReplicas: 2, ...status },
  });
  const replicaSet = (revision: string, readyReplicas: number): KubeObject => ({
    metadata: {
      name: `web-${revision}`,
      uid: `rs${revision}`,
      ownerReferences: [{ uid: 'd' }],
      annotations: { 'deployment.kubernetes.io/revision': revision },
    },
    spec: { replicas: 2 },
    status: { readyReplicas },
  });

  test('is not judged by what its controller has not seen', () => {
    expect(
      judge('apps/v1', 'Deployment', { metadata: { generation: 3 }, status: { observedGeneration: 2 } }),
    ).toMatchObject({ kind: 'waiting' });
  });

  test('is ready when available at its first revision', () => {
    const sets = { 'apps/v1/ReplicaSet': [replicaSet('1', 2)], 'v1/Pod': [] };
    expect(judge('apps/v1', 'Deployment', deployment({ conditions: [condition('Available')] }), sets).kind).toBe(
      'ready',
    );
  });

  test('waits at later revisions until the new ReplicaSet has taken over', () => {
    const sets = { 'apps/v1/ReplicaSet': [replicaSet('1', 2), replicaSet('2', 2)], 'v1/Pod': [] };
    const status = (reason: string) => ({
      conditions: [condition('Available'), condition('Progressing', 'True', reason)],
    });
    expect(judge('apps/v1', 'Deployment', deployment(status('ReplicaSetUpdated'), '2'), sets).kind).toBe('waiting');
    expect(judge('apps/v1', 'Deployment', deployment(status('NewReplicaSetAvailable'), '2'), sets).kind).toBe('ready');
  });

  test('names the pod, the container, why it waits and how it ended before', () => {
    const sets = { 'apps/v1/ReplicaSet': [replicaSet('1', 0)], 'v1/Pod': [failingPod('rs1')] };
    expect(judge('apps/v1', 'Deployment', deployment({}), sets)).toEqual({
      kind: 'waiting',
      status: 'Waiting for Pods of the new template: 0 of 2 ready',
      causes: [
        'Pod n/web-1: container "main": CrashLoopBackOff: back-off 5m0s restarting failed container; exited with code 137 (OOMKilled)',
      ],
    });
  });

  test('fails at once when its controller gave up on the rollout', () => {
    const status = { conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'it timed out')] };
    expect(judge('apps/v1', 'Deployment', deployment(status))).toMatchObject({
      kind: 'failed',
      causes: [expect.stringContaining('ProgressDeadlineExceeded: it timed out')],
    });
  });

  test('says that pods cannot be made', () => {
    const status = { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota: q')] };
    const verdict = judge('apps/v1', 'Deployment', deployment(status), {
      'apps/v1/ReplicaSet': [replicaSet('1', 0)],
      'v1/Pod': [],
    });
    expect(verdict).toMatchObject({ causes: ['Pods cannot be created: FailedCreate: exceeded quota: q'] });
  });
});

describe('a StatefulSet', () => {
  const set = (status: JsonMap, spec: JsonMap = {}): JsonMap => ({
    metadata: { uid: 's', ...observed },
    spec: { replicas: 3, ...spec },
    status: {
      observedGeneration: 2,
      replicas: 3,
      readyReplicas: 3,
      currentRevision: 'a',
      updateRevision: 'b',
      ...status,
    },
  });

  test('waits for the new revision, unless pods are replaced by hand', () => {
    expect(judge('apps/v1', 'StatefulSet', set({ updatedReplicas: 1 })).kind).toBe('waiting');
    expect(
      judge('apps/v1', 'StatefulSet', set({ updatedReplicas: 1 }, { updateStrategy: { type: 'OnDelete' } })).kind,
    ).toBe('ready');
    expect(judge('apps/v1', 'StatefulSet', set({ updatedReplicas: 3, currentRevision: 'b' })).kind).toBe('ready');
  });

  test('with a partition is ready when the pods beyond it are new', () => {
    const spec = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    expect(judge('apps/v1', 'StatefulSet', set({ updatedReplicas: 0 }, spec)).kind).toBe('waiting');
    expect(judge('apps/v1', 'StatefulSet', set({ updatedReplicas: 1 }, spec)).kind).toBe('ready');
  });
});

test('a DaemonSet is ready when every node has its new pod', () => {
  const set = (status: JsonMap) =>
    judge('apps/v1', 'DaemonSet', {
      metadata: { ...observed },
      status: { observedGeneration: 2, desiredNumberScheduled: 2, ...status },
    });
  expect(set({ updatedNumberScheduled: 2, numberAvailable: 1, numberReady: 2 }).kind).toBe('waiting');
  expect(set({ updatedNumberScheduled: 2, numberAvailable: 2, numberReady: 2 }).kind).toBe('ready');
  expect(set({ desiredNumberScheduled: 0 }).kind).toBe('ready');
});

test('a Job is ready when complete or suspended, and fails with any reason', () => {
  const failure = condition('Failed', 'True', 'PodFailurePolicy', 'exit code 42');
  expect(judge('batch/v1', 'Job', { status: { conditions: [condition('Complete')] } }).kind).toBe('ready');
  expect(judge('batch/v1', 'Job', { spec: { suspend: true } }).kind).toBe('ready');
  expect(judge('batch/v1', 'Job', { status: { startTime: 'then', active: 1 } }).kind).toBe('waiting');
  expect(judge('batch/v1', 'Job', { status: { conditions: [failure] } })).toEqual({
    kind: 'failed',
    causes: ['The Job failed: PodFailurePolicy: exit code 42'],
  });
});

test('a load balancer Service waits for its address', () => {
  const service = (status: JsonMap) => judge('v1', 'Service', { spec: { type: 'LoadBalancer' }, status });
  expect(service({ loadBalancer: {} })).toMatchObject({
    kind: 'waiting',
    causes: [expect.stringContaining('load balancer')],
  });
  expect(service({ loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } }).kind).toBe('ready');
});

test('a claim is ready when bound, or when its class waits for its first pod', () => {
  const classes = {
    'storage.k8s.io/v1/StorageClass': [{ metadata: { name: 'lazy' }, volumeBindingMode: 'WaitForFirstConsumer' }],
  };
  const claim = (storageClassName: string, phase: string) =>
    judge('v1', 'PersistentVolumeClaim', { spec: { storageClassName }, status: { phase } }, classes);
  expect(claim('lazy', 'Pending').kind).toBe('ready');
  expect(claim('lazy', 'Bound').kind).toBe('ready');
  expect(claim('gone', 'Pending')).toMatchObject({ kind: 'waiting', causes: ['No storage class "gone" exists'] });
});

test('an Ingress without a controller says which classes there are', () => {
  const classes = { 'networking.k8s.io/v1/IngressClass': [{ metadata: { name: 'nginx' } }], 'v1/Service': [] };
  expect(judge('networking.k8s.io/v1', 'Ingress', { spec: { ingressClassName: 'alb' } }, classes)).toMatchObject({
    causes: ['No ingress class "alb" exists: this cluster has "nginx"'],
  });
});

test('a definition is ready when established, and fails when its names are taken', () => {
  const definition = (...conditions: JsonMap[]) =>
    judge('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { status: { conditions } });
  expect(definition(condition('Established')).kind).toBe('ready');
  expect(definition().kind).toBe('waiting');
  expect(definition(condition('NamesAccepted', 'False', 'PluralConflict')).kind).toBe('failed');
});

test('missing metrics of an autoscaler are warned of', () => {
  const conditions = [
    condition('AbleToScale'),
    condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'no metrics'),
  ];
  expect(judge('autoscaling/v2', 'HorizontalPodAutoscaler', { status: { conditions } })).toEqual({
    kind: 'ready',
    warnings: ['It does not scale yet: FailedGetResourceMetric: no metrics'],
  });
});

describe('the annotation waitFor', () => {
  const judged = (annotation: string, object: JsonMap) => ruleOfWaitFor(annotation).judge(object, around({}));

  test.each([
    ['jsonpath={.status.phase}=Running', { status: { phase: 'Running' } }, 'ready'],
    ['jsonpath={.status.phase}="Running"', { status: { phase: 'Running' } }, 'ready'],
    ['jsonpath={.status.phase}', { status: {} }, 'waiting'],
    ['jsonpath={.status.count}=3', { status: { count: 3 } }, 'ready'],
    ['condition=ready', { status: { conditions: [condition('Ready')] } }, 'ready'],
    ['condition=Ready=False', { status: { conditions: [condition('Ready')] } }, 'waiting'],
    ['["condition=A","condition=B"]', { status: { conditions: [condition('A')] } }, 'waiting'],
    [
      'condition=A',
      { metadata: { generation: 2 }, status: { observedGeneration: 1, conditions: [condition('A')] } },
      'waiting',
    ],
    ['something else', {}, 'failed'],
    ['jsonpath=.status.phase', {}, 'failed'],
    ['[1]', {}, 'failed'],
  ])('%s', (annotation, object, kind) => {
    expect(judged(annotation, object as JsonMap).kind).toBe(kind);
  });
});
