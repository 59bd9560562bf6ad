import { beforeEach, describe, expect, test } from 'vitest';
import { type Json, testApi } from '../server/testing.ts';

let api: ReturnType<typeof testApi>;
beforeEach(() => {
  api = testApi();
});

const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const services = '/api/v1/namespaces/default/services';

const configMap = (data: Record<string, string>, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cm', ...metadata },
  data,
});

const deployment = (spec: object = {}, container: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'nginx', labels: { app: 'nginx' } },
  spec: {
    selector: { matchLabels: { app: 'nginx' } },
    template: {
      metadata: { labels: { app: 'nginx' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx:1.14.2', ...container }] },
    },
    ...spec,
  },
});

const applyTo = (url: string, manager: string, body: Json, query = '') =>
  api.apply(`${url}/${body.metadata.name}`, manager, body, query);
const managersOf = (object: Json) =>
  Object.fromEntries(
    object.metadata.managedFields.map((entry: Json) => [
      [entry.manager, entry.operation, entry.subresource].filter(Boolean).join(' '),
      entry.fieldsV1,
    ]),
  );

describe('the examples of the Kubernetes documentation', () => {
  test('applying owns exactly the fields that the configuration has', async () => {
    const { status, body } = await applyTo(
      configMaps,
      'kubectl',
      configMap({ key: 'some value' }, { labels: { 'test-label': 'test' } }),
    );
    expect(status).toBe(201);
    expect(body.metadata.managedFields).toEqual([
      {
        manager: 'kubectl',
        operation: 'Apply',
        apiVersion: 'v1',
        time: body.metadata.creationTimestamp,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { 'f:test-label': {} } }, 'f:data': { 'f:key': {} } },
      },
    ]);
  });

  test('a controller that updates a field takes it over', async () => {
    const { body } = await applyTo(
      configMaps,
      'kubectl',
      configMap({ key: 'some value' }, { labels: { 'test-label': 'test' } }),
    );
    const updated = await api.put(`${configMaps}/cm?fieldManager=kube-controller-manager`, {
      ...body,
      data: { key: 'new value' },
    });
    expect(managersOf(updated.body)).toEqual({
      'kubectl Apply': { 'f:metadata': { 'f:labels': { 'f:test-label': {} } } },
      'kube-controller-manager Update': { 'f:data': { 'f:key': {} } },
    });
  });

  test('ownership of replicas passes to an autoscaler without a conflict', async () => {
    await applyTo(deployments, 'kubectl', deployment({ replicas: 3 }));
    const handover = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'nginx' }, spec: { replicas: 3 } };
    expect((await applyTo(deployments, 'nginx-handover-to-hpa', handover)).status).toBe(200);
    const withoutReplicas = await applyTo(deployments, 'kubectl', deployment());
    expect(withoutReplicas.body.spec.replicas).toBe(3);
    const scaled = await api.send('PATCH', `${deployments}/nginx/scale?fieldManager=hpa`, {
      body: { spec: { replicas: 5 } },
      type: 'application/merge-patch+json',
    });
    expect(scaled.body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    const { body } = await applyTo(deployments, 'kubectl', deployment());
    expect(body.spec.replicas).toBe(5);
    expect(managersOf(body)['hpa Update scale']).toEqual({ 'f:spec': { 'f:replicas': {} } });
    expect(managersOf(body)['nginx-handover-to-hpa Apply']).toBeUndefined();
  });

  test('a managedFields list of one empty entry clears the ownership', async () => {
    await applyTo(configMaps, 'kubectl', configMap({ key: 'value' }));
    const { body } = await api.patch(`${configMaps}/cm`, 'merge', { metadata: { managedFields: [{}] } });
    expect(body.metadata.managedFields).toBeUndefined();
  });

  test('an empty managedFields list changes nothing', async () => {
    const applied = await applyTo(configMaps, 'kubectl', configMap({ key: 'value' }));
    const { body } = await api.patch(`${configMaps}/cm`, 'merge', { metadata: { managedFields: [] } });
    expect(body).toEqual(applied.body);
  });
});

