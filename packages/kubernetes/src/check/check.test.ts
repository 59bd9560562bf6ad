import { type Autonaming, type PropertyMap, Secret, Unknown, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { parseResourceType } from '../kinds/resource-kind.ts';
import { checkResource } from './check.ts';

const type = 'kubernetes:core/v1:ConfigMap';
const base = { apiVersion: 'v1', kind: 'ConfigMap' };

function check(
  newInputs: PropertyMap,
  options: { type?: string; oldInputs?: PropertyMap; isNamespaced?: boolean; autonaming?: Autonaming } = {},
) {
  const token = options.type ?? type;
  const kind = parseResourceType(token, newInputs)!;
  const urn = `urn:pulumi:s::p::${token}::thing` as Urn;
  const request = { urn, type: token, name: 'thing', newInputs, randomSeed: new Uint8Array([1, 2, 3]) };
  const { oldInputs, autonaming } = options;
  return checkResource({ ...request, ...(oldInputs && { oldInputs }), ...(autonaming && { autonaming }) }, kind, {
    isNamespaced: () => Promise.resolve(options.isNamespaced ?? true),
    defaultNamespace: 'team',
    renders: false,
  });
}

test('a nameless resource gets its own name and eight hex digits, the same for the same seed', async () => {
  const { inputs } = await check(base);
  const again = await check(base);
  expect(inputs.metadata).toEqual({
    name: expect.stringMatching(/^thing-[0-9a-f]{8}$/),
    namespace: 'team',
    annotations: { 'pulumi.com/autonamed': 'true' },
  });
  expect(again.inputs).toEqual(inputs);
});

test('a made-up name is kept for as long as the program gives none', async () => {
  const oldInputs = { ...base, metadata: { name: 'thing-old', annotations: { 'pulumi.com/autonamed': 'true' } } };
  expect((await check(base, { oldInputs })).inputs.metadata).toMatchObject({ name: 'thing-old' });
  const named = { ...base, metadata: { name: 'mine' } };
  expect((await check(named, { oldInputs })).inputs.metadata).toEqual({ name: 'mine', namespace: 'team' });
});

test('the suffix is the one that the established provider makes of the same seed', async () => {
  const random = { urn: 'urn:pulumi:s::p::a:b:C::thing' as Urn, type, name: 'thing', newInputs: base };
  const kind = parseResourceType(type, base)!;
  const result = await checkResource({ ...random, randomSeed: Buffer.from('test seed') }, kind, {
    isNamespaced: () => Promise.resolve(false),
    defaultNamespace: 'team',
    renders: false,
  });
  expect(result.inputs.metadata).toMatchObject({ name: 'thing-9c9d6286' });
});

test('the stack`s configuration names what the program does not, and what it has named once stays', async () => {
  const autonaming: Autonaming = { proposedName: 'team-thing', mode: 'enforce' };
  expect((await check(base, { autonaming })).inputs.metadata).toEqual({
    name: 'team-thing',
    namespace: 'team',
    annotations: { 'pulumi.com/autonamed': 'true' },
  });
  const oldInputs = { ...base, metadata: { name: 'thing-old', annotations: { 'pulumi.com/autonamed': 'true' } } };
  expect((await check(base, { autonaming, oldInputs })).inputs.metadata).toMatchObject({ name: 'thing-old' });
  const named = { ...base, metadata: { name: 'mine' } };
  expect((await check(named, { autonaming })).inputs.metadata).toEqual({ name: 'mine', namespace: 'team' });
});

test('where the configuration makes up no names, the program must give one', async () => {
  const autonaming: Autonaming = { proposedName: '', mode: 'disable' };
  expect((await check(base, { autonaming })).failures).toEqual([
    { property: '', reason: 'autonaming is disabled, resource requires the .metadata.name field to be set' },
  ]);
  expect((await check({ ...base, metadata: { name: 'mine' } }, { autonaming })).failures).toEqual([]);
});

test('a name that is not known yet counts as a name', async () => {
  const name = new Unknown();
  expect((await check({ ...base, metadata: { name } })).inputs.metadata).toEqual({ name, namespace: 'team' });
});

test('only namespaced kinds get a namespace', async () => {
  const inputs = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } };
  const result = await check(inputs, { type: 'kubernetes:core/v1:Namespace', isNamespaced: false });
  expect(result.inputs.metadata).toEqual({ name: 'x' });
});

test('stringData is merged into data, and all of it is secret', async () => {
  const inputs = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    data: { kept: 'a2VwdA==', both: 'b2xk' },
    stringData: { both: 'new', later: new Unknown() },
  };
  const result = await check(inputs, { type: 'kubernetes:core/v1:Secret' });
  expect(result.inputs.stringData).toBeUndefined();
  const data = result.inputs.data as Secret;
  expect(data).toBeInstanceOf(Secret);
  expect(data.value).toEqual({ kept: 'a2VwdA==', both: 'bmV3', later: expect.any(Unknown) });
});

test('what only the server may write is taken out', async () => {
  const metadata = {
    name: 'x',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: 'then',
    labels: { a: 'b' },
  };
  expect((await check({ ...base, metadata })).inputs.metadata).toEqual({
    name: 'x',
    namespace: 'n',
    labels: { a: 'b' },
  });
});

test.each([
  [
    'a list kind',
    'kubernetes:core/v1:ConfigMapList',
    { apiVersion: 'v1', kind: 'ConfigMapList' },
    /list resources exist/,
  ],
  ['generateName', type, { ...base, metadata: { generateName: 'x-' } }, /generateName/],
  ['a nameless patch', 'kubernetes:core/v1:ConfigMapPatch', base, /must name the object/],
  ['metadata that is no object', type, { ...base, metadata: 'x' }, /must be an object/],
])('%s is refused', async (_, token, inputs, reason) => {
  const { failures } = await check(inputs, { type: token });
  expect(failures.map((failure) => failure.reason)).toEqual([expect.stringMatching(reason)]);
});

test('nothing that the user wrote is rewritten', async () => {
  const spec = { cpu: '1000m', empty: {}, none: [], zero: 0, off: false, text: '', nothing: null };
  const inputs = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x', namespace: 'n' }, spec };
  expect((await check(inputs, { type: 'kubernetes:apps/v1:Deployment' })).inputs).toEqual(inputs);
});
