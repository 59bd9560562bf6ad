import { beforeEach, describe, expect, test } from 'vitest';
import { type Json, testApi } from './testing.ts';

let api: ReturnType<typeof testApi>;
beforeEach(() => {
  api = testApi();
});

const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';

const deployment = (spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
    ...spec,
  },
});

describe('create', () => {
  test('gives what the server gives', async () => {
    const { status, body } = await api.post(deployments, { ...deployment(), status: { replicas: 9 } });
    expect(status).toBe(201);
    expect(body.metadata).toMatchObject({ namespace: 'default', generation: 1 });
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0);
    expect(body.status?.replicas).toBeUndefined();
    expect(body.spec.replicas).toBe(1);
  });

  test('makes a name of generateName', async () => {
    const { body } = await api.post(configMaps, { metadata: { generateName: 'x-' } });
    expect(body.metadata.name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('names the writer by its field manager or its user agent', async () => {
    const named = await api.post(`${configMaps}?fieldManager=me`, { metadata: { name: 'a' }, data: { x: '1' } });
    expect(named.body.metadata.managedFields).toMatchObject([{ manager: 'me', operation: 'Update' }]);
    const anonymous = await api.post(configMaps, { metadata: { name: 'b' }, data: { x: '1' } });
    expect(anonymous.body.metadata.managedFields).toMatchObject([
      { manager: 'test', operation: 'Update', fieldsV1: { 'f:data': { '.': {}, 'f:x': {} } } },
    ]);
  });

  test.each([
    {
      what: 'a name in use',
      url: configMaps,
      body: { metadata: { name: 'taken' } },
      code: 409,
      message: 'configmaps "taken" already exists',
    },
    {
      what: 'a namespace that is not there',
      url: '/api/v1/namespaces/nowhere/configmaps',
      body: { metadata: { name: 'a' } },
      code: 404,
      message: 'namespaces "nowhere" not found',
    },
    {
      what: 'another namespace in the body',
      url: configMaps,
      body: { metadata: { name: 'a', namespace: 'other' } },
      code: 400,
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    },
    {
      what: 'a resourceVersion',
      url: configMaps,
      body: { metadata: { name: 'a', resourceVersion: '1' } },
      code: 400,
      message: 'resourceVersion should not be set on objects to be created',
    },
    {
      what: 'no name',
      url: configMaps,
      body: { metadata: {} },
      code: 422,
      message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    },
    {
      what: 'another kind',
      url: configMaps,
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } },
      code: 400,
      message: 'Secret in version "v1" cannot be handled as a ConfigMap',
    },
    {
      what: 'a wrong type',
      url: deployments,
      body: deployment({ replicas: 'two' }),
      code: 400,
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    },
    {
      what: 'a fraction for an integer',
      url: deployments,
      body: deployment({ replicas: 1.5 }),
      code: 400,
      message: 'cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    },
    { what: 'a list for an object', url: configMaps, body: [], code: 400, message: 'cannot unmarshal array' },
    { what: 'text that is not JSON', url: configMaps, body: '{"metadata"', code: 400, message: 'json parse error' },
  ])('refuses $what', async ({ url, body, code, message }) => {
    await api.post(configMaps, { metadata: { name: 'taken' } });
    const answer = await api.post(url, body);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code });
    expect(answer.status).toBe(code);
    expect(answer.body.message).toContain(message);
  });
});

