import { beforeEach, describe, expect, test } from 'vitest';
import { readMessage } from './protobuf-reader.ts';
import { type Json, testApi } from './testing.ts';

let api: ReturnType<typeof testApi>;
beforeEach(() => {
  api = testApi();
});

const configMaps = '/api/v1/namespaces/default/configmaps';
const make = (name: string, labels: Record<string, string> = {}, url = configMaps) =>
  api.post(url, { metadata: { name, labels } });
const names = (body: Json) => body.items.map((item: Json) => item.metadata.name);

describe('lists', () => {
  test('are ordered by namespace and name, across namespaces too', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'another' } });
    await make('b');
    await make('a');
    await make('c', {}, '/api/v1/namespaces/another/configmaps');
    expect(names((await api.get('/api/v1/configmaps')).body)).toEqual(['c', 'a', 'b']);
    expect(names((await api.get(configMaps)).body)).toEqual(['a', 'b']);
  });

  test('carry their kind once, not in every item', async () => {
    await make('a');
    const { body } = await api.get(configMaps);
    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(Object.keys(body.items[0])).toEqual(['metadata']);
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0);
  });

  test.each([
    { selector: 'app=web', found: ['a', 'b'] },
    { selector: 'app==web,tier=front', found: ['a'] },
    { selector: 'app!=web', found: ['c', 'd'] },
    { selector: 'tier in (front,back)', found: ['a', 'b'] },
    { selector: 'tier notin (front)', found: ['b', 'c', 'd'] },
    { selector: 'tier', found: ['a', 'b'] },
    { selector: '!app', found: ['d'] },
    { selector: 'size>4', found: ['c'] },
    { selector: 'size<10', found: ['c'] },
    { selector: '', found: ['a', 'b', 'c', 'd'] },
  ])('select by labels: $selector', async ({ selector, found }) => {
    await make('a', { app: 'web', tier: 'front' });
    await make('b', { app: 'web', tier: 'back' });
    await make('c', { app: 'db', size: '5' });
    await make('d');
    const { body } = await api.get(`${configMaps}?labelSelector=${encodeURIComponent(selector)}`);
    expect(names(body)).toEqual(found);
  });

  test.each(['a=b=c', 'a in', 'a in (x', 'size>big', '=a', 'a b'])('refuse the label selector %s', async (selector) => {
    expect((await api.get(`${configMaps}?labelSelector=${encodeURIComponent(selector)}`)).status).toBe(400);
  });

  test('select by fields', async () => {
    await make('a');
    await make('b');
    expect(names((await api.get(`${configMaps}?fieldSelector=metadata.name=a`)).body)).toEqual(['a']);
    expect(names((await api.get(`${configMaps}?fieldSelector=metadata.name!=a`)).body)).toEqual(['b']);
    const pods = '/api/v1/namespaces/default/pods';
    await api.post(pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    expect(names((await api.get(`${pods}?fieldSelector=status.phase=Pending,spec.nodeName=`)).body)).toEqual(['p']);
    const unknown = await api.get(`${configMaps}?fieldSelector=data.x=1`);
    expect(unknown.body).toMatchObject({ code: 400, message: 'field label not supported: data.x' });
  });

  test('come in pages that show one moment', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await make(name);
    const first = (await api.get(`${configMaps}?limit=2`)).body;
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.metadata.remainingItemCount).toBe(3);
    await api.del(`${configMaps}/c`);
    await make('bb');
    const second = (await api.get(`${configMaps}?limit=2&continue=${first.metadata.continue}`)).body;
    expect(names(second)).toEqual(['c', 'd']);
    const third = (await api.get(`${configMaps}?limit=2&continue=${second.metadata.continue}`)).body;
    expect(names(third)).toEqual(['e']);
    expect(third.metadata.continue).toBeUndefined();
    expect(third.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test('can be of a past moment, not of a future one', async () => {
    const { body } = await make('a');
    await make('b');
    const version = body.metadata.resourceVersion;
    expect(names((await api.get(`${configMaps}?resourceVersion=${version}&resourceVersionMatch=Exact`)).body)).toEqual([
      'a',
    ]);
    expect(names((await api.get(`${configMaps}?resourceVersion=${version}`)).body)).toEqual(['a', 'b']);
    const future = await api.get(`${configMaps}?resourceVersion=999999`);
    expect(future.body).toMatchObject({ code: 504, details: { retryAfterSeconds: 1 } });
    expect(future.headers['retry-after']).toBe('1');
  });
});

