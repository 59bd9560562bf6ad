import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import type { NodeSpec } from '../../registry/bootstrap.ts';
import { deployment, pod } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

function node(name: string, rest: Partial<NodeSpec> = {}): NodeSpec {
  return { name, cpu: '2', memory: '4Gi', pods: 10, zone: 'zone-1a', ...rest };
}

function scheduled(cluster: SimulatedCluster, name: string): Fields {
  return cluster.get('Pod', name).status.conditions.find((one: { type: string }) => one.type === 'PodScheduled');
}

function asking(resources: Record<string, string>) {
  return { container: { resources: { requests: resources } } };
}

describe('a pod', () => {
  test('gets a node, which an event tells of', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    cluster.client.create(pod('web'));
    cluster.pass('50ms');
    expect(cluster.get('Pod', 'web').spec.nodeName).toBe('n1');
    expect(scheduled(cluster, 'web').status).toBe('True');
    expect(cluster.events('web')).toContain('Normal Scheduled Successfully assigned default/web to n1');
  });

  test('that asks for more than any node has left is unschedulable, in the scheduler’s words', () => {
    const cluster = simulatedCluster();
    cluster.client.create(pod('big', asking({ cpu: '9' })));
    cluster.pass('50ms');
    const message =
      '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
    expect(scheduled(cluster, 'big')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    expect(cluster.get('Pod', 'big').status.phase).toBe('Pending');
    expect(cluster.events('big')).toEqual([`Warning FailedScheduling ${message}`]);
  });

  test('that would fit on an emptier node is told that no others are worth less', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    cluster.client.create(pod('first', asking({ cpu: '1500m' })));
    cluster.pass('50ms');
    cluster.client.create(pod('second', asking({ cpu: '1500m' })));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'second').message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    );
  });

  test('is scheduled when another one leaves', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    cluster.client.create(pod('first', asking({ cpu: '1500m' })));
    cluster.pass('50ms');
    cluster.client.create(pod('second', asking({ cpu: '1500m' })));
    cluster.pass('50ms');
    cluster.client.delete('Pod', 'default', 'first');
    cluster.pass('1s');
    expect(cluster.get('Pod', 'second').spec.nodeName).toBe('n1');
  });

  test('is scheduled when a node comes that can take it', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    cluster.client.create(pod('big', asking({ cpu: '3' })));
    cluster.pass('50ms');
    const created = cluster.client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2' } });
    const allocatable = { cpu: '8', memory: '16Gi', pods: '110' };
    cluster.client.updateStatus({ ...created, status: { capacity: allocatable, allocatable } });
    cluster.pass('50ms');
    expect(cluster.get('Pod', 'big').spec.nodeName).toBe('n2');
  });

  test('with a nodeSelector or required affinity goes only where it matches', () => {
    const cluster = simulatedCluster({ nodes: [node('n1'), node('n2', { labels: { disk: 'ssd' } })] });
    const term = { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }] };
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    };
    cluster.client.create(pod('selecting', { spec: { nodeSelector: { disk: 'ssd' } } }));
    cluster.client.create(pod('affine', { spec: { affinity } }));
    cluster.client.create(pod('nowhere', { spec: { nodeSelector: { disk: 'tape' } } }));
    cluster.pass('50ms');
    expect(cluster.get('Pod', 'selecting').spec.nodeName).toBe('n2');
    expect(cluster.get('Pod', 'affine').spec.nodeName).toBe('n2');
    expect(scheduled(cluster, 'nowhere').message).toContain("2 node(s) didn't match Pod's node affinity/selector");
  });

  test('stays away from taints it does not tolerate', () => {
    const taints = [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }];
    const cluster = simulatedCluster({ nodes: [node('n1', { taints })] });
    cluster.client.create(pod('plain'));
    const tolerations = [{ key: 'dedicated', operator: 'Equal', value: 'batch', effect: 'NoSchedule' }];
    cluster.client.create(pod('tolerant', { spec: { tolerations } }));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'plain').message).toContain('1 node(s) had untolerated taint {dedicated: batch}');
    expect(cluster.get('Pod', 'tolerant').spec.nodeName).toBe('n1');
  });

  test('is not put on a cordoned node', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    cluster.change('Node', 'n1', (one) => {
      one.spec.unschedulable = true;
    });
    cluster.client.create(pod('web'));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'web').message).toContain('1 node(s) were unschedulable');
  });

  test('counts against the number of pods a node takes, and against its host ports', () => {
    const cluster = simulatedCluster({ nodes: [node('n1', { pods: 1 })] });
    const ports = [{ containerPort: 80, hostPort: 80 }];
    cluster.client.create(pod('first', { container: { ports } }));
    cluster.pass('50ms');
    cluster.client.create(pod('second'));
    cluster.client.create(pod('third', { container: { ports } }));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'second').message).toContain('1 Too many pods');
    expect(scheduled(cluster, 'third').message).toContain(
      "1 node(s) didn't have free ports for the requested pod ports",
    );
  });

  test('with a nodeName or another scheduler is left alone', () => {
    const cluster = simulatedCluster({ nodes: [node('n1'), node('n2')] });
    cluster.client.create(pod('placed', { spec: { nodeName: 'n2' } }));
    cluster.client.create(pod('foreign', { spec: { schedulerName: 'mine' } }));
    cluster.pass('1s');
    expect(cluster.get('Pod', 'placed').status.phase).toBe('Running');
    expect(cluster.get('Pod', 'foreign').spec.nodeName).toBeUndefined();
  });

  test('without any node waits for one', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    cluster.client.delete('Node', undefined, 'n1');
    cluster.client.create(pod('web'));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'web').message).toBe('no nodes available to schedule pods');
  });

  test('with a claim that is not there waits for it', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    cluster.client.create(pod('web', { spec: { volumes } }));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'web').message).toContain('persistentvolumeclaim "data" not found');
  });
});

