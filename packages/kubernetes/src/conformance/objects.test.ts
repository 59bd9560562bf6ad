import { isPropertyMap, type PropertyMap, Secret, Unknown } from '@radiant/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt } from '../json.ts';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import { type TestStack, testContext } from '../testing/test-stack.ts';
import { useConformanceCluster } from './conformance-cluster.ts';

const cluster = useConformanceCluster();
const configMap = 'kubernetes:core/v1:ConfigMap';
let stack: TestStack;

beforeAll(async () => {
  stack = await cluster.stack();
});
afterAll(() => stack.close());

function map(name: string, data: PropertyMap, metadata: PropertyMap = {}): PropertyMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

describe('creating', () => {
  test('records the live object, what it was made from, and the field manager of its URN', async () => {
    const made = await stack.create(configMap, 'plain', map('plain', { a: '1' }));
    expect(made.id).toBe(`${cluster.namespace}/plain`);
    expect(made.outputs).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      data: { a: '1' },
      metadata: { name: 'plain', namespace: cluster.namespace, uid: expect.any(String) },
      __inputs: made.inputs,
      __initialApiVersion: 'v1',
      __fieldManager: fieldManagerOf(made.urn),
    });
  });

  test('refuses to take over an object that somebody else made', async () => {
    await cluster.applyAs('somebody', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'foreign' },
      data: { a: 'theirs' },
    });
    const attempt = stack.create(configMap, 'foreign', map('foreign', { b: 'ours' }));
    await expect(attempt).rejects.toMatchObject({
      code: 'KUBERNETES_ALREADY_EXISTS',
      summary: expect.stringContaining('configmaps "foreign" already exists'),
      detail: expect.stringContaining('import'),
    });
    expect((await cluster.get('v1', 'ConfigMap', 'foreign'))?.data).toEqual({ a: 'theirs' });
  });

  test('refuses to make a second object of a name that this stack has', async () => {
    await stack.create(configMap, 'twin', map('twin', { a: '1' }));
    await expect(stack.create(configMap, 'twin', map('twin', { a: '2' }))).rejects.toMatchObject({
      code: 'KUBERNETES_ALREADY_EXISTS',
    });
  });

  test('carries on with what an interrupted run of the same resource has made', async () => {
    const interrupted = await cluster.stack();
    const made = await interrupted.create(configMap, 'resumed', map('resumed', { a: '1' }));
    await interrupted.close();
    const again = await stack.create(configMap, 'resumed', map('resumed', { a: '1' }));
    expect(uidOf(again.outputs)).toBe(uidOf(made.outputs));
  });

  test('waits for the namespace that the same program makes', async () => {
    const name = `${cluster.namespace}-late`;
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await stack.check('kubernetes:core/v1:Namespace', 'late', namespace);
    const early = stack.create(configMap, 'early', map('early', { a: '1' }, { namespace: name }));
    const late = await stack.create('kubernetes:core/v1:Namespace', 'late', namespace);
    expect((await early).id).toBe(`${name}/early`);
    await stack.delete(late);
    expect(await cluster.get('v1', 'Namespace', name)).toBeUndefined();
  });

  test('makes many objects with one look at the cluster', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `many-${index}`);
    const made = await Promise.all(names.map((name) => stack.create(configMap, name, map(name, { name }))));
    expect(made.map((resource) => resource.id)).toEqual(names.map((name) => `${cluster.namespace}/${name}`));
    await Promise.all(made.map((resource) => stack.delete(resource)));
    expect(await cluster.get('v1', 'ConfigMap', 'many-0')).toBeUndefined();
  });
});

describe('in doubt', () => {
  test('a creation that happened is recognised, one that did not is absent', async () => {
    const made = await stack.create(configMap, 'doubted', map('doubted', { a: '1' }));
    const request = { ...made, isPreview: false };
    const verdict = await stack.provider.lookUpInDoubt!(request, testContext());
    expect(verdict).toMatchObject({ kind: 'exists', id: made.id });
    expect(verdict.kind === 'exists' && uidOf(verdict.outputs)).toBe(uidOf(made.outputs));
    const other = { ...request, urn: stack.urn(configMap, 'somebody-else') };
    expect(await stack.provider.lookUpInDoubt!(other, testContext())).toEqual({ kind: 'absent' });
    await stack.delete(made);
    expect(await stack.provider.lookUpInDoubt!(request, testContext())).toEqual({ kind: 'absent' });
  });
});

