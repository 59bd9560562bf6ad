import { type DiffResult, type PropertyMap, Secret, Unknown, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { parseResourceType } from '../kinds/resource-kind.ts';
import { diffResource } from './diff.ts';

function diff(
  token: string,
  oldInputs: PropertyMap,
  newInputs: PropertyMap,
  ignoreChanges: readonly string[] = [],
): DiffResult {
  const type = `kubernetes:${token}`;
  const urn = `urn:pulumi:s::p::${type}::x` as Urn;
  const request = { urn, type, id: 'n/x', oldInputs, oldOutputs: {}, newInputs, ignoreChanges };
  return diffResource(request, parseResourceType(type, newInputs)!, {
    mutableConfigMaps: false,
    mutableSecrets: false,
    isNamespaced: true,
    alwaysUpdates: false,
  });
}

function changes(result: DiffResult): Record<string, string> {
  if (result.kind !== 'some') return {};
  return Object.fromEntries(Object.entries(result.detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]));
}

const metadata = { name: 'x', namespace: 'n' };
const autonamed = { ...metadata, annotations: { 'pulumi.com/autonamed': 'true' } };
const named = (fields: PropertyMap): PropertyMap => ({ metadata, ...fields });
const template = (containers: PropertyMap[], more: PropertyMap = {}): PropertyMap =>
  named({ spec: { template: { spec: { containers, ...more } } } });

test('equal inputs do not differ', () => {
  const inputs = template([{ name: 'a', image: 'i', env: [{ name: 'X', value: '1' }] }]);
  expect(diff('apps/v1:Deployment', inputs, structuredClone(inputs) as PropertyMap)).toEqual({ kind: 'none' });
});

test('a changed image is one update', () => {
  const result = diff(
    'apps/v1:Deployment',
    template([{ name: 'a', image: 'v1' }]),
    template([{ name: 'a', image: 'v2' }]),
  );
  expect(changes(result)).toEqual({ 'spec.template.spec.containers[0].image': 'update' });
  expect(result).toMatchObject({ replaceKeys: [], diffs: ['spec'] });
});

test('an inserted container is one addition, whatever its position', () => {
  const a = { name: 'a', image: 'i' };
  const result = diff('apps/v1:Deployment', template([a]), template([{ name: 'b', image: 'i' }, a]));
  expect(changes(result)).toEqual({ 'spec.template.spec.containers[0]': 'add' });
});

test('a container that gave way to another at its place is one update', () => {
  const result = diff('apps/v1:Deployment', template([{ name: 'a' }]), template([{ name: 'b' }]));
  expect(changes(result)).toEqual({ 'spec.template.spec.containers[0]': 'update' });
});

test('moved ports are no change, moved variables are', () => {
  const ports = [{ containerPort: 1 }, { containerPort: 2 }];
  const env = [{ name: 'A' }, { name: 'B' }];
  const before = template([{ name: 'a', ports, env }]);
  const after = template([{ name: 'a', ports: ports.toReversed(), env: env.toReversed() }]);
  expect(changes(diff('apps/v1:Deployment', before, after))).toEqual({
    'spec.template.spec.containers[0].env': 'update',
  });
});

test('one port over two protocols is two ports', () => {
  const before = named({ spec: { ports: [{ port: 53 }] } });
  const after = named({
    spec: {
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    },
  });
  expect(changes(diff('core/v1:Service', before, after))).toEqual({
    'spec.ports[0]': 'add',
    'spec.ports[1].protocol': 'add',
  });
});

test('quantities are compared by amount', () => {
  const resources = (cpu: string | number, memory: string) =>
    template([{ name: 'a', resources: { limits: { cpu, memory } } }]);
  expect(diff('apps/v1:Deployment', resources('1000m', '2048Mi'), resources(1, '2Gi'))).toEqual({ kind: 'none' });
  expect(changes(diff('apps/v1:Deployment', resources('1', '1G'), resources('1', '1Gi')))).toEqual({
    'spec.template.spec.containers[0].resources.limits.memory': 'update',
  });
});

test('of built-in kinds null and empty lists are as good as none; of custom kinds they are not', () => {
  const before = named({ spec: {} });
  const after = named({ spec: { volumes: [], hostname: null } });
  expect(diff('apps/v1:Deployment', before, after)).toEqual({ kind: 'none' });
  expect(changes(diff('example.com/v1:Widget', before, after))).toEqual({
    'spec.volumes': 'add',
    'spec.hostname': 'add',
  });
});

test('an empty map is something', () => {
  const before = template([], { volumes: [{ name: 'v' }] });
  const after = template([], { volumes: [{ name: 'v', emptyDir: {} }] });
  expect(changes(diff('apps/v1:Deployment', before, after))).toEqual({
    'spec.template.spec.volumes[0].emptyDir': 'add',
  });
});

test('becoming secret is no change, and a changed secret is', () => {
  const plain = named({ data: { a: 'b' } });
  expect(diff('core/v1:ConfigMap', plain, named({ data: new Secret({ a: 'b' }) }))).toEqual({ kind: 'none' });
  expect(changes(diff('core/v1:ConfigMap', plain, named({ data: new Secret({ a: 'c' }) })))).toEqual({
    'data.a': 'update',
  });
});

test('what is not known yet is a change', () => {
  const result = diff('core/v1:ConfigMap', named({ data: { a: 'b' } }), named({ data: { a: new Unknown() } }));
  expect(changes(result)).toEqual({ 'data.a': 'update' });
});

test('no namespace and the namespace default are the same', () => {
  expect(
    diff(
      'core/v1:ConfigMap',
      { metadata: { name: 'x', namespace: '' } },
      { metadata: { name: 'x', namespace: 'default' } },
    ),
  ).toEqual({
    kind: 'none',
  });
});