describe('field validation', () => {
  const body = { ...deployment({ replica: 2 }), metadata: { name: 'web', lables: {} } };
  const problems = ['unknown field "spec.replica"', 'unknown field "metadata.lables"'];

  test('warns unless told otherwise', async () => {
    const { status, headers, body: made } = await api.post(deployments, body);
    expect(status).toBe(201);
    expect([...(headers.warning as string[])].sort()).toEqual(
      problems.map((text) => `299 - "${text.replaceAll('"', '\\"')}"`).sort(),
    );
    expect(made.spec.replica).toBeUndefined();
  });

  test('Strict refuses', async () => {
    const { status, body: refusal } = await api.post(`${deployments}?fieldValidation=Strict`, body);
    expect(status).toBe(400);
    for (const problem of problems) expect(refusal.message).toContain(problem);
    expect(refusal.message).toContain('strict decoding error: unknown field');
  });

  test('Ignore says nothing', async () => {
    const { headers } = await api.post(`${deployments}?fieldValidation=Ignore`, body);
    expect(headers.warning).toBeUndefined();
  });

  test('sees fields that occur twice', async () => {
    const text = '{"metadata":{"name":"a"},"data":{"k":"1","k":"2"}}';
    const strict = await api.post(`${configMaps}?fieldValidation=Strict`, text);
    expect(strict.body.message).toContain('duplicate field "data.k"');
    expect((await api.post(configMaps, text)).body.data).toEqual({ k: '2' });
  });
});