describe('updating', () => {
  test('changes, adds and drops what the program says, and leaves the rest to others', async () => {
    const made = await stack.create(configMap, 'changing', map('changing', { kept: '1', changed: '1', dropped: '1' }));
    await cluster.applyAs('somebody', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'changing' },
      data: { theirs: '1' },
    });
    await stack.update(made, map('changing', { kept: '1', changed: '2', added: '1' }));
    const live = await cluster.get('v1', 'ConfigMap', 'changing');
    expect(live?.data).toEqual({ kept: '1', changed: '2', added: '1', theirs: '1' });
  });

  test('names the manager, the field and the ways out of a conflict', async () => {
    const made = await stack.create(configMap, 'disputed', map('disputed', { a: '1' }));
    await cluster.applyAs('somebody', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'disputed' },
      data: { a: 'theirs' },
    });
    await expect(stack.update(made, map('disputed', { a: '2' }))).rejects.toMatchObject({
      code: 'KUBERNETES_FIELD_CONFLICT',
      detail: expect.stringContaining('.data.a belongs to "somebody"'),
      remedy: expect.stringMatching(/ignoreChanges: \["data\.a"\][\s\S]*pulumi\.com\/patchForce/),
    });
    const forced = map('disputed', { a: '2' }, { annotations: { 'pulumi.com/patchForce': 'true' } });
    await stack.update(made, forced);
    expect((await cluster.get('v1', 'ConfigMap', 'disputed'))?.data).toEqual({ a: '2' });
  });

  test('takes over what was changed with kubectl', async () => {
    const made = await stack.create(configMap, 'edited', map('edited', { a: '1' }));
    await cluster.applyAs('kubectl', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'edited' },
      data: { a: 'by hand' },
    });
    await stack.update(made, map('edited', { a: '2' }));
    expect((await cluster.get('v1', 'ConfigMap', 'edited'))?.data).toEqual({ a: '2' });
  });

  test('leaves ignored fields as they are in the cluster, without owning what others own', async () => {
    const made = await stack.create(configMap, 'ignoring', map('ignoring', { a: '1', b: '1' }));
    await cluster.applyAs('somebody', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'ignoring' },
      data: { a: 'theirs' },
    });
    await stack.update(made, map('ignoring', { a: '1', b: '2' }), testContext(), { ignoreChanges: ['data.a'] });
    expect((await cluster.get('v1', 'ConfigMap', 'ignoring'))?.data).toEqual({ a: 'theirs', b: '2' });
  });

  test('inherits what an earlier provider made by plain creation, so that dropped fields go', async () => {
    const path = `/api/v1/namespaces/${cluster.namespace}/configmaps`;
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'inherited' },
      data: { kept: '1', dropped: '1' },
    };
    await cluster.request('POST', `${path}?fieldManager=pulumi-kubernetes`, object);
    const live = await cluster.get('v1', 'ConfigMap', 'inherited');
    const inputs = await stack.check(configMap, 'inherited', map('inherited', { kept: '1', dropped: '1' }));
    const outputs = {
      ...(live as PropertyMap),
      __inputs: inputs,
      __fieldManager: 'pulumi-kubernetes-0badcafe',
      __initialApiVersion: 'v1',
    };
    const id = `${cluster.namespace}/inherited`;
    const old = {
      urn: stack.urn(configMap, 'inherited'),
      type: configMap,
      name: 'inherited',
      id,
      inputs,
      outputs,
      initErrors: [],
    };
    const updated = await stack.update(old, map('inherited', { kept: '2' }));
    expect((await cluster.get('v1', 'ConfigMap', 'inherited'))?.data).toEqual({ kept: '2' });
    expect(updated.outputs.__fieldManager).toBe('pulumi-kubernetes-0badcafe');
  });
});