test('ignored paths do not count', () => {
  const before = named({ spec: { replicas: 1 } });
  expect(diff('apps/v1:Deployment', before, named({ spec: { replicas: 2 } }), ['spec.replicas'])).toEqual({
    kind: 'none',
  });
});

test('a ConfigMap named by the program is changed in place, an auto-named one is made anew beside the old', () => {
  expect(diff('core/v1:ConfigMap', named({ data: { a: '1' } }), named({ data: { a: '2' } }))).toMatchObject({
    replaceKeys: [],
  });
  const result = diff(
    'core/v1:ConfigMap',
    { metadata: autonamed, data: { a: '1' } },
    { metadata: autonamed, data: { a: '2' } },
  );
  expect(result).toMatchObject({ replaceKeys: ['data.a'], deleteBeforeReplace: false });
  expect(changes(result)).toEqual({ 'data.a': 'update-replace' });
});

test('a frozen ConfigMap is made anew under its name', () => {
  const result = diff(
    'core/v1:ConfigMap',
    named({ immutable: true, data: { a: '1' } }),
    named({ immutable: true, data: { a: '2' } }),
  );
  expect(result).toMatchObject({ replaceKeys: ['data.a'], deleteBeforeReplace: true });
});

test('a new name replaces, the new object first', () => {
  const result = diff('core/v1:ConfigMap', named({}), { metadata: { name: 'y', namespace: 'n' } });
  expect(result).toMatchObject({ replaceKeys: ['metadata.name'], deleteBeforeReplace: false });
});

test.each([
  [
    'apps/v1:Deployment',
    { spec: { selector: { matchLabels: { a: '1' } } } },
    { spec: { selector: { matchLabels: { a: '2' } } } },
  ],
  ['apps/v1:StatefulSet', { spec: { serviceName: 'a' } }, { spec: { serviceName: 'b' } }],
  ['core/v1:PersistentVolumeClaim', { spec: { volumeMode: 'Block' } }, { spec: {} }],
  [
    'core/v1:PersistentVolumeClaim',
    { spec: { resources: { requests: { storage: '2Gi' } } } },
    { spec: { resources: { requests: { storage: '1Gi' } } } },
  ],
  ['core/v1:Secret', { type: 'Opaque' }, { type: 'kubernetes.io/tls' }],
  ['core/v1:Service', { spec: { clusterIP: 'None' } }, { spec: {} }],
  [
    'core/v1:Pod',
    { spec: { containers: [{ name: 'a', image: '1' }] } },
    { spec: { containers: [{ name: 'a', image: '2' }] } },
  ],
  [
    'batch/v1:Job',
    { spec: { template: { spec: { restartPolicy: 'Never' } } } },
    { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } },
  ],
  ['rbac.authorization.k8s.io/v1:RoleBinding', { roleRef: { name: 'a' } }, { roleRef: { name: 'b' } }],
  ['storage.k8s.io/v1:StorageClass', { parameters: { a: '1' } }, {}],
  ['scheduling.k8s.io/v1:PriorityClass', { value: 1 }, { value: 2 }],
  ['policy/v1beta1:PodDisruptionBudget', { spec: { minAvailable: 1 } }, { spec: { minAvailable: 2 } }],
])('%s: a field that the server would not change is replaced', (token, before, after) => {
  const result = diff(token, named(before as PropertyMap), named(after as PropertyMap));
  expect(result.kind === 'some' && result.replaceKeys.length).toBeTruthy();
  expect(result).toMatchObject({ deleteBeforeReplace: true });
});

test.each([
  ['batch/v1:Job', { spec: { parallelism: 1 } }, { spec: { parallelism: 2 } }],
  [
    'core/v1:PersistentVolumeClaim',
    { spec: { resources: { requests: { storage: '1Gi' } } } },
    { spec: { resources: { requests: { storage: '2Gi' } } } },
  ],
  ['core/v1:Service', { spec: { type: 'ExternalName' } }, { spec: { type: 'ClusterIP', clusterIP: '10.96.0.9' } }],
  ['core/v1:Pod', { spec: { tolerations: [] } }, { spec: { tolerations: [{ operator: 'Exists' }] } }],
  ['policy/v1:PodDisruptionBudget', { spec: { minAvailable: 1 } }, { spec: { minAvailable: 2 } }],
  ['apps/v1:Deployment', { spec: { replicas: 1 } }, { spec: { replicas: 2 } }],
])('%s: a field that the server changes is updated', (token, before, after) => {
  expect(diff(token, named(before as PropertyMap), named(after as PropertyMap))).toMatchObject({
    kind: 'some',
    replaceKeys: [],
  });
});

test('taking away what holds an immutable field replaces', () => {
  expect(diff('apps/v1:Deployment', named({ spec: { selector: {} } }), named({}))).toMatchObject({
    replaceKeys: ['spec'],
  });
});

test('of a Patch only the object it names is fixed', () => {
  const before = { kind: 'Deployment', metadata, spec: { selector: { matchLabels: { a: '1' } } } };
  const after = { kind: 'Deployment', metadata, spec: { selector: { matchLabels: { a: '2' } } } };
  expect(diff('apps/v1:DeploymentPatch', before, after)).toMatchObject({ replaceKeys: [] });
});

test('another apiVersion of the same kind is taken on in place', () => {
  const before = { ...named({}), apiVersion: 'autoscaling/v2beta2' };
  expect(
    diff('autoscaling/v2:HorizontalPodAutoscaler', before, { ...named({}), apiVersion: 'autoscaling/v2' }),
  ).toMatchObject({
    replaceKeys: [],
  });
});