describe('update', () => {
  test('a stale resourceVersion is a conflict', async () => {
    const { body } = await api.post(configMaps, { metadata: { name: 'a' } });
    await api.put(`${configMaps}/a`, { ...body, data: { x: '1' } });
    const stale = await api.put(`${configMaps}/a`, { ...body, data: { x: '2' } });
    expect(stale.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  test('without one the last write wins', async () => {
    await api.post(configMaps, { metadata: { name: 'a' }, data: { x: '1' } });
    const { status, body } = await api.put(`${configMaps}/a`, { metadata: { name: 'a' }, data: { x: '2' } });
    expect({ status, data: body.data }).toEqual({ status: 200, data: { x: '2' } });
  });

  test('the generation counts changes of the spec, not of labels or status', async () => {
    const { body } = await api.post(deployments, deployment());
    const labelled = await api.patch(`${deployments}/web`, 'merge', { metadata: { labels: { a: 'b' } } });
    expect(labelled.body.metadata.generation).toBe(1);
    const status = await api.put(`${deployments}/web/status`, { ...labelled.body, status: { replicas: 1 } });
    expect(status.body.metadata.generation).toBe(1);
    const scaled = await api.patch(`${deployments}/web`, 'merge', { spec: { replicas: 2 } });
    expect(scaled.body.metadata).toMatchObject({ generation: 2, uid: body.metadata.uid });
    expect(scaled.body.status).toEqual({ replicas: 1 });
  });

  test('a write that changes nothing keeps the resourceVersion', async () => {
    const { body } = await api.post(deployments, deployment());
    expect((await api.put(`${deployments}/web`, body)).body).toEqual(body);
    expect((await api.patch(`${deployments}/web`, 'merge', {})).body).toEqual(body);
  });

  test.each([
    {
      what: 'an object that is not there',
      name: 'b',
      body: { metadata: { name: 'b' } },
      code: 404,
      message: 'configmaps "b" not found',
    },
    {
      what: 'another name',
      name: 'a',
      body: { metadata: { name: 'b' } },
      code: 400,
      message: 'the name of the object (b) does not match the name on the URL (a)',
    },
    {
      what: 'another uid',
      name: 'a',
      body: { metadata: { name: 'a', uid: '1' } },
      code: 409,
      message: 'Precondition failed: UID in precondition: 1',
    },
    { what: 'no name', name: 'a', body: { data: {} }, code: 400, message: 'name must be provided' },
  ])('refuses $what', async ({ name, body, code, message }) => {
    await api.post(configMaps, { metadata: { name: 'a' } });
    const answer = await api.put(`${configMaps}/${name}`, body);
    expect(answer.status).toBe(code);
    expect(answer.body.message).toContain(message);
  });
});

describe('patch', () => {
  beforeEach(async () => {
    await api.post(deployments, deployment());
  });

  test.each([
    { type: 'json', patch: [{ op: 'replace', path: '/spec/replicas', value: 3 }] },
    { type: 'merge', patch: { spec: { replicas: 3 } } },
    { type: 'strategic', patch: { spec: { replicas: 3 } } },
  ] as const)('$type', async ({ type, patch }) => {
    const { status, body } = await api.patch(`${deployments}/web`, type, patch);
    expect({ status, replicas: body.spec.replicas }).toEqual({ status: 200, replicas: 3 });
  });

  test('a stale resourceVersion in the patch is a conflict', async () => {
    const { status } = await api.patch(`${deployments}/web`, 'merge', {
      metadata: { resourceVersion: '1' },
      spec: { replicas: 3 },
    });
    expect(status).toBe(409);
  });

  test('what comes out must be a valid object', async () => {
    const { status, body } = await api.patch(`${deployments}/web`, 'merge', { spec: { replicas: -1 } });
    expect(status).toBe(422);
    expect(body.details.causes).toMatchObject([{ field: 'spec.replicas', reason: 'FieldValueInvalid' }]);
  });

  test('an unknown content type is refused', async () => {
    const { status, body } = await api.send('PATCH', `${deployments}/web`, { body: {}, type: 'application/json' });
    expect(status).toBe(415);
    expect(body.message).toContain('accepted media types include: application/json-patch+json');
  });

  test('an object that is not there is not found', async () => {
    expect((await api.patch(`${deployments}/nobody`, 'merge', {})).body.message).toBe(
      'deployments.apps "nobody" not found',
    );
  });

  test('managedFields can be rewritten, as clients do to migrate them', async () => {
    const { body } = await api.get(`${deployments}/web`);
    const managedFields = body.metadata.managedFields.map((entry: Json) => ({
      ...entry,
      manager: 'new',
      operation: 'Apply',
    }));
    const patched = await api.patch(`${deployments}/web`, 'json', [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      { op: 'replace', path: '/metadata/resourceVersion', value: body.metadata.resourceVersion },
    ]);
    expect(patched.status).toBe(200);
    expect(patched.body.metadata.managedFields).toMatchObject([{ manager: 'new', operation: 'Apply' }]);
  });
});

describe('delete', () => {
  test('answers with what is gone', async () => {
    const { body } = await api.post(deployments, deployment());
    const answer = await api.del(`${deployments}/web`);
    expect(answer.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'web', group: 'apps', kind: 'deployments', uid: body.metadata.uid },
    });
    expect((await api.get(`${deployments}/web`)).status).toBe(404);
  });

  test('finalizers keep the object, marked, until the last one goes', async () => {
    await api.post(configMaps, { metadata: { name: 'a', finalizers: ['example.com/one'] } });
    const marked = await api.del(`${configMaps}/a`);
    expect(marked.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ['example.com/one'] });
    expect(marked.body.metadata.deletionTimestamp).toBeDefined();
    const another = await api.patch(`${configMaps}/a`, 'json', [
      { op: 'add', path: '/metadata/finalizers/-', value: 'example.com/two' },
    ]);
    expect(another.status).toBe(422);
    const released = await api.patch(`${configMaps}/a`, 'merge', { metadata: { finalizers: null } });
    expect(released.status).toBe(200);
    expect((await api.get(`${configMaps}/a`)).status).toBe(404);
  });

  test.each([
    { propagationPolicy: 'Foreground', finalizers: ['foregroundDeletion'] },
    { propagationPolicy: 'Orphan', finalizers: ['orphan'] },
  ])('$propagationPolicy leaves the dependents to the garbage collector', async ({ propagationPolicy, finalizers }) => {
    await api.post(deployments, deployment());
    const { body } = await api.del(`${deployments}/web`, { propagationPolicy });
    expect(body.metadata.finalizers).toEqual(finalizers);
  });

  test('a precondition that does not hold is a conflict', async () => {
    await api.post(configMaps, { metadata: { name: 'a' } });
    const { status, body } = await api.del(`${configMaps}/a`, { preconditions: { uid: 'other' } });
    expect(status).toBe(409);
    expect(body.message).toContain('Precondition failed: UID in precondition: other');
  });

  test('a dry run leaves the object', async () => {
    await api.post(configMaps, { metadata: { name: 'a' } });
    expect((await api.del(`${configMaps}/a?dryRun=All`)).status).toBe(200);
    expect((await api.get(`${configMaps}/a`)).status).toBe(200);
  });

  test('a collection is deleted by selector', async () => {
    for (const [name, app] of Object.entries({ a: 'x', b: 'x', c: 'y' }))
      await api.post(configMaps, { metadata: { name, labels: { app } } });
    const { body } = await api.del(`${configMaps}?labelSelector=app=x`);
    expect(body.items.map((item: Json) => item.metadata.name)).toEqual(['a', 'b']);
    expect((await api.get(configMaps)).body.items.map((item: Json) => item.metadata.name)).toEqual(['c']);
  });

  test('system namespaces stay', async () => {
    const { status, body } = await api.del('/api/v1/namespaces/kube-system');
    expect(status).toBe(403);
    expect(body.message).toBe('namespaces "kube-system" is forbidden: this namespace may not be deleted');
  });

  test('jobs orphan their pods unless told otherwise, and say so', async () => {
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    await api.post(jobs, {
      metadata: { name: 'j' },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
    });
    const { headers } = await api.del(`${jobs}/j`);
    expect(String(headers.warning)).toContain('child pods are preserved by default when jobs are deleted');
  });
});

