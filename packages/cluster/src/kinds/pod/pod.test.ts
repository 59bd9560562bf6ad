import { describe, expect, test } from 'vitest';
import type { Fields } from '../../kube-object.ts';
import { apiServer, row } from '../testing/api-server.ts';

function pod(container: Fields = {}, spec: Fields = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'web', image: 'nginx:1.27', ...container }], ...spec },
  };
}

describe('a pod is filled in', () => {
  test('with the defaults of the API server', () => {
    const { spec, status } = apiServer().create(pod());
    expect(spec).toMatchObject({
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      terminationGracePeriodSeconds: 30,
      securityContext: {},
      enableServiceLinks: true,
      serviceAccountName: 'default',
      serviceAccount: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    });
    expect(spec.containers[0]).toMatchObject({
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      resources: {},
    });
    expect(status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  test('with the tolerations and the token every pod gets', () => {
    const { spec } = apiServer().create(pod());
    expect(spec.tolerations).toEqual([
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ]);
    const [volume] = spec.volumes;
    expect(volume.name).toMatch(/^kube-api-access-.{5}$/);
    expect(volume.projected.sources[0]).toEqual({ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } });
    expect(spec.containers[0].volumeMounts).toEqual([
      { name: volume.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ]);
  });

  test('without a token where it does not want one', () => {
    const { spec } = apiServer().create(pod({}, { automountServiceAccountToken: false }));
    expect(spec.volumes).toBeUndefined();
  });

  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['registry.example:5000/nginx', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
  ])('for the image %s with the pull policy %s', (image, policy) => {
    expect(apiServer().create(pod({ image })).spec.containers[0].imagePullPolicy).toBe(policy);
  });

  test('in probes, ports and sources', () => {
    const container = {
      ports: [{ containerPort: 80 }],
      readinessProbe: { httpGet: { port: 80 } },
      livenessProbe: { grpc: { port: 81 } },
      lifecycle: { preStop: { httpGet: { port: 80 } } },
      env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    };
    const volumes = [{ name: 'a' }, { name: 'b', configMap: { name: 'x' } }, { name: 'c', hostPath: { path: '/tmp' } }];
    const { spec } = apiServer().create(pod(container, { volumes, automountServiceAccountToken: false }));
    expect(spec.containers[0]).toMatchObject({
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      readinessProbe: {
        httpGet: { path: '/', port: 80, scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      livenessProbe: { grpc: { port: 81, service: '' } },
      lifecycle: { preStop: { httpGet: { path: '/', port: 80, scheme: 'HTTP' } } },
      env: [{ name: 'IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
    });
    expect(spec.volumes).toEqual([
      { name: 'a', emptyDir: {} },
      { name: 'b', configMap: { name: 'x', defaultMode: 420 } },
      { name: 'c', hostPath: { path: '/tmp', type: '' } },
    ]);
  });

  test('with requests from limits, and quantities in their one form', () => {
    const resources = { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: '0.5' } };
    const created = apiServer().create(pod({ resources }));
    expect(created.spec.containers[0].resources).toEqual({
      limits: { cpu: '1', memory: '1Gi' },
      requests: { cpu: '500m', memory: '1Gi' },
    });
    expect(created.status.qosClass).toBe('Burstable');
  });

  test('with Guaranteed service when requests equal limits everywhere', () => {
    const resources = { limits: { cpu: '1', memory: '1Gi' } };
    expect(apiServer().create(pod({ resources })).status.qosClass).toBe('Guaranteed');
  });
});

describe('a pod is refused', () => {
  const quantity = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  test.each<[string, Fields, Fields, string]>([
    ['no containers', {}, { containers: [] }, 'spec.containers: Required value'],
    ['no image', { image: '' }, {}, 'spec.containers[0].image: Required value'],
    [
      'a container name that is no label',
      { name: 'My_App' },
      {},
      "spec.containers[0].name: Invalid value: \"My_App\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
    [
      'the same name twice',
      {},
      {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'a', image: 'x' },
        ],
      },
      'spec.containers[1].name: Duplicate value: "a"',
    ],
    [
      'a mount without a volume',
      { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      {},
      'spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ],
    [
      'a port out of range',
      { ports: [{ containerPort: 70000 }] },
      {},
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [
      'more requested than the limit',
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      {},
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
    [
      'a probe without a handler',
      { livenessProbe: { periodSeconds: 5 } },
      {},
      'spec.containers[0].livenessProbe: Required value: must specify a handler type',
    ],
    [
      'a restart policy that is none',
      {},
      { restartPolicy: 'Sometimes' },
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'an environment variable with two sources',
      { env: [{ name: 'A', value: 'x', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } }] },
      {},
      'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ],
    [
      'a volume of two types',
      {},
      { volumes: [{ name: 'v', emptyDir: {}, secret: { secretName: 's' } }] },
      'spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type',
    ],
    [
      'a toleration of everything that is not Exists',
      {},
      { tolerations: [{ operator: 'Equal', value: 'x' }] },
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  ])('for %s', (_what, container, spec, message) => {
    expect(apiServer().refusal(pod(container, spec))).toBe(`Pod "web" is invalid: ${message}`);
  });

  test('for a quantity that is none', () => {
    expect(apiServer().refusal(pod({ resources: { requests: { cpu: 'lots' } } }))).toContain(quantity);
  });

  test('for a ServiceAccount or PriorityClass that is not there', () => {
    const server = apiServer();
    expect(server.refusal(pod({}, { serviceAccountName: 'robot' }))).toBe(
      'pods "web" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    );
    expect(server.refusal(pod({}, { priorityClassName: 'urgent' }))).toBe(
      'pods "web" is forbidden: no PriorityClass with name urgent was found',
    );
  });
});

describe('a running pod', () => {
  test('may change its images and gain tolerations', () => {
    const server = apiServer();
    const changed = server.change(server.create(pod()), (one) => {
      one.spec.containers[0].image = 'nginx:1.28';
      one.spec.tolerations.push({ key: 'spot', operator: 'Exists' });
    });
    expect(changed.spec.containers[0].image).toBe('nginx:1.28');
  });

  test('may change nothing else', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(pod()), (one) => {
      one.spec.containers[0].env = [{ name: 'A', value: 'b' }];
    });
    expect(refusal).toBe(
      'Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    );
  });
});

test('A pod is shown with readiness, status word, restarts and age', () => {
  const created = apiServer().create(pod());
  const finishedAt = '2030-01-01T00:04:00Z';
  const status = {
    phase: 'Running',
    podIPs: [{ ip: '10.244.0.2' }],
    containerStatuses: [
      {
        name: 'web',
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, finishedAt } },
      },
    ],
  };
  expect(row({ ...created, status }, Date.parse('2030-01-01T00:05:00Z'))).toEqual({
    Name: 'web',
    Ready: '0/1',
    Status: 'CrashLoopBackOff',
    Restarts: '3 (60s ago)',
    Age: '5m',
    IP: '10.244.0.2',
    Node: '<none>',
    'Nominated Node': '<none>',
    'Readiness Gates': '<none>',
  });
});
