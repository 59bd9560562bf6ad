import { describe, expect, test } from 'vitest';
import type { Fields, KubeObject } from '../kube-object.ts';
import { apiServer, row } from './testing/api-server.ts';

const labels = { app: 'db' };
const podSpec = { containers: [{ name: 'db', image: 'postgres:17' }] };
const template = { metadata: { labels }, spec: podSpec };

function object(apiVersion: string, kind: string, rest: Fields, name = 'db'): KubeObject {
  const clusterScoped = [
    'PersistentVolume',
    'StorageClass',
    'ClusterRole',
    'ClusterRoleBinding',
    'PriorityClass',
  ].includes(kind);
  return { apiVersion, kind, metadata: { name, ...(clusterScoped ? {} : { namespace: 'default' }) }, ...rest };
}

const statefulSet = (spec: Fields = {}) =>
  object('apps/v1', 'StatefulSet', {
    spec: { serviceName: 'db', selector: { matchLabels: labels }, template, ...spec },
  });
const job = (spec: Fields = {}) =>
  object('batch/v1', 'Job', { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } }, ...spec } });
const cronJob = (spec: Fields = {}) =>
  object('batch/v1', 'CronJob', { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: job().spec }, ...spec } });
const claim = (spec: Fields = {}) =>
  object('v1', 'PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } }, ...spec },
  });
const volume = (spec: Fields = {}) =>
  object('v1', 'PersistentVolume', {
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/data' }, ...spec },
  });
const storageClass = (rest: Fields = {}) =>
  object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'example.com/disk', ...rest });

describe('a StatefulSet', () => {
  test('is filled in with order, strategy, retention and its claim templates', () => {
    const { spec } = apiServer().create(
      statefulSet({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim().spec }] }),
    );
    expect(spec).toMatchObject({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '1Gi' } },
            volumeMode: 'Filesystem',
          },
          status: { phase: 'Pending' },
        },
      ],
    });
  });

  test('may mount what its claim templates make', () => {
    const containers = [{ name: 'db', image: 'postgres:17', volumeMounts: [{ name: 'data', mountPath: '/data' }] }];
    const spec = { template: { metadata: { labels }, spec: { containers } } };
    expect(apiServer().refusal(statefulSet(spec))).toContain('volumeMounts[0].name: Not found: "data"');
    apiServer().create(
      statefulSet({ ...spec, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim().spec }] }),
    );
  });

  test('may change only what its controller can follow', () => {
    const server = apiServer();
    const created = server.create(statefulSet());
    const refusal = server.changeRefusal(created, (one) => {
      one.spec.serviceName = 'other';
    });
    expect(refusal).toBe(
      "StatefulSet.apps \"db\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
    const scaled = server.change(created, (one) => {
      one.spec.replicas = 3;
    });
    expect(row({ ...scaled, status: { readyReplicas: 2 } })).toMatchObject({
      Ready: '2/3',
      Containers: 'db',
      Images: 'postgres:17',
    });
  });
});

describe('a DaemonSet', () => {
  const daemonSet = (spec: Fields = {}) =>
    object('apps/v1', 'DaemonSet', { spec: { selector: { matchLabels: labels }, template, ...spec } });

  test('is filled in with its strategy', () => {
    expect(apiServer().create(daemonSet()).spec).toMatchObject({
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    });
  });

  test('is refused when it could not roll', () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } };
    expect(apiServer().refusal(daemonSet({ updateStrategy }))).toBe(
      'DaemonSet.apps "db" is invalid: spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    );
  });

  test('is shown with its counts', () => {
    const status = {
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 2,
      updatedNumberScheduled: 3,
      numberAvailable: 2,
    };
    expect(row({ ...apiServer().create(daemonSet()), status })).toMatchObject({
      Desired: 3,
      Current: 3,
      Ready: 2,
      'Up-to-date': 3,
      Available: 2,
      'Node Selector': '<none>',
    });
  });
});

