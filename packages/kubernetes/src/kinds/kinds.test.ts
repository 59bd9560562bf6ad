import { Secret, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { builtinRoute, isBuiltinList } from './builtin-kinds.ts';
import { fieldManagerOf } from './field-manager.ts';
import { formatObjectId, parseObjectId } from './object-id.ts';
import { parseQuantity, quantitiesEqual } from './quantity.ts';
import { kubeKind, parseResourceType } from './resource-kind.ts';

test.each([
  ['kubernetes:core/v1:ConfigMap', {}, { group: '', version: 'v1', kind: 'ConfigMap', role: 'object' }],
  ['kubernetes:apps/v1:Deployment', {}, { group: 'apps', version: 'v1', kind: 'Deployment', role: 'object' }],
  [
    'kubernetes:example.com/v1alpha1:Widget',
    {},
    { group: 'example.com', version: 'v1alpha1', kind: 'Widget', role: 'object' },
  ],
  [
    'kubernetes:apps/v1:DeploymentPatch',
    { kind: 'Deployment' },
    { group: 'apps', version: 'v1', kind: 'Deployment', role: 'patch' },
  ],
  [
    'kubernetes:apps/v1:DeploymentPatch',
    { kind: new Secret('Deployment') },
    { group: 'apps', version: 'v1', kind: 'Deployment', role: 'patch' },
  ],
  [
    'kubernetes:example.com/v1:DispatchPatch',
    { kind: 'DispatchPatch' },
    { group: 'example.com', version: 'v1', kind: 'DispatchPatch', role: 'object' },
  ],
  ['kubernetes:helm.sh/v3:Release', {}, undefined],
  ['kubernetes:yaml:ConfigFile', {}, undefined],
  ['kubernetes', {}, undefined],
])('%s', (type, inputs, kind) => {
  expect(parseResourceType(type, inputs)).toEqual(kind);
});

test.each([
  ['v1', 'Endpoints', 'endpoints', true],
  ['v1', 'Namespace', 'namespaces', false],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', true],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', true],
  ['networking.k8s.io/v1', 'IngressClass', 'ingressclasses', false],
  ['storage.k8s.io/v1', 'CSIStorageCapacity', 'csistoragecapacities', true],
  ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', true],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false],
])('%s %s is reached as %s', (apiVersion, kind, plural, isNamespaced) => {
  expect(builtinRoute(kubeKind(apiVersion, kind))).toMatchObject({ plural, isNamespaced });
});

test('only lists of built-in kinds are lists', () => {
  expect(isBuiltinList(kubeKind('v1', 'PodList'))).toBe(true);
  expect(isBuiltinList(kubeKind('example.com/v1', 'AllowList'))).toBe(false);
});

test('an id is namespace and name, or the name of what is in no namespace', () => {
  expect(parseObjectId('n/x')).toEqual({ namespace: 'n', name: 'x' });
  expect(parseObjectId('system:node')).toEqual({ namespace: undefined, name: 'system:node' });
  expect(formatObjectId({ namespace: undefined, name: 'x' })).toBe('x');
});

test('a field manager is a function of the URN', () => {
  expect(fieldManagerOf('urn:a' as Urn)).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  expect(fieldManagerOf('urn:a' as Urn)).not.toBe(fieldManagerOf('urn:b' as Urn));
});

test.each([
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1Ki', '1024'],
  ['1e3', '1k'],
  ['1E', '1000P'],
  [2, '2'],
  ['1.5Gi', '1536Mi'],
  ['-1', '-1000m'],
  ['100n', '0.1u'],
])('%s is as much as %s', (a, b) => {
  expect(quantitiesEqual(a, b)).toBe(true);
});

test.each(['', 'x', '1.2.3', '1kk', 'Infinity', true, null, '1Kb'])('%s is no quantity', (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});