describe('representations', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

  test('a table has the columns kubectl shows', async () => {
    await make('a');
    const { body } = await api.get(configMaps, { accept: table });
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    expect(body.columnDefinitions.map((column: Json) => column.name)).toEqual(['Name', 'Data', 'Age']);
    expect(body.rows[0].cells).toHaveLength(3);
    expect(body.rows[0].cells[0]).toBe('a');
    expect(body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
  });

  test('includeObject says how much of each object comes along', async () => {
    await make('a');
    const none = await api.get(`${configMaps}?includeObject=None`, { accept: table });
    expect(none.body.rows[0].object).toBeUndefined();
    const whole = await api.get(`${configMaps}?includeObject=Object`, { accept: table });
    expect(whole.body.rows[0].object.kind).toBe('ConfigMap');
  });

  test('metadata alone', async () => {
    await make('a');
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
    const { body } = await api.get(configMaps, { accept });
    expect(body.kind).toBe('PartialObjectMetadataList');
    expect(Object.keys(body.items[0])).toEqual(['kind', 'apiVersion', 'metadata']);
  });

  test('JSON for clients that would rather have protobuf, a refusal for those that must', async () => {
    const preferring = await api.get(configMaps, { accept: 'application/vnd.kubernetes.protobuf,application/json' });
    expect(preferring.body.kind).toBe('ConfigMapList');
    expect((await api.get(configMaps, { accept: 'application/vnd.kubernetes.protobuf' })).status).toBe(406);
  });

  test('YAML', async () => {
    await make('a');
    const { headers, body } = await api.get(`${configMaps}/a`, { accept: 'application/yaml' });
    expect(headers['content-type']).toBe('application/yaml');
    expect(body).toContain('kind: ConfigMap\n');
  });
});

describe('watches', () => {
  const types = (events: Json[]) => events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());

  test('without a resourceVersion begin with what there is', async () => {
    await make('a');
    const watch = await api.watch(`${configMaps}?watch=1`);
    await make('b');
    await api.patch(`${configMaps}/a`, 'merge', { data: { x: '1' } });
    await api.del(`${configMaps}/a`);
    expect(types(await watch.events())).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED a']);
    watch.stop();
  });

  test('from a resourceVersion show what came after it', async () => {
    const { body } = await make('a');
    await make('b');
    const watch = await api.watch(`${configMaps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    await make('c');
    expect(types(await watch.events())).toEqual(['ADDED b', 'ADDED c']);
    watch.stop();
  });

  test('show objects that begin and cease to match as added and deleted', async () => {
    await make('a', { app: 'web' });
    await make('b');
    const watch = await api.watch(`${configMaps}?watch=1&labelSelector=app=web`);
    await api.patch(`${configMaps}/b`, 'merge', { metadata: { labels: { app: 'web' } } });
    await api.patch(`${configMaps}/a`, 'merge', { metadata: { labels: { app: null } } });
    const events = await watch.events();
    expect(types(events)).toEqual(['ADDED a', 'ADDED b', 'DELETED a']);
    expect(Number(events[2].object.metadata.resourceVersion)).toBeGreaterThan(
      Number(events[1].object.metadata.resourceVersion),
    );
    watch.stop();
  });

  test('can be of one object', async () => {
    const watch = await api.watch(`${configMaps}?watch=1&fieldSelector=metadata.name=a`);
    await make('b');
    await make('a');
    expect(types(await watch.events())).toEqual(['ADDED a']);
    watch.stop();
  });

  test('stay in their namespace', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'other' } });
    const watch = await api.watch(`${configMaps}?watch=1`);
    await make('x', {}, '/api/v1/namespaces/other/configmaps');
    await make('y');
    expect(types(await watch.events())).toEqual(['ADDED y']);
    watch.stop();
  });

  test('tell when everything that exists has been sent', async () => {
    await make('a');
    const watch = await api.watch(
      `${configMaps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    const events = await watch.events();
    expect(types(events)).toEqual(['ADDED a', 'BOOKMARK']);
    expect(events[1].object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    watch.stop();
  });

  test('as tables repeat the columns only once', async () => {
    await make('a');
    await make('b');
    const watch = await api.watch(`${configMaps}?watch=1`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    const events = await watch.events();
    expect(events.map(({ object }) => object.columnDefinitions === null)).toEqual([false, true]);
    watch.stop();
  });

  test('from what has been forgotten are refused with Expired', async () => {
    const { status, body } = await api.get(`${configMaps}?watch=1&resourceVersion=999999`);
    expect({ status, reason: body.reason }).toEqual({ status: 410, reason: 'Expired' });
  });
});

describe('discovery', () => {
  test('lists groups, versions and resources', async () => {
    expect((await api.get('/api')).body.versions).toEqual(['v1']);
    const groups = (await api.get('/apis')).body.groups;
    expect(groups.find((group: Json) => group.name === 'autoscaling').preferredVersion.version).toBe('v2');
    const apps = (await api.get('/apis/apps/v1')).body.resources;
    expect(apps.find((resource: Json) => resource.name === 'deployments')).toMatchObject({
      singularName: 'deployment',
      kind: 'Deployment',
      namespaced: true,
      shortNames: ['deploy'],
      categories: ['all'],
    });
    expect(apps.find((resource: Json) => resource.name === 'deployments/scale')).toMatchObject({
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
    });
    expect((await api.get('/apis/apps')).body.kind).toBe('APIGroup');
    expect((await api.get('/apis/nothing.example.com')).status).toBe(404);
  });

  test('comes in one piece for clients that ask for it', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const { headers, body } = await api.get('/apis', { accept });
    expect(headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    const apps = body.items.find((item: Json) => item.metadata.name === 'apps');
    const deployments = apps.versions[0].resources.find((resource: Json) => resource.resource === 'deployments');
    expect(deployments).toMatchObject({
      scope: 'Namespaced',
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    });
    expect(deployments.subresources.map((sub: Json) => sub.subresource).sort()).toEqual(['scale', 'status']);
    const again = await api.get('/apis', { accept, 'if-none-match': String(headers.etag) });
    expect(again.status).toBe(304);
  });
});

describe('OpenAPI', () => {
  test('v3 has a document for every group and version', async () => {
    const { paths } = (await api.get('/openapi/v3')).body;
    expect(Object.keys(paths)).toContain('apis/apps/v1');
    const { body } = await api.get(paths['apis/apps/v1'].serverRelativeURL);
    const deployment = body.components.schemas['io.k8s.api.apps.v1.Deployment'];
    expect(deployment['x-kubernetes-group-version-kind']).toEqual([
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ]);
    const podSpec = body.components.schemas['io.k8s.api.core.v1.PodSpec'].properties;
    expect(podSpec.containers).toMatchObject({
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-merge-key': 'name',
    });
    const patch = body.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch;
    expect(patch.parameters.map((parameter: Json) => parameter.name)).toContain('fieldValidation');
  });

  test('every reference leads somewhere', async () => {
    const { paths } = (await api.get('/openapi/v3')).body;
    for (const { serverRelativeURL } of Object.values(paths) as Json[]) {
      const { body } = await api.get(serverRelativeURL);
      const references = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
        (match) => match[1]!,
      );
      expect(references.filter((name) => body.components.schemas[name] === undefined)).toEqual([]);
    }
  });

  test('v2 is one document, in JSON or in the protobuf that Go clients want', async () => {
    const { body } = await api.get('/openapi/v2', { accept: 'application/json' });
    expect(body.definitions['io.k8s.api.core.v1.Pod'].properties.spec).toMatchObject({
      $ref: '#/definitions/io.k8s.api.core.v1.PodSpec',
    });
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const protobuf = await api.get('/openapi/v2', { accept });
    expect(protobuf.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    const definitions = new Map(readMessage(protobuf.body)).get(9) as Uint8Array;
    expect(readMessage(definitions)).toHaveLength(Object.keys(body.definitions).length);
  });
});

describe('versions of one kind', () => {
  const v1 = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers';
  const v2 = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';

  test('are two views of one object', async () => {
    const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5 };
    await api.post(v1, { metadata: { name: 'h' }, spec: { ...spec, targetCPUUtilizationPercentage: 60 } });
    const { body } = await api.get(`${v2}/h`);
    expect(body).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { ...spec, metrics: [{ resource: { target: { averageUtilization: 60 } } }] },
    });
    await api.patch(`${v2}/h`, 'merge', { spec: { maxReplicas: 7 } });
    expect((await api.get(`${v1}/h`)).body.spec).toMatchObject({ maxReplicas: 7, targetCPUUtilizationPercentage: 60 });
  });
});