describe('namespaces', () => {
  test('one that is ending takes nothing in', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'temp' } });
    const { body } = await api.del('/api/v1/namespaces/temp');
    expect(body.status.phase).toBe('Terminating');
    const refused = await api.post('/api/v1/namespaces/temp/configmaps', { metadata: { name: 'late' } });
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe(
      'configmaps "late" is forbidden: unable to create new content in namespace temp because it is being terminated',
    );
    expect(refused.body.details.causes[0].reason).toBe('NamespaceTerminating');
  });

  test('is gone when its finalizers are', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'temp' } });
    const { body } = await api.del('/api/v1/namespaces/temp');
    await api.put('/api/v1/namespaces/temp/finalize', { ...body, spec: { finalizers: [] } });
    expect((await api.get('/api/v1/namespaces/temp')).status).toBe(404);
  });
});

describe('a dry run', () => {
  test('of a create answers what would be, with no resourceVersion', async () => {
    const { status, body } = await api.post(`${deployments}?dryRun=All`, deployment());
    expect(status).toBe(201);
    expect(body.metadata.uid).toBeDefined();
    expect(body.metadata.resourceVersion).toBeUndefined();
    expect((await api.get(`${deployments}/web`)).status).toBe(404);
  });

  test('of a patch leaves the object', async () => {
    const { body } = await api.post(deployments, deployment());
    const dry = await api.send('PATCH', `${deployments}/web?dryRun=All`, {
      body: { spec: { replicas: 5 } },
      type: 'application/merge-patch+json',
    });
    expect(dry.body.spec.replicas).toBe(5);
    expect((await api.get(`${deployments}/web`)).body).toEqual(body);
  });

  test('finds what the real one would find', async () => {
    await api.post(deployments, deployment());
    expect((await api.post(`${deployments}?dryRun=All`, deployment())).status).toBe(409);
    expect((await api.post(`${deployments}?dryRun=Some`, deployment())).status).toBe(400);
  });
});

describe('scale', () => {
  test('reads and writes the replicas of its object', async () => {
    await api.post(deployments, deployment({ replicas: 2 }));
    const { body } = await api.get(`${deployments}/web/scale`);
    expect(body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { selector: 'app=web' },
    });
    const scaled = await api.put(`${deployments}/web/scale`, { ...body, spec: { replicas: 4 } });
    expect(scaled.body.spec.replicas).toBe(4);
    expect((await api.get(`${deployments}/web`)).body).toMatchObject({
      spec: { replicas: 4 },
      metadata: { generation: 2 },
    });
  });

  test('refuses a stale one, and less than nothing', async () => {
    await api.post(deployments, deployment());
    const { body } = await api.get(`${deployments}/web/scale`);
    await api.patch(`${deployments}/web`, 'merge', { metadata: { labels: { a: 'b' } } });
    expect((await api.put(`${deployments}/web/scale`, body)).status).toBe(409);
    expect((await api.patch(`${deployments}/web/scale`, 'merge', { spec: { replicas: -1 } })).status).toBe(422);
  });
});