test('The pods of one workload are spread over the nodes', () => {
  const cluster = simulatedCluster({ nodes: [node('n1'), node('n2'), node('n3')] });
  cluster.client.create(deployment('web', { replicas: 6 }));
  cluster.pass('1s');
  const perNode = Map.groupBy(cluster.list('Pod'), (one) => one.spec.nodeName);
  expect([...perNode.values()].map((pods) => pods.length)).toEqual([2, 2, 2]);
});

test('What init containers need counts when it is more than the rest', () => {
  const cluster = simulatedCluster({ nodes: [node('n1')] });
  const initContainers = [
    { name: 'prepare', image: 'registry.example/prepare:v1', resources: { requests: { memory: '5Gi' } } },
  ];
  cluster.client.create(pod('web', { spec: { initContainers } }));
  cluster.pass('50ms');
  expect(scheduled(cluster, 'web').message).toContain('1 Insufficient memory');
});

describe('affinity between pods', () => {
  const zones = () => [node('n1'), node('n2', { zone: 'zone-1b' }), node('n3', { zone: 'zone-1b' })];
  const near = (kind: string, topologyKey: string, labels: Record<string, string>) => ({
    affinity: {
      [kind]: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: labels } }],
      },
    },
  });

  test('that is required keeps pods of one workload on nodes of their own', () => {
    const cluster = simulatedCluster({ nodes: zones() });
    const spec = near('podAntiAffinity', 'kubernetes.io/hostname', { app: 'web' });
    cluster.client.create(deployment('web', { replicas: 4 }, { spec }));
    cluster.pass('1s');
    const pods = cluster.list('Pod');
    expect(pods.map((one) => one.spec.nodeName ?? '').toSorted()).toEqual(['', 'n1', 'n2', 'n3']);
    const waiting = pods.find((one) => one.spec.nodeName === undefined)!;
    expect(scheduled(cluster, waiting.metadata.name).message).toBe(
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    );
  });

  test('of pods that are there already keeps others away', () => {
    const cluster = simulatedCluster({ nodes: [node('n1')] });
    cluster.client.create(pod('lonely', { spec: near('podAntiAffinity', 'kubernetes.io/hostname', { app: 'noisy' }) }));
    cluster.pass('50ms');
    cluster.client.create(pod('noisy', { labels: { app: 'noisy' } }));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'noisy').message).toContain("1 node(s) didn't satisfy existing pods anti-affinity rules");
  });

  test('that is required waits for the pod to be near to', () => {
    const cluster = simulatedCluster({ nodes: zones() });
    cluster.client.create(pod('web', { spec: near('podAffinity', 'topology.kubernetes.io/zone', { app: 'db' }) }));
    cluster.pass('50ms');
    expect(scheduled(cluster, 'web').message).toContain("3 node(s) didn't match pod affinity rules");
    cluster.client.create(pod('db', { labels: { app: 'db' }, spec: { nodeName: 'n3' } }));
    cluster.pass('1s');
    expect(['n2', 'n3']).toContain(cluster.get('Pod', 'web').spec.nodeName);
  });

  test('lets the first of a group go anywhere', () => {
    const cluster = simulatedCluster({ nodes: zones() });
    const spec = near('podAffinity', 'topology.kubernetes.io/zone', { app: 'web' });
    cluster.client.create(deployment('web', { replicas: 2 }, { spec }));
    cluster.pass('1s');
    const zoneOf = (name: string) => cluster.get('Node', name).metadata.labels?.['topology.kubernetes.io/zone'];
    expect(new Set(cluster.list('Pod').map((one) => zoneOf(one.spec.nodeName))).size).toBe(1);
  });
});

test('A spread constraint that forbids keeps the zones even', () => {
  const cluster = simulatedCluster({ nodes: [node('n1'), node('n2', { zone: 'zone-1b', pods: 1 })] });
  const constraint = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { app: 'web' } },
  };
  cluster.client.create(deployment('web', { replicas: 4 }, { spec: { topologySpreadConstraints: [constraint] } }));
  cluster.pass('1s');
  const placed = cluster
    .list('Pod')
    .map((one) => one.spec.nodeName ?? '')
    .toSorted();
  expect(placed).toEqual(['', 'n1', 'n1', 'n2']);
  const waiting = cluster.list('Pod').find((one) => one.spec.nodeName === undefined)!;
  expect(scheduled(cluster, waiting.metadata.name).message).toContain(
    "1 node(s) didn't match pod topology spread constraints",
  );
});