describe('previewing', () => {
  test('shows what the server would fill in, and what only the real write will tell as unknown', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'planned' },
      spec: { selector: { a: 'b' }, ports: [{ port: 80 }] },
    };
    const { id, outputs } = await stack.previewCreate('kubernetes:core/v1:Service', 'planned', service);
    expect(id).toBe(`${cluster.namespace}/planned`);
    expect(outputs.status).toBeUndefined();
    expect(outputs.spec).toMatchObject({
      type: 'ClusterIP',
      clusterIP: expect.any(Unknown),
      ports: [{ port: 80, protocol: 'TCP' }],
    });
    expect(isPropertyMap(outputs.metadata) && outputs.metadata.uid).toBeInstanceOf(Unknown);
    expect(await cluster.get('v1', 'Service', 'planned')).toBeUndefined();
  });

  test('fails where the real write would', async () => {
    const broken = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'broken' }, spec: { replicas: -1 } };
    await expect(stack.previewCreate('kubernetes:apps/v1:Deployment', 'broken', broken)).rejects.toMatchObject({
      code: 'KUBERNETES_INVALID',
      summary: expect.stringContaining('spec.selector'),
    });
  });

  test('is content with the inputs while the namespace or a value is not there yet', async () => {
    const inputs = map('nowhere', { a: '1' }, { namespace: 'not-there-yet' });
    expect((await stack.previewCreate(configMap, 'nowhere', inputs)).outputs).toMatchObject({
      ...inputs,
      metadata: { ...(inputs.metadata as object), uid: expect.any(Unknown), resourceVersion: expect.any(Unknown) },
    });
    const unknown = map('unknown', { a: new Unknown() });
    expect((await stack.previewCreate(configMap, 'unknown', unknown)).outputs).toMatchObject({
      data: { a: expect.any(Unknown) },
    });
  });

  test('warns of an object that stands in the way', async () => {
    await cluster.applyAs('somebody', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'in-the-way' },
      data: {},
    });
    const fresh = await cluster.stack();
    const context = testContext();
    await fresh.previewCreate(configMap, 'in-the-way', map('in-the-way', {}), context);
    expect(context.warnings).toEqual([expect.stringContaining('exists already')]);
    await fresh.close();
  });

  test('of an update writes nothing', async () => {
    const made = await stack.create(configMap, 'previewed', map('previewed', { a: '1' }));
    const { outputs } = await stack.update(made, map('previewed', { a: '2' }), testContext(), { isPreview: true });
    expect(outputs.data).toEqual({ a: '2' });
    expect((await cluster.get('v1', 'ConfigMap', 'previewed'))?.data).toEqual({ a: '1' });
  });
});

describe('secrets', () => {
  test('are secret in outputs, whether said in data or stringData, and absent from errors', async () => {
    const program = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'hidden' },
      stringData: { password: 'hunter22' },
    };
    const made = await stack.create('kubernetes:core/v1:Secret', 'hidden', program);
    expect(made.outputs.data).toEqual(new Secret({ password: Buffer.from('hunter22').toString('base64') }));
    expect(JSON.stringify(made.outputs)).not.toContain(Buffer.from('hunter22').toString('base64'));
    expect(await stack.diff(made, program)).toEqual({ kind: 'none' });
    const wrong = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: new Secret('Not A Name!') }, data: {} };
    await expect(stack.create(configMap, 'wrong', wrong)).rejects.toSatisfy(
      (error) => !String(error).includes('"Not A Name!"'),
    );
  });
});

describe('refreshing', () => {
  test('brings what changed in the cluster, in the shape of the program', async () => {
    const made = await stack.create(configMap, 'drifting', map('drifting', { a: '1' }));
    await cluster.applyAs('kubectl', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'drifting', labels: { by: 'hand' } },
      data: { a: '2', extra: '1' },
    });
    const fresh = await cluster.stack();
    const read = await fresh.refresh(made);
    expect(read?.inputs).toEqual({ ...made.inputs, data: { a: '2' } });
    expect(read?.outputs).toMatchObject({ data: { a: '2', extra: '1' }, __fieldManager: made.outputs.__fieldManager });
    await fresh.close();
  });

  test('says that an object is gone', async () => {
    const made = await stack.create(configMap, 'vanishing', map('vanishing', {}));
    await cluster.request('DELETE', `/api/v1/namespaces/${cluster.namespace}/configmaps/vanishing`);
    const fresh = await cluster.stack();
    expect(await fresh.refresh(made)).toBeUndefined();
    await fresh.close();
  });

  test('a first read gives inputs that would make the object as it is', async () => {
    await cluster.applyAs('somebody', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'imported', labels: { l: '1' } },
      data: { a: '1' },
    });
    const id = `${cluster.namespace}/imported`;
    const urn = stack.urn(configMap, 'imported');
    const read = await stack.provider.read({ urn, type: configMap, name: 'imported', id }, testContext());
    expect(read?.inputs).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'imported', namespace: cluster.namespace, labels: { l: '1' } },
      data: { a: '1' },
    });
    expect(
      await stack.provider.read({ urn, type: configMap, name: 'x', id: `${cluster.namespace}/none` }, testContext()),
    ).toBeUndefined();
  });
});