describe('a Job', () => {
  test('is filled in with one completion, and a selector of its own', () => {
    const { spec, metadata } = apiServer().create(job());
    expect(spec).toMatchObject({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } },
    });
    expect(spec.template.metadata.labels).toEqual({
      'batch.kubernetes.io/controller-uid': metadata.uid,
      'batch.kubernetes.io/job-name': 'db',
      'controller-uid': metadata.uid,
      'job-name': 'db',
    });
  });

  test('with parallelism alone needs no number of completions', () => {
    expect(apiServer().create(job({ parallelism: 3 })).spec.completions).toBeUndefined();
  });

  test('does not run pods that always restart', () => {
    expect(apiServer().refusal(job({ template: { spec: podSpec } }))).toBe(
      'Job.batch "db" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    );
  });

  test('keeps its template', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(job()), (one) => {
      one.spec.template.spec.containers[0].image = 'postgres:18';
    });
    expect(refusal).toMatch(/^Job.batch "db" is invalid: spec.template: Invalid value: .*: field is immutable$/);
  });

  test.each<[Fields, Fields]>([
    [{}, { Status: 'Running', Completions: '0/1', Duration: '' }],
    [{ startTime: '2029-12-31T23:59:00Z' }, { Duration: '60s' }],
    [
      {
        succeeded: 1,
        startTime: '2029-12-31T23:00:00Z',
        completionTime: '2029-12-31T23:00:07Z',
        conditions: [{ type: 'Complete', status: 'True' }],
      },
      { Status: 'Complete', Completions: '1/1', Duration: '7s' },
    ],
    [{ conditions: [{ type: 'Failed', status: 'True' }] }, { Status: 'Failed' }],
  ])('with status %j is shown as %j', (status, cells) => {
    expect(row({ ...apiServer().create(job()), status })).toMatchObject(cells);
  });
});

