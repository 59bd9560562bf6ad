import { beforeEach, describe, expect, test } from 'vitest';
import { testApi } from './testing.ts';

let api: ReturnType<typeof testApi>;
beforeEach(() => {
  api = testApi();
});

const configMaps = '/api/v1/namespaces/default/configmaps';
/** As JSON text, because `__proto__` in a literal is not a key. */
const words = '{"constructor":"a","__proto__":"b","toString":"c"}';

describe('Keys that mean something to JavaScript are data like any other', () => {
  test('when an object is made, with their owner', async () => {
    const { status, body } = await api.send('POST', configMaps, {
      body: `{"metadata":{"name":"a","labels":{"constructor":"x"}},"data":${words}}`,
    });
    expect(status).toBe(201);
    expect(JSON.stringify(body.data)).toBe(words);
    const [{ fieldsV1 }] = body.metadata.managedFields;
    expect(Object.keys(fieldsV1['f:data']).sort()).toEqual(['.', 'f:__proto__', 'f:constructor', 'f:toString']);
    expect(fieldsV1['f:metadata']['f:labels']).toHaveProperty('f:constructor');
  });

  test.each(['application/merge-patch+json', 'application/strategic-merge-patch+json'])(
    'when they are added and taken away by a patch of %s',
    async (type) => {
      await api.post(configMaps, { metadata: { name: 'a' }, data: { x: '1' } });
      const added = await api.send('PATCH', `${configMaps}/a`, { type, body: `{"data":${words}}` });
      expect(JSON.stringify(added.body.data)).toBe(words.replace('{', '{"x":"1",'));
      const less = await api.send('PATCH', `${configMaps}/a`, {
        type,
        body: '{"data":{"constructor":null,"__proto__":null}}',
      });
      expect(less.body.data).toEqual({ x: '1', toString: 'c' });
    },
  );

  test('when only such a label is added', async () => {
    const { body } = await api.post(configMaps, { metadata: { name: 'a', labels: { x: '1' } } });
    const { body: patched } = await api.patch(`${configMaps}/a`, 'merge', {
      metadata: { labels: { constructor: 'x' } },
    });
    expect(patched.metadata.labels).toEqual({ x: '1', constructor: 'x' });
    expect(patched.metadata.resourceVersion).not.toBe(body.metadata.resourceVersion);
  });

  test('when they are applied and given up', async () => {
    const config = (data: string) => `{"apiVersion":"v1","kind":"ConfigMap","data":${data}}`;
    const first = await api.apply(`${configMaps}/a`, 'me', config(words));
    expect(JSON.stringify(first.body.data)).toBe(words);
    const second = await api.apply(`${configMaps}/a`, 'me', config('{"toString":"d"}'));
    expect(second.body.data).toEqual({ toString: 'd' });
  });
});

describe('A JSON patch', () => {
  beforeEach(() => api.post(configMaps, { metadata: { name: 'a' }, data: { x: '1' } }));

  test.each([
    {
      what: 'replaces what the object only inherits',
      patch: [{ op: 'replace', path: '/data/constructor', value: 'x' }],
    },
    { what: 'copies what the object only inherits', patch: [{ op: 'copy', from: '/data/toString', path: '/data/y' }] },
    { what: 'reaches into a prototype', patch: [{ op: 'add', path: '/__proto__/x', value: 1 }] },
  ])('that $what does not fit', async ({ patch }) => {
    const { status, body } = await api.patch(`${configMaps}/a`, 'json', patch);
    expect(status).toBe(422);
    expect(body.message).toContain('(operation 0:');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test.each([[[null]], [['add']]])('of %j is a bad request', async (patch) => {
    expect((await api.patch(`${configMaps}/a`, 'json', patch)).status).toBe(400);
  });
});

describe('A body', () => {
  const deep = `{"metadata":{"name":"a"},"data":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`;

  test.each([
    { method: 'POST', url: configMaps, type: 'application/json' },
    { method: 'POST', url: configMaps, type: 'application/yaml' },
    { method: 'PATCH', url: `${configMaps}/a`, type: 'application/merge-patch+json' },
    { method: 'PATCH', url: `${configMaps}/a`, type: 'application/strategic-merge-patch+json' },
    { method: 'PATCH', url: `${configMaps}/a?fieldManager=me`, type: 'application/apply-patch+yaml' },
  ])('nested without end is a bad request to $method with $type', async ({ method, url, type }) => {
    if (type.includes('merge')) await api.post(configMaps, { metadata: { name: 'a' } });
    const { status, body } = await api.send(method, url, { type, body: deep });
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: expect.stringContaining('exceeded max depth'),
    });
  });

  test('of YAML whose aliases multiply, or lead nowhere, is a bad request', async () => {
    const lines = Array.from(
      { length: 12 },
      (_, at) => `a${at}: &a${at} [${at === 0 ? 'x' : `*a${at - 1}`}${`,*a${at - 1}`.repeat(at === 0 ? 0 : 9)}]`,
    );
    for (const body of [lines.join('\n'), 'a: *nowhere', '['.repeat(20_000)]) {
      const { status } = await api.apply(`${configMaps}/a`, 'me', body);
      expect(status).toBe(400);
    }
  });

  test('that applies nothing in particular is told what is missing', async () => {
    const { status, body } = await api.apply(`${configMaps}/a`, 'me', {});
    expect(status).toBe(400);
    expect(body.message).toContain('expected: v1');
  });
});
