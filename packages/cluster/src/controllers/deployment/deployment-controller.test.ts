import { describe, expect, test } from 'vitest';
import { configMap, deployment } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

const kind = 'Deployment.apps';

function rolledOut(spec = {}, template = {}): SimulatedCluster {
  const cluster = simulatedCluster();
  cluster.client.create(deployment('web', spec, template));
  cluster.pass('1s');
  return cluster;
}

function sets(cluster: SimulatedCluster) {
  return cluster
    .list('ReplicaSet.apps')
    .toSorted((a, b) => revision(a) - revision(b))
    .map((set) => ({ revision: revision(set), replicas: set.spec.replicas, ready: set.status.readyReplicas ?? 0 }));
}

function revision(object: { metadata: { annotations?: Record<string, string> } }): number {
  return Number(object.metadata.annotations?.['deployment.kubernetes.io/revision']);
}

function condition(cluster: SimulatedCluster, type: string) {
  return cluster.get(kind, 'web').status.conditions.find((one: { type: string }) => one.type === type);
}

function setImage(cluster: SimulatedCluster, image: string): void {
  cluster.change(kind, 'web', (object) => {
    object.spec.template.spec.containers[0].image = image;
  });
}

describe('a Deployment', () => {
  test('becomes a ReplicaSet named after its template, and pods that are ready within 300 ms', () => {
    const cluster = simulatedCluster();
    cluster.client.create(deployment('web'));
    cluster.pass('300ms');
    const [set] = cluster.list('ReplicaSet.apps');
    expect(set!.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]+$/);
    expect(set!.metadata.labels?.['pod-template-hash']).toBe(set!.metadata.name.slice(4));
    expect(set!.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': set!.metadata.name.slice(4) });
    expect(set!.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '1',
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
    });
    expect(cluster.get(kind, 'web').metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(cluster.get(kind, 'web').status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(condition(cluster, 'Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    });
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${set!.metadata.name}" has successfully progressed.`,
    });
  });

  test('tells of its steps in events', () => {
    const cluster = rolledOut();
    const name = cluster.list('ReplicaSet.apps')[0]!.metadata.name;
    expect(cluster.events('web')).toEqual([`Normal ScalingReplicaSet Scaled up replica set ${name} from 0 to 2`]);
  });

  test('is not available while too few of its pods are', () => {
    const cluster = simulatedCluster();
    cluster.client.create(deployment('web'));
    cluster.pass('50ms');
    expect(condition(cluster, 'Available')).toMatchObject({
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
      message: 'Deployment does not have minimum availability.',
    });
    expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    expect(cluster.get(kind, 'web').status.unavailableReplicas).toBe(2);
  });

  test('makes no write when it is at rest', () => {
    const cluster = rolledOut();
    const before = cluster.get(kind, 'web').metadata.resourceVersion;
    cluster.pass('1h');
    expect(cluster.get(kind, 'web').metadata.resourceVersion).toBe(before);
  });

  test('makes the same set for the same template, and no new one when only replicas change', () => {
    const cluster = rolledOut();
    cluster.change(kind, 'web', (object) => {
      object.spec.replicas = 5;
    });
    cluster.pass('1s');
    expect(sets(cluster)).toEqual([{ revision: 1, replicas: 5, ready: 5 }]);
  });
});

describe('a rolling update', () => {
  test('makes a new set and scales the old one to 0, keeping it', () => {
    const cluster = rolledOut();
    setImage(cluster, 'registry.example/web:v2');
    cluster.pass('2s');
    expect(sets(cluster)).toEqual([
      { revision: 1, replicas: 0, ready: 0 },
      { revision: 2, replicas: 2, ready: 2 },
    ]);
    expect(cluster.get(kind, 'web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    expect(cluster.list('Pod').map((pod) => pod.spec.containers[0].image)).toEqual(
      Array(2).fill('registry.example/web:v2'),
    );
  });

  test.each([
    { replicas: 4, maxSurge: '25%', maxUnavailable: '25%', most: 5, fewest: 3 },
    { replicas: 10, maxSurge: '25%', maxUnavailable: '25%', most: 13, fewest: 8 },
    { replicas: 3, maxSurge: 1, maxUnavailable: 0, most: 4, fewest: 3 },
    { replicas: 3, maxSurge: 0, maxUnavailable: 1, most: 3, fewest: 2 },
    { replicas: 3, maxSurge: '0%', maxUnavailable: '10%', most: 3, fewest: 2 },
    { replicas: 4, maxSurge: '100%', maxUnavailable: 0, most: 8, fewest: 4 },
  ])(
    'of $replicas pods with maxSurge $maxSurge and maxUnavailable $maxUnavailable has $most at most and $fewest ready at least',
    (limits) => {
      const { replicas, maxSurge, maxUnavailable, most, fewest } = limits;
      const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
      const cluster = rolledOut({ replicas, strategy });
      setImage(cluster, 'registry.example/web:v2');
      let mostSeen = 0;
      let fewestReady = replicas;
      for (let step = 0; step < 400; step += 1) {
        cluster.pass('5ms');
        const current = cluster.list('ReplicaSet.apps');
        mostSeen = Math.max(
          mostSeen,
          current.reduce((sum, set) => sum + set.spec.replicas, 0),
        );
        fewestReady = Math.min(
          fewestReady,
          current.reduce((sum, set) => sum + (set.status.readyReplicas ?? 0), 0),
        );
      }
      expect({ mostSeen, fewestReady }).toEqual({ mostSeen: most, fewestReady: fewest });
      expect(sets(cluster).at(-1)).toEqual({ revision: 2, replicas, ready: replicas });
    },
  );

  test('that cannot pull its image keeps the old pods and says so after progressDeadlineSeconds', () => {
    const cluster = rolledOut({ progressDeadlineSeconds: 30 });
    setImage(cluster, 'registry.example/web:missing');
    cluster.pass('20s');
    expect(sets(cluster)).toEqual([
      { revision: 1, replicas: 2, ready: 2 },
      { revision: 2, replicas: 1, ready: 0 },
    ]);
    expect(condition(cluster, 'Progressing').status).toBe('True');
    cluster.pass('20s');
    const set = cluster.list('ReplicaSet.apps').find((one) => revision(one) === 2)!;
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${set.metadata.name}" has timed out progressing.`,
    });
    expect(condition(cluster, 'Available').status).toBe('True');
  });

  test('that failed goes on when the template is mended', () => {
    const cluster = rolledOut({ progressDeadlineSeconds: 30 });
    setImage(cluster, 'registry.example/web:missing');
    cluster.pass('60s');
    setImage(cluster, 'registry.example/web:v3');
    cluster.pass('2s');
    expect(sets(cluster).map((set) => set.ready)).toEqual([0, 0, 2]);
    expect(condition(cluster, 'Progressing').reason).toBe('NewReplicaSetAvailable');
  });

  test('back to an earlier template takes its set up again under a new revision', () => {
    const cluster = rolledOut();
    const first = cluster.list('ReplicaSet.apps')[0]!.metadata.name;
    setImage(cluster, 'registry.example/web:v2');
    cluster.pass('2s');
    setImage(cluster, 'registry.example/web:v1');
    cluster.pass('2s');
    expect(sets(cluster)).toEqual([
      { revision: 2, replicas: 0, ready: 0 },
      { revision: 3, replicas: 2, ready: 2 },
    ]);
    const set = cluster.get('ReplicaSet.apps', first);
    expect(set.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision-history': '1' });
  });

  test('keeps revisionHistoryLimit old sets', () => {
    const cluster = rolledOut({ revisionHistoryLimit: 1 });
    for (const tag of ['v2', 'v3', 'v4']) {
      setImage(cluster, `registry.example/web:${tag}`);
      cluster.pass('2s');
    }
    expect(sets(cluster).map((set) => set.revision)).toEqual([3, 4]);
  });

  test('waits for minReadySeconds before a pod counts as available', () => {
    const cluster = simulatedCluster();
    cluster.client.create(deployment('web', { minReadySeconds: 10 }));
    cluster.pass('5s');
    expect(cluster.get(kind, 'web').status).toMatchObject({ readyReplicas: 2, unavailableReplicas: 2 });
    cluster.pass('6s');
    expect(cluster.get(kind, 'web').status).toMatchObject({ readyReplicas: 2, availableReplicas: 2 });
  });
});

describe('Recreate', () => {
  test('makes nothing new before everything old is gone', () => {
    const cluster = rolledOut({ strategy: { type: 'Recreate' } });
    setImage(cluster, 'registry.example/web:v2');
    let sawBoth = false;
    for (let step = 0; step < 300; step += 1) {
      cluster.pass('5ms');
      sawBoth ||= new Set(cluster.list('Pod').map((pod) => pod.spec.containers[0].image)).size > 1;
    }
    expect(sawBoth).toBe(false);
    expect(sets(cluster).at(-1)).toEqual({ revision: 2, replicas: 2, ready: 2 });
  });
});

describe('a paused Deployment', () => {
  test('does not roll out, but scales', () => {
    const cluster = rolledOut();
    cluster.change(kind, 'web', (object) => {
      object.spec.paused = true;
      object.spec.replicas = 3;
      object.spec.template.spec.containers[0].image = 'registry.example/web:v2';
    });
    cluster.pass('2s');
    expect(sets(cluster)).toEqual([{ revision: 1, replicas: 3, ready: 3 }]);
    expect(condition(cluster, 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
  });

  test('rolls out what it missed once it goes on', () => {
    const cluster = rolledOut();
    cluster.change(kind, 'web', (object) => {
      object.spec.paused = true;
      object.spec.template.spec.containers[0].image = 'registry.example/web:v2';
    });
    cluster.pass('1s');
    cluster.change(kind, 'web', (object) => {
      object.spec.paused = false;
    });
    cluster.pass('2s');
    expect(sets(cluster).map((set) => set.ready)).toEqual([0, 2]);
    expect(condition(cluster, 'Progressing').reason).toBe('NewReplicaSetAvailable');
  });
});

test('Scaling in the middle of a rollout shares the change between the sets', () => {
  const cluster = rolledOut({
    replicas: 10,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
  });
  setImage(cluster, 'registry.example/web:missing');
  cluster.pass('1s');
  expect(sets(cluster).map((set) => set.replicas)).toEqual([8, 5]);
  cluster.change(kind, 'web', (object) => {
    object.spec.replicas = 15;
  });
  cluster.pass('1s');
  // kubernetes docs: Deployments, Proportional scaling.
  expect(sets(cluster).map((set) => set.replicas)).toEqual([11, 7]);
});

test('Annotations of a Deployment reach its sets, apart from those that are its own', () => {
  const cluster = simulatedCluster();
  const object = deployment('web');
  object.metadata.annotations = { team: 'day', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
  cluster.client.create(object);
  cluster.pass('1s');
  const annotations = cluster.list('ReplicaSet.apps')[0]!.metadata.annotations!;
  expect(annotations.team).toBe('day');
  expect(annotations).not.toHaveProperty('kubectl.kubernetes.io/last-applied-configuration');
});

test('A Deployment takes over a ReplicaSet that its selector finds and nobody controls', () => {
  const cluster = rolledOut();
  const [set] = cluster.list('ReplicaSet.apps');
  cluster.client.delete(kind, 'default', 'web', { propagation: 'Orphan' });
  cluster.pass('1s');
  expect(cluster.get('ReplicaSet.apps', set!.metadata.name).metadata.ownerReferences ?? []).toEqual([]);
  cluster.client.create(deployment('web'));
  cluster.pass('1s');
  expect(cluster.list('ReplicaSet.apps').map((one) => one.metadata.uid)).toEqual([set!.metadata.uid]);
});

test('Failures of a set to make pods are the ReplicaFailure of its Deployment', () => {
  const cluster = simulatedCluster();
  cluster.client.create(deployment('web', {}, { spec: { serviceAccountName: 'robot' } }));
  cluster.pass('1s');
  expect(condition(cluster, 'ReplicaFailure')).toMatchObject({
    status: 'True',
    reason: 'FailedCreate',
    message: expect.stringContaining(
      'error looking up service account default/robot: serviceaccount "robot" not found',
    ),
  });
  cluster.client.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'default' },
  });
  cluster.pass('1min');
  expect(condition(cluster, 'ReplicaFailure')).toBeUndefined();
  expect(cluster.get(kind, 'web').status.readyReplicas).toBe(2);
});

test('A ConfigMap that comes later lets the rollout go on', () => {
  const cluster = rolledOut({}, { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } });
  expect(cluster.get(kind, 'web').status.readyReplicas).toBeUndefined();
  cluster.client.create(configMap('settings'));
  cluster.pass('1s');
  expect(cluster.get(kind, 'web').status.readyReplicas).toBe(2);
});

test('A name that somebody else’s ReplicaSet has already is avoided by another hash', () => {
  const first = rolledOut();
  const [set] = first.list('ReplicaSet.apps');
  const cluster = simulatedCluster();
  const foreign = structuredClone(set!.spec);
  foreign.selector.matchLabels = { app: 'other' };
  foreign.template.metadata.labels = { app: 'other' };
  cluster.client.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: set!.metadata.name, namespace: 'default' },
    spec: foreign,
  });
  cluster.client.create(deployment('web'));
  cluster.pass('1s');
  expect(cluster.get(kind, 'web').status).toMatchObject({ collisionCount: 1, readyReplicas: 2 });
  expect(cluster.list('ReplicaSet.apps')).toHaveLength(2);
});