describe('conflicts', () => {
  test('one is told with its manager and field', async () => {
    await applyTo(configMaps, 'first', configMap({ key: 'a' }));
    const { status, body } = await applyTo(configMaps, 'second', configMap({ key: 'b' }));
    expect(status).toBe(409);
    expect(body).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "first": .data.key',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "first"', field: '.data.key' }] },
    });
  });

  test('several are told by manager, with the version an updater used', async () => {
    await api.post(`${configMaps}?fieldManager=creator`, configMap({ a: '1', b: '1' }));
    const { body } = await applyTo(configMaps, 'second', configMap({ a: '2', b: '2' }));
    expect(body.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "creator" using v1:\n- .data.a\n- .data.b',
    );
  });

  test('a subresource is part of the manager', async () => {
    await applyTo(deployments, 'kubectl', deployment());
    await api.send('PUT', `${deployments}/nginx/scale?fieldManager=kube-controller-manager`, {
      body: { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name: 'nginx' }, spec: { replicas: 2 } },
    });
    const { body } = await applyTo(deployments, 'kubectl', deployment({ replicas: 9 }));
    expect(body.message).toBe(
      'Apply failed with 1 conflict: conflict with "kube-controller-manager" with subresource "scale" using apps/v1: .spec.replicas',
    );
  });

  test('list items are named by their keys', async () => {
    await applyTo(deployments, 'first', deployment());
    const { body } = await applyTo(deployments, 'second', deployment({}, { image: 'nginx:2' }));
    expect(body.message).toBe(
      'Apply failed with 1 conflict: conflict with "first": .spec.template.spec.containers[name="nginx"].image',
    );
  });

  test('the same value is owned together, and no conflict', async () => {
    await applyTo(configMaps, 'first', configMap({ key: 'a' }));
    const { status, body } = await applyTo(configMaps, 'second', configMap({ key: 'a' }));
    expect(status).toBe(200);
    expect(Object.keys(managersOf(body))).toEqual(['first Apply', 'second Apply']);
  });

  test('force takes the field over', async () => {
    await applyTo(configMaps, 'first', configMap({ key: 'a', own: 'a' }));
    const { status, body } = await applyTo(configMaps, 'second', configMap({ key: 'b' }), '&force=true');
    expect(status).toBe(200);
    expect(body.data).toEqual({ key: 'b', own: 'a' });
    expect(managersOf(body)).toEqual({
      'first Apply': { 'f:data': { 'f:own': {} } },
      'second Apply': { 'f:data': { 'f:key': {} } },
    });
  });
});