describe('a CronJob', () => {
  test('is filled in with how many Jobs it runs and keeps', () => {
    const { spec } = apiServer().create(cronJob());
    expect(spec).toMatchObject({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    expect(spec.jobTemplate.spec).not.toHaveProperty('completions');
    expect(row({ ...apiServer().create(cronJob()), status: {} })).toMatchObject({
      Schedule: '*/5 * * * *',
      Timezone: '<none>',
      Suspend: 'False',
      Active: 0,
      'Last Schedule': '<none>',
    });
  });

  test.each<[Fields, string]>([
    [{ schedule: 'often' }, 'spec.schedule: Invalid value: "often": expected exactly 5 fields, found 1: [often]'],
    [{ timeZone: 'Mars/Olympus' }, 'spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus'],
    [
      { schedule: 'CRON_TZ=UTC 0 0 * * *' },
      'spec.schedule: Invalid value: "CRON_TZ=UTC 0 0 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
    [
      { concurrencyPolicy: 'Queue' },
      'spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"',
    ],
  ])('with %j is refused', (spec, message) => {
    expect(apiServer().refusal(cronJob(spec))).toBe(`CronJob.batch "db" is invalid: ${message}`);
  });

  test('has a name that leaves room for those of its Jobs', () => {
    const long = { ...cronJob(), metadata: { name: 'x'.repeat(53), namespace: 'default' } };
    expect(apiServer().refusal(long)).toContain('metadata.name: Invalid value:');
  });
});

describe('a PersistentVolumeClaim', () => {
  test('gets the default class, a finalizer and one form for its size', () => {
    const server = apiServer();
    const fast = storageClass();
    fast.metadata.annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    server.create(fast);
    const created = server.create(claim());
    expect(created.spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'db',
      volumeMode: 'Filesystem',
    });
    expect(created.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
    expect(created.status).toEqual({ phase: 'Pending' });
    expect(
      server.create({ ...claim({ storageClassName: '' }), metadata: { name: 'none', namespace: 'default' } }).spec
        .storageClassName,
    ).toBe('');
  });

  test.each<[Fields, string]>([
    [{ accessModes: [] }, 'spec.accessModes: Required value: at least 1 access mode is required'],
    [{ resources: {} }, 'spec.resources[storage]: Required value'],
    [
      { resources: { requests: { storage: '0' } } },
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ],
    [
      { accessModes: ['Anyhow'] },
      'spec.accessModes: Unsupported value: "Anyhow": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
    ],
  ])('with %j is refused', (spec, message) => {
    expect(apiServer().refusal(claim(spec))).toBe(`PersistentVolumeClaim "db" is invalid: ${message}`);
  });

  test('keeps its spec', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(claim()), (one) => {
      one.spec.accessModes = ['ReadWriteMany'];
    });
    expect(refusal).toBe(
      'PersistentVolumeClaim "db" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    );
  });

  test('is shown with its volume', () => {
    const bound = {
      ...claim({ volumeName: 'v1', storageClassName: 'fast' }),
      status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
    };
    expect(row(bound)).toMatchObject({
      Status: 'Bound',
      Volume: 'v1',
      Capacity: '1Gi',
      'Access Modes': 'RWO',
      StorageClass: 'fast',
    });
  });
});

describe('a PersistentVolume', () => {
  test('is filled in with how it is reclaimed', () => {
    const created = apiServer().create(volume());
    expect(created.spec).toMatchObject({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
    expect(created.metadata.finalizers).toEqual(['kubernetes.io/pv-protection']);
  });

  test('keeps its source', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(volume()), (one) => {
      one.spec.hostPath.path = '/elsewhere';
    });
    expect(refusal).toBe(
      'PersistentVolume "db" is invalid: spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
    );
  });
});

test('A StorageClass keeps how it makes and reclaims volumes', () => {
  const server = apiServer();
  const created = server.create(storageClass());
  expect(created).toMatchObject({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
  const refusal = server.changeRefusal(created, (one) => {
    one.parameters = { type: 'fast' };
    one.volumeBindingMode = 'WaitForFirstConsumer';
  });
  expect(refusal).toBe(
    'StorageClass.storage.k8s.io "db" is invalid: [parameters: Forbidden: updates to parameters are forbidden., volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable]',
  );
  expect(row(created)).toMatchObject({ Name: 'db', Provisioner: 'example.com/disk', AllowVolumeExpansion: false });
});

describe('RBAC', () => {
  const group = 'rbac.authorization.k8s.io';
  const binding = (rest: Fields = {}) =>
    object(`${group}/v1`, 'RoleBinding', {
      roleRef: { kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'User', name: 'ann' }],
      ...rest,
    });

  test('A binding is filled in with the group of roles and users', () => {
    expect(apiServer().create(binding())).toMatchObject({
      roleRef: { apiGroup: group, kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: group, kind: 'User', name: 'ann' }],
    });
  });

  test('A binding keeps its role', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(binding()), (one) => {
      one.roleRef.name = 'writer';
    });
    expect(refusal).toBe(
      `RoleBinding.${group} "db" is invalid: roleRef: Invalid value: {"apiGroup":"${group}","kind":"Role","name":"writer"}: cannot change roleRef`,
    );
  });

  test('A role says what may be done to what', () => {
    expect(
      apiServer().refusal(object(`${group}/v1`, 'Role', { rules: [{ apiGroups: [''], resources: ['pods'] }] })),
    ).toBe(`Role.${group} "db" is invalid: rules[0].verbs: Required value: verbs must contain at least one value`);
    expect(
      apiServer().refusal(object(`${group}/v1`, 'Role', { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] })),
    ).toContain('namespaced rules cannot apply to non-resource URLs');
  });

  test('Names may hold colons, but no slashes', () => {
    const role = object(`${group}/v1`, 'ClusterRole', { rules: [] }, 'system:reader');
    expect(apiServer().create(role).metadata.name).toBe('system:reader');
    expect(apiServer().refusal({ ...role, metadata: { name: 'a/b' } })).toContain("may not contain '/'");
  });

  test('A binding is shown with whom it binds', () => {
    const subjects = [
      { kind: 'User', name: 'ann' },
      { kind: 'ServiceAccount', name: 'bot', namespace: 'ci' },
    ];
    expect(row(apiServer().create(binding({ subjects })))).toMatchObject({
      Role: 'Role/reader',
      Users: 'ann',
      Groups: '',
      ServiceAccounts: 'ci/bot',
    });
  });
});