describe('inspecting', () => {
  test('notes drift with the field and whose it is, and what vanished, and writes nothing', async () => {
    const drifted = await stack.create(configMap, 'noted', map('noted', { a: '1' }));
    const gone = await stack.create(configMap, 'gone', map('gone', { a: '1' }));
    const same = await stack.create(configMap, 'same', map('same', { a: '1' }));
    await cluster.applyAs('kubectl', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'noted' },
      data: { a: '2' },
    });
    await cluster.request('DELETE', `/api/v1/namespaces/${cluster.namespace}/configmaps/gone`);
    const fresh = await cluster.stack();
    const notes = await fresh.provider.inspect!([drifted, gone, same], testContext());
    expect(notes).toEqual([
      {
        urn: drifted.urn,
        severity: 'warning',
        message: `ConfigMap ${drifted.id} was changed in the cluster: data.a is 2 instead of 1 (by "kubectl"); to see and repair it: radiant up --refresh`,
      },
      {
        urn: gone.urn,
        severity: 'warning',
        message: `ConfigMap ${gone.id} is no longer in the cluster; to make it again: radiant up --refresh`,
      },
    ]);
    await fresh.close();
  });
});

describe('deleting', () => {
  test('is done when the object is gone, and content when it was gone before', async () => {
    const made = await stack.create(configMap, 'deleted', map('deleted', {}));
    await stack.delete(made);
    expect(await cluster.get('v1', 'ConfigMap', 'deleted')).toBeUndefined();
    await stack.delete(made);
  });

  test('leaves alone what the object was replaced by', async () => {
    const old = await stack.create(configMap, 'replaced', map('replaced', { a: '1' }));
    await cluster.request('DELETE', `/api/v1/namespaces/${cluster.namespace}/configmaps/replaced`);
    const fresh = await cluster.stack();
    const next = await fresh.create(configMap, 'replaced', map('replaced', { a: '2' }));
    await fresh.delete(old);
    expect(textAt(await cluster.get('v1', 'ConfigMap', 'replaced'), 'metadata', 'uid')).toBe(uidOf(next.outputs));
    await fresh.close();
  });

  test('says which finalizers keep an object that does not go in time', async () => {
    const made = await stack.create(
      configMap,
      'kept',
      map('kept', {}, { finalizers: ['example.com/hold'], annotations: { 'pulumi.com/timeoutSeconds': '1' } }),
    );
    await expect(stack.delete(made)).rejects.toMatchObject({
      code: 'KUBERNETES_DELETE_TIMEOUT',
      summary: expect.stringContaining('example.com/hold'),
    });
    const path = `/api/v1/namespaces/${cluster.namespace}/configmaps/kept`;
    await cluster.request('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json');
  });
});

describe('patches', () => {
  const patchType = 'kubernetes:core/v1:ConfigMapPatch';

  test('change what somebody else made, and give it back when deleted', async () => {
    await cluster.applyAs('somebody', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'patched' },
      data: { theirs: '1' },
    });
    const patch = await stack.create(patchType, 'patch', map('patched', { ours: '1' }));
    expect((await cluster.get('v1', 'ConfigMap', 'patched'))?.data).toEqual({ theirs: '1', ours: '1' });
    const updated = await stack.update(patch, map('patched', { ours: '2' }));
    expect((await cluster.get('v1', 'ConfigMap', 'patched'))?.data).toEqual({ theirs: '1', ours: '2' });
    await stack.delete(updated);
    expect((await cluster.get('v1', 'ConfigMap', 'patched'))?.data).toEqual({ theirs: '1' });
  });
});

function uidOf(outputs: PropertyMap): unknown {
  return isPropertyMap(outputs.metadata) ? outputs.metadata.uid : undefined;
}
