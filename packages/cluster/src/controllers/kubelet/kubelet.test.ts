import { describe, expect, test } from 'vitest';
import { podStatusWord } from '../../kinds/pod/pod-columns.ts';
import type { Fields } from '../../kube-object.ts';
import { configMap, type PodParts, pod } from '../testing/manifests.ts';
import { type SimulatedCluster, simulatedCluster } from '../testing/simulated-cluster.ts';

function running(parts: PodParts = {}): SimulatedCluster {
  const cluster = simulatedCluster();
  cluster.client.create(pod('web', parts));
  return cluster;
}

function simulated(annotations: Record<string, string>, parts: PodParts = {}): SimulatedCluster {
  const prefixed = Object.entries(annotations).map(([name, value]) => [`simulation.radiant.dev/${name}`, value]);
  return running({ ...parts, annotations: Object.fromEntries(prefixed) });
}

function container(cluster: SimulatedCluster): Fields {
  return cluster.get('Pod', 'web').status.containerStatuses[0];
}

function condition(cluster: SimulatedCluster, type: string): Fields {
  return cluster.get('Pod', 'web').status.conditions.find((one: { type: string }) => one.type === type);
}

function word(cluster: SimulatedCluster): string {
  return podStatusWord(cluster.get('Pod', 'web'));
}