describe('policies and quotas', () => {
  test('A PodDisruptionBudget has one bound', () => {
    const spec = { minAvailable: 1, maxUnavailable: 1, selector: { matchLabels: labels } };
    expect(apiServer().refusal(object('policy/v1', 'PodDisruptionBudget', { spec }))).toContain(
      'minAvailable and maxUnavailable cannot be both set',
    );
    const created = apiServer().create(
      object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: '50%', selector: { matchLabels: labels } } }),
    );
    expect(row(created)).toMatchObject({ 'Min Available': '50%', 'Max Unavailable': 'N/A', 'Allowed Disruptions': 0 });
  });

  test('A NetworkPolicy is filled in with its directions', () => {
    const policy = (spec: Fields) => object('networking.k8s.io/v1', 'NetworkPolicy', { spec });
    expect(apiServer().create(policy({ podSelector: {} })).spec.policyTypes).toEqual(['Ingress']);
    expect(apiServer().create(policy({ podSelector: {}, egress: [{ ports: [{ port: 53 }] }] })).spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
    });
    const both = { ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} };
    expect(apiServer().refusal(policy({ podSelector: {}, ingress: [{ from: [both] }] }))).toBe(
      'NetworkPolicy.networking.k8s.io "db" is invalid: spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer',
    );
  });

  test('A PriorityClass keeps its value, and leaves system names alone', () => {
    const server = apiServer();
    const made = (rest: Fields, name = 'urgent') => object('scheduling.k8s.io/v1', 'PriorityClass', rest, name);
    const created = server.create(made({ value: 1000 }));
    expect(created.preemptionPolicy).toBe('PreemptLowerPriority');
    const refusal = server.changeRefusal(created, (one) => {
      one.value = 2000;
    });
    expect(refusal).toBe(
      'PriorityClass.scheduling.k8s.io "urgent" is invalid: value: Forbidden: may not be changed in an update.',
    );
    expect(server.refusal(made({ value: 1 }, 'system-mine'))).toContain("names with 'system-' prefix are reserved");
    expect(server.refusal(made({ value: 1_000_000_001 }, 'huge'))).toContain(
      'maximum allowed value of a user defined priority is 1000000000',
    );
  });

  test('A ResourceQuota is shown with what is used', () => {
    const status = {
      hard: { pods: '10', 'requests.cpu': '4', 'limits.cpu': '8' },
      used: { pods: '2', 'requests.cpu': '500m' },
    };
    expect(row({ ...object('v1', 'ResourceQuota', {}), status })).toMatchObject({
      Request: 'pods: 2/10, requests.cpu: 500m/4',
      Limit: 'limits.cpu: 0/8',
    });
  });

  test('A LimitRange completes its limits from each other', () => {
    const created = apiServer().create(
      object('v1', 'LimitRange', {
        spec: { limits: [{ type: 'Container', max: { cpu: '2000m' }, min: { memory: '64Mi' } }] },
      }),
    );
    expect(created.spec.limits[0]).toEqual({
      type: 'Container',
      max: { cpu: '2' },
      min: { memory: '64Mi' },
      default: { cpu: '2' },
      defaultRequest: { cpu: '2', memory: '64Mi' },
    });
    const wrong = { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } };
    expect(apiServer().refusal(object('v1', 'LimitRange', { spec: { limits: [wrong] } }))).toContain(
      'min value 2 is greater than max value 1',
    );
  });
});

test('A Lease is shown with its holder', () => {
  expect(row(object('coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'me' } }))).toMatchObject({
    Holder: 'me',
  });
});