describe('fields that are no longer applied', () => {
  test('go when nobody else owns them', async () => {
    await applyTo(configMaps, 'me', configMap({ keep: '1', drop: '2' }));
    const { body } = await applyTo(configMaps, 'me', configMap({ keep: '1' }));
    expect(body.data).toEqual({ keep: '1' });
  });

  test('stay when somebody else owns them', async () => {
    await applyTo(configMaps, 'me', configMap({ keep: '1', shared: '2' }));
    await applyTo(configMaps, 'other', configMap({ shared: '2' }));
    const { body } = await applyTo(configMaps, 'me', configMap({ keep: '1' }));
    expect(body.data).toEqual({ keep: '1', shared: '2' });
  });

  test('stay when an update has taken them over', async () => {
    await applyTo(configMaps, 'me', configMap({ keep: '1', taken: '2' }));
    await api.patch(`${configMaps}/cm?fieldManager=other`, 'merge', { data: { taken: '3' } });
    const { body } = await applyTo(configMaps, 'me', configMap({ keep: '1' }));
    expect(body.data).toEqual({ keep: '1', taken: '3' });
  });

  test('an empty configuration gives everything up', async () => {
    await applyTo(configMaps, 'me', configMap({ a: '1' }, { labels: { x: 'y' } }));
    const { body } = await applyTo(configMaps, 'me', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' } });
    expect(body.data).toBeUndefined();
    expect(body.metadata.labels).toBeUndefined();
    expect(body.metadata.managedFields).toBeUndefined();
  });

  test('a container goes with all that the server had filled in', async () => {
    const two = deployment();
    two.spec.template.spec.containers.push({ name: 'side', image: 'side' });
    await applyTo(deployments, 'me', two);
    const { body } = await applyTo(deployments, 'me', deployment());
    expect(body.spec.template.spec.containers.map((container: Json) => container.name)).toEqual(['nginx']);
  });

  test('a container that another manager also has stays, with what that one owns', async () => {
    await applyTo(deployments, 'me', deployment({}, { env: [{ name: 'A', value: '1' }] }));
    const other = deployment({}, { env: [{ name: 'B', value: '2' }] });
    await applyTo(deployments, 'other', other);
    const withoutEnv = await applyTo(deployments, 'me', deployment());
    expect(withoutEnv.body.spec.template.spec.containers[0].env).toEqual([{ name: 'B', value: '2' }]);
  });
});

describe('lists', () => {
  test('ports are told apart by number and protocol, which is TCP unless given', async () => {
    await applyTo(
      deployments,
      'me',
      deployment({}, { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] }),
    );
    const other = await applyTo(
      deployments,
      'other',
      deployment({}, { ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] }),
    );
    expect(other.body.spec.template.spec.containers[0].ports).toEqual([
      { containerPort: 80, protocol: 'TCP', name: 'http' },
      { containerPort: 80, protocol: 'UDP' },
    ]);
  });

  test('an atomic list belongs to one manager as a whole', async () => {
    await applyTo(deployments, 'first', deployment({}, { args: ['a'] }));
    const { body } = await applyTo(deployments, 'second', deployment({}, { args: ['a', 'b'] }));
    expect(body.message).toContain('.spec.template.spec.containers[name="nginx"].args');
  });

  test('a set is merged by its values', async () => {
    await applyTo(configMaps, 'first', configMap({}, { finalizers: ['example.com/a'] }));
    const { body } = await applyTo(configMaps, 'second', configMap({}, { finalizers: ['example.com/b'] }));
    expect(body.metadata.finalizers).toEqual(['example.com/a', 'example.com/b']);
    expect(managersOf(body)['second Apply']).toEqual({ 'f:metadata': { 'f:finalizers': { 'v:"example.com/b"': {} } } });
  });

  test('a selector is one value', async () => {
    const service = (selector: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector, ports: [{ port: 80 }] },
    });
    await applyTo(services, 'first', service({ app: 'web' }));
    const { body } = await applyTo(services, 'second', service({ app: 'web', tier: 'front' }));
    expect(body.message).toBe('Apply failed with 1 conflict: conflict with "first": .spec.selector');
  });

  test('an item that lacks its key is refused', async () => {
    const { status, body } = await applyTo(deployments, 'me', deployment({}, { env: [{ value: 'x' }] }));
    expect(status).toBe(500);
    expect(body.message).toContain('associative list with keys has an element that omits key field "name"');
  });

  test('an item that occurs twice is refused', async () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    const { body } = await applyTo(deployments, 'me', deployment({}, { env }));
    expect(body.message).toContain('duplicate entries for key [name="A"]');
  });

  test.each([
    { live: ['a', 'b', 'c'], applied: ['c', 'b', 'a'], merged: ['c', 'b', 'a'] },
    { live: ['a', 'b', 'c'], applied: ['b'], merged: ['a', 'b', 'c'] },
    { live: ['a', 'b'], applied: ['c', 'a'], merged: ['c', 'a', 'b'] },
    { live: ['a', 'b'], applied: ['b', 'new', 'a'], merged: ['b', 'new', 'a'] },
    { live: ['x', 'a', 'y', 'b'], applied: ['b', 'a'], merged: ['x', 'y', 'b', 'a'] },
  ])('$applied over $live is $merged', async ({ live, applied, merged }) => {
    const env = (names: readonly string[]) => ({ env: names.map((name) => ({ name, value: 'v' })) });
    await applyTo(deployments, 'first', deployment({}, env(live)));
    const { body } = await applyTo(deployments, 'second', deployment({}, env(applied)));
    expect(body.spec.template.spec.containers[0].env.map((item: Json) => item.name)).toEqual(merged);
  });
});

describe('writes that change nothing', () => {
  test('applying the same again leaves the object as it is, time stamps included', async () => {
    const first = await applyTo(deployments, 'me', deployment());
    const again = await applyTo(deployments, 'me', deployment());
    expect(again.body).toEqual(first.body);
  });

  test('quantities are compared by their value', async () => {
    const resources = (cpu: string) => ({ resources: { requests: { cpu } } });
    const first = await applyTo(deployments, 'me', deployment({}, resources('1000m')));
    expect(first.body.spec.template.spec.containers[0].resources.requests.cpu).toBe('1');
    const again = await applyTo(deployments, 'other', deployment({}, resources('1')));
    expect(again.status).toBe(200);
  });

  test('nobody is told of them', async () => {
    await applyTo(configMaps, 'me', configMap({ a: '1' }));
    const watch = await api.watch(`${configMaps}?watch=true`);
    const seen = (await watch.events()).length;
    await applyTo(configMaps, 'me', configMap({ a: '1' }));
    expect((await watch.events()).length).toBe(seen);
    await applyTo(configMaps, 'me', configMap({ a: '2' }));
    expect((await watch.events()).length).toBe(seen + 1);
    watch.stop();
  });
});