describe('a pod', () => {
  test('goes from Pending over ContainerCreating to Running and ready, within 300 ms', () => {
    const cluster = simulatedCluster();
    cluster.client.create(pod('web'));
    expect(word(cluster)).toBe('Pending');
    const words = new Set<string>();
    for (let ms = 0; ms < 300; ms += 10) {
      cluster.pass('10ms');
      words.add(`${word(cluster)} ${container(cluster).ready}`);
    }
    expect([...words]).toEqual(['ContainerCreating false', 'Running false', 'Running true']);
  });

  test('has addresses, a start time and the marks of its containers', () => {
    const cluster = running();
    cluster.pass('1s');
    const { status } = cluster.get('Pod', 'web');
    expect(status).toMatchObject({ phase: 'Running', qosClass: 'BestEffort', startTime: '2030-01-01T00:00:00Z' });
    expect(status.podIP).toMatch(/^10\.244\.\d+\.\d+$/);
    expect(status.podIPs).toEqual([{ ip: status.podIP }]);
    expect(status.hostIPs).toEqual([{ ip: status.hostIP }]);
    expect(container(cluster)).toMatchObject({
      name: 'web',
      image: 'registry.example/web:v1',
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: '2030-01-01T00:00:00Z' } },
      imageID: expect.stringMatching(/^registry\.example\/web@sha256:[0-9a-f]{64}$/),
      containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
    });
    const types = status.conditions.map(({ type, status }: Fields) => `${type}=${status}`).sort();
    expect(types).toEqual([
      'ContainersReady=True',
      'Initialized=True',
      'PodReadyToStartContainers=True',
      'PodScheduled=True',
      'Ready=True',
    ]);
  });

  test('has an address that no other pod has', () => {
    const cluster = simulatedCluster();
    for (let at = 0; at < 20; at += 1) cluster.client.create(pod(`web-${at}`));
    cluster.pass('1s');
    expect(new Set(cluster.list('Pod').map((one) => one.status.podIP)).size).toBe(20);
  });

  test('with host networking has the address of its node', () => {
    const cluster = running({ spec: { hostNetwork: true } });
    cluster.pass('1s');
    const { status } = cluster.get('Pod', 'web');
    expect(status.podIP).toBe(status.hostIP);
  });

  test('names images of Docker Hub in full', () => {
    const cluster = running({ image: 'nginx' });
    cluster.pass('1s');
    expect(container(cluster).image).toBe('docker.io/library/nginx:latest');
  });

  test('that is deleted is stopped and then gone', () => {
    const cluster = running();
    cluster.pass('1s');
    cluster.client.delete('Pod', 'default', 'web');
    expect(cluster.get('Pod', 'web').metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
    expect(word(cluster)).toBe('Terminating');
    cluster.pass('100ms');
    expect(cluster.find('Pod', 'web')).toBeUndefined();
    expect(cluster.events('web')).toContain('Normal Killing Stopping container web');
  });

  test('tells of pulling, creating and starting in events', () => {
    const cluster = running();
    cluster.pass('1s');
    expect(cluster.events('web').toSorted()).toEqual([
      'Normal Created Created container: web',
      'Normal Pulled Successfully pulled image "registry.example/web:v1"',
      'Normal Pulling Pulling image "registry.example/web:v1"',
      expect.stringMatching(/^Normal Scheduled /),
      'Normal Started Started container web',
    ]);
  });

  test('waits for its readiness gates', () => {
    const cluster = running({ spec: { readinessGates: [{ conditionType: 'example.com/traffic' }] } });
    cluster.pass('1s');
    expect(condition(cluster, 'ContainersReady').status).toBe('True');
    expect(condition(cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    const current = cluster.get('Pod', 'web');
    const conditions = [...current.status.conditions, { type: 'example.com/traffic', status: 'True' }];
    cluster.client.updateStatus({ ...current, status: { ...current.status, conditions } });
    cluster.pass('1s');
    expect(condition(cluster, 'Ready').status).toBe('True');
  });

  test('that runs longer than activeDeadlineSeconds fails', () => {
    const cluster = running({ spec: { activeDeadlineSeconds: 5 } });
    cluster.pass('6s');
    expect(cluster.get('Pod', 'web').status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });
});

describe('an image', () => {
  test('with the tag `missing` cannot be pulled: ErrImagePull, then ImagePullBackOff', () => {
    const cluster = running({ image: 'registry.example/web:missing' });
    cluster.pass('200ms');
    const cause =
      'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/web:missing": failed to resolve reference "registry.example/web:missing": registry.example/web:missing: not found';
    expect(container(cluster).state.waiting).toEqual({ reason: 'ErrImagePull', message: cause });
    cluster.pass('1s');
    expect(container(cluster).state.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "registry.example/web:missing": ErrImagePull: ${cause}`,
    });
    expect(cluster.get('Pod', 'web').status.phase).toBe('Pending');
    expect(word(cluster)).toBe('ImagePullBackOff');
    expect(cluster.events('web')).toEqual(
      expect.arrayContaining([
        `Warning Failed Failed to pull image "registry.example/web:missing": ${cause}`,
        'Warning Failed Error: ErrImagePull',
        'Normal BackOff Back-off pulling image "registry.example/web:missing"',
        'Warning Failed Error: ImagePullBackOff',
      ]),
    );
  });

  test('whose name makes no sense is refused without a pull', () => {
    const cluster = running({ image: 'Registry/Web:v1' });
    cluster.pass('1s');
    expect(container(cluster).state.waiting.reason).toBe('InvalidImageName');
    expect(container(cluster).state.waiting.message).toContain("couldn't parse image name");
  });

  test('fails to pull as pull-error says, and is tried again later each time', () => {
    const cluster = simulated({ 'pull-error': 'registry is down' });
    cluster.pass('1s');
    expect(container(cluster).state.waiting.message).toContain('registry is down');
    cluster.change('Pod', 'web', (one) => {
      one.metadata.annotations = {};
    });
    cluster.pass('5s');
    expect(word(cluster)).toBe('ImagePullBackOff');
    cluster.pass('10s');
    expect(word(cluster)).toBe('Running');
  });
});

describe('a reference', () => {
  const cases: [string, PodParts['container'], string, Fields][] = [
    [
      'envFrom of a ConfigMap',
      { envFrom: [{ configMapRef: { name: 'settings' } }] },
      'configmap "settings" not found',
      configMap('settings'),
    ],
    [
      'env from a key of a Secret',
      { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }] },
      'secret "token" not found',
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'token', namespace: 'default' },
        stringData: { value: 'x' },
      },
    ],
  ];
  test.each(cases)(
    '%s that is not there is a CreateContainerConfigError until it comes',
    (_name, parts, message, object) => {
      const cluster = running({ container: parts });
      cluster.pass('1s');
      expect(container(cluster).state.waiting).toEqual({ reason: 'CreateContainerConfigError', message });
      expect(cluster.events('web')).toContain(`Warning Failed Error: ${message}`);
      cluster.client.create(object);
      cluster.pass('1s');
      expect(word(cluster)).toBe('Running');
    },
  );

  test('to a key that is not there names it', () => {
    const env = [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } }];
    const cluster = running({ container: { env } });
    cluster.client.create(configMap('settings', { other: 'x' }));
    cluster.pass('1s');
    expect(container(cluster).state.waiting.message).toBe("couldn't find key level in ConfigMap default/settings");
    cluster.change('ConfigMap', 'settings', (map) => {
      map.data.level = 'INFO';
    });
    cluster.pass('1s');
    expect(word(cluster)).toBe('Running');
  });

  test('that is optional is not waited for', () => {
    const cluster = running({ container: { envFrom: [{ configMapRef: { name: 'settings', optional: true } }] } });
    cluster.pass('1s');
    expect(word(cluster)).toBe('Running');
  });

  test('in a volume keeps the pod in ContainerCreating, and an event says why', () => {
    const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
    const cluster = running({ spec: { volumes } });
    cluster.pass('1s');
    expect(word(cluster)).toBe('ContainerCreating');
    expect(cluster.events('web')).toContain(
      'Warning FailedMount MountVolume.SetUp failed for volume "settings" : configmap "settings" not found',
    );
    cluster.client.create(configMap('settings'));
    cluster.pass('1s');
    expect(word(cluster)).toBe('Running');
  });
});

describe('the annotation', () => {
  test('ready-after delays readiness', () => {
    const cluster = simulated({ 'ready-after': '1m30s' });
    cluster.pass('80s');
    expect(word(cluster)).toBe('Running');
    expect(container(cluster).ready).toBe(false);
    expect(condition(cluster, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [web]',
    });
    cluster.pass('20s');
    expect(container(cluster).ready).toBe(true);
  });

  test('never-ready keeps a pod running and not ready', () => {
    const cluster = simulated({ 'never-ready': 'true' });
    cluster.pass('1h');
    expect(cluster.get('Pod', 'web').status.phase).toBe('Running');
    expect(container(cluster).ready).toBe(false);
  });

  test('crash ends the container with its exit code, again and again, in CrashLoopBackOff', () => {
    const cluster = simulated({ crash: '3' });
    cluster.pass('1s');
    expect(word(cluster)).toBe('CrashLoopBackOff');
    expect(container(cluster)).toMatchObject({
      restartCount: 1,
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=web' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    expect(cluster.get('Pod', 'web').status.phase).toBe('Running');
    expect(cluster.events('web')).toContain('Warning BackOff Back-off restarting failed container web');
    cluster.pass('1min');
    expect(container(cluster).restartCount).toBe(3);
  });

  test('crash-times lets the container run after so many crashes', () => {
    const cluster = simulated({ crash: '1', 'crash-times': '1' });
    cluster.pass('1s');
    expect(word(cluster)).toBe('Running');
    expect(container(cluster)).toMatchObject({ restartCount: 1, ready: true });
  });

  test('crash with exit code 137 is an OOMKilled', () => {
    const cluster = simulated({ crash: '137' });
    cluster.pass('1s');
    expect(container(cluster).lastState.terminated.reason).toBe('OOMKilled');
  });

  test('crash with restartPolicy Never makes the pod fail', () => {
    const cluster = simulated({ crash: '1' }, { spec: { restartPolicy: 'Never' } });
    cluster.pass('1s');
    expect(cluster.get('Pod', 'web').status.phase).toBe('Failed');
    expect(word(cluster)).toBe('Error');
  });

  test('run-for with restartPolicy Never ends the pod well', () => {
    const cluster = simulated({ 'run-for': '5s' }, { spec: { restartPolicy: 'Never' } });
    cluster.pass('1s');
    expect(cluster.get('Pod', 'web').status.phase).toBe('Running');
    cluster.pass('5s');
    expect(cluster.get('Pod', 'web').status.phase).toBe('Succeeded');
    expect(word(cluster)).toBe('Completed');
    expect(condition(cluster, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
  });

  test('stop-after makes stopping slow, up to the grace period', () => {
    const cluster = simulated({ 'stop-after': '1h' }, { spec: { terminationGracePeriodSeconds: 10 } });
    cluster.pass('1s');
    cluster.client.delete('Pod', 'default', 'web');
    cluster.pass('9s');
    expect(word(cluster)).toBe('Terminating');
    cluster.pass('2s');
    expect(cluster.find('Pod', 'web')).toBeUndefined();
  });
});

describe('init containers', () => {
  const init = (name: string, rest = {}) => ({ name, image: 'registry.example/init:v1', ...rest });

  test('run one after the other before the rest', () => {
    const cluster = running({ spec: { initContainers: [init('first'), init('second')] } });
    const words: string[] = [];
    for (let step = 0; step < 100; step += 1) {
      cluster.pass('5ms');
      if (words.at(-1) !== word(cluster)) words.push(word(cluster));
    }
    expect(words).toEqual(['Init:0/2', 'Init:1/2', 'PodInitializing', 'Running']);
    expect(condition(cluster, 'Initialized').status).toBe('True');
    const [first] = cluster.get('Pod', 'web').status.initContainerStatuses;
    expect(first.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  });

  test('that fail keep the pod from initializing', () => {
    const cluster = simulated(
      { crash: '1', 'crash-container': 'first' },
      { spec: { initContainers: [init('first')] } },
    );
    cluster.pass('1s');
    expect(word(cluster)).toBe('Init:CrashLoopBackOff');
    expect(condition(cluster, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [first]',
    });
  });

  test('with restartPolicy Always run beside the rest', () => {
    const cluster = running({ spec: { initContainers: [init('proxy', { restartPolicy: 'Always' })] } });
    cluster.pass('1s');
    const { status } = cluster.get('Pod', 'web');
    expect(status.phase).toBe('Running');
    expect(status.initContainerStatuses[0]).toMatchObject({ started: true, ready: true, state: { running: {} } });
  });
});