describe('other paths', () => {
  test.each(['/healthz', '/livez', '/readyz'])('%s is ok', async (path) => {
    expect((await api.get(path)).body).toBe('ok');
  });

  test.each([
    '/nothing',
    '/api/v1/nothings',
    '/apis/apps/v2/deployments',
    '/api/v1/namespaces/default/configmaps/a/nothing',
  ])('%s is not found', async (path) => {
    expect((await api.get(path)).status).toBe(404);
  });

  test('a method that makes no sense is not allowed', async () => {
    expect((await api.send('POST', '/version')).body).toMatchObject({ code: 405, reason: 'MethodNotAllowed' });
    expect((await api.send('PUT', configMaps)).status).toBe(405);
  });

  test('what needs real containers says so', async () => {
    await api.post('/api/v1/namespaces/default/pods', {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const { status, body } = await api.post('/api/v1/namespaces/default/pods/p/exec', {});
    expect(status).toBe(501);
    expect(body.message).toContain('runs no real containers');
  });

  test('access reviews allow everything', async () => {
    const { body } = await api.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
    });
    expect(body.status.allowed).toBe(true);
  });

  test('hostile URLs and bodies are refused, never a crash', async () => {
    for (const url of [
      '//',
      '/api/v1/%E0%A4%A',
      '/api/v1/namespaces/%2e%2e/configmaps',
      '/apis/__proto__/v1/x',
      '/api/v1/namespaces/a/b/c/d/e/f',
    ]) {
      expect((await api.get(url)).status, url).toBeGreaterThanOrEqual(200);
    }
    const polluted =
      '{"metadata":{"name":"evil","labels":{"__proto__":"x"}},"__proto__":{"data":{"a":"b"}},"data":{"__proto__":"x"}}';
    await api.post(configMaps, polluted);
    expect(({} as Json).data).toBeUndefined();
    let deep = '1';
    for (let level = 0; level < 5000; level++) deep = `{"a":${deep}}`;
    expect((await api.post(configMaps, `{"metadata":{"name":"deep"},"data":${deep}}`)).status).toBe(400);
  });
});