describe('what is refused', () => {
  test('a missing field manager', async () => {
    const { status, body } = await api.send('PATCH', `${configMaps}/cm`, {
      body: configMap({}),
      type: 'application/apply-patch+yaml',
    });
    expect(status).toBe(422);
    expect(body.message).toContain('fieldManager: Required value: is required for apply patch');
  });

  test('managedFields in the configuration', async () => {
    const { status, body } = await applyTo(configMaps, 'me', configMap({}, { managedFields: [{ manager: 'x' }] }));
    expect({ status, message: body.message }).toEqual({ status: 400, message: 'metadata.managedFields must be nil' });
  });

  test('fields the kind does not have', async () => {
    const { status, body } = await applyTo(deployments, 'me', deployment({ replica: 2 }));
    expect(status).toBe(500);
    expect(body.message).toBe(
      'failed to create typed patch object (nginx; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
    );
  });

  test('a stale resourceVersion', async () => {
    const { body } = await applyTo(configMaps, 'me', configMap({ a: '1' }));
    const resourceVersion = body.metadata.resourceVersion;
    await applyTo(configMaps, 'me', configMap({ a: '2' }));
    const stale = await applyTo(configMaps, 'me', configMap({ a: '3' }, { resourceVersion }));
    expect(stale.status).toBe(409);
    expect(stale.body.message).toContain('the object has been modified');
  });

  test('another name than in the URL', async () => {
    const { status, body } = await api.apply(`${configMaps}/other`, 'me', configMap({}));
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: 'the name of the object (cm) does not match the name on the URL (other)',
    });
  });

  test('force without apply', async () => {
    await api.post(configMaps, configMap({}));
    const { status } = await api.send('PATCH', `${configMaps}/cm?force=true`, {
      body: {},
      type: 'application/merge-patch+json',
    });
    expect(status).toBe(422);
  });
});

test('a dry run answers with what would be, and changes nothing', async () => {
  const dry = await applyTo(configMaps, 'me', configMap({ a: '1' }), '&dryRun=All');
  expect(dry.status).toBe(201);
  expect(dry.body).toMatchObject({
    data: { a: '1' },
    metadata: { managedFields: [{ manager: 'me', operation: 'Apply' }] },
  });
  expect((await api.get(`${configMaps}/cm`)).status).toBe(404);
});

test('an object that nobody has tracked belongs to before-first-apply', async () => {
  await api.post(configMaps, configMap({ key: 'a' }));
  await api.patch(`${configMaps}/cm`, 'merge', { metadata: { managedFields: [{}] } });
  const { body } = await applyTo(configMaps, 'me', configMap({ key: 'b' }));
  expect(body.message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.key');
});

test('status is applied through its own door, and spec is not', async () => {
  await applyTo(deployments, 'me', deployment({ replicas: 1 }));
  const status = { observedGeneration: 1, replicas: 1 };
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'nginx' },
    spec: { replicas: 7 },
    status,
  };
  const applied = await api.apply(`${deployments}/nginx/status`, 'controller', body);
  expect(applied.body).toMatchObject({ spec: { replicas: 1 }, status });
  expect(managersOf(applied.body)['controller Apply status']).toEqual({
    'f:status': { 'f:observedGeneration': {}, 'f:replicas': {} },
  });
  const ignored = await applyTo(deployments, 'me', { ...deployment({ replicas: 1 }), status: { replicas: 5 } });
  expect(ignored.body.status).toEqual(status);
});

test('more than ten updaters become ten and their ancestors', async () => {
  await api.post(`${configMaps}?fieldManager=m0`, configMap({ k0: '0' }));
  for (let index = 1; index <= 11; index++) {
    await api.patch(`${configMaps}/cm?fieldManager=m${index}`, 'merge', { data: { [`k${index}`]: 'x' } });
  }
  const { body } = await api.get(`${configMaps}/cm`);
  const names = body.metadata.managedFields.map((entry: Json) => entry.manager);
  expect(names).toHaveLength(10);
  expect(names).toContain('ancient-changes');
});

test('a configuration in YAML is applied like one in JSON', async () => {
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\ndata:\n  key: "yes"\n';
  const { status, body } = await api.apply(`${configMaps}/cm`, 'me', yaml);
  expect(status).toBe(201);
  expect(body.data).toEqual({ key: 'yes' });
});
