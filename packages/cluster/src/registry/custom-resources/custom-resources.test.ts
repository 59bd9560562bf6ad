import { beforeEach, describe, expect, test } from 'vitest';
import { type Json, testApi } from '../../server/testing.ts';

let api: ReturnType<typeof testApi>;
beforeEach(() => {
  api = testApi();
});

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/example.com/v1/namespaces/default/widgets';

const schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        replicas: { type: 'integer' },
        port: { 'x-kubernetes-int-or-string': true },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        parts: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string', pattern: '^[a-z]+$' }, weight: { type: 'integer' } },
          },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } },
  },
};

const definition = (version: object = {}, spec: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', shortNames: ['wd'], categories: ['all'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'First', type: 'string', jsonPath: '.spec.parts[?(@.name=="a")].weight', priority: 1 },
        ],
        ...version,
      },
    ],
    ...spec,
  },
});

const widget = (spec: object = { size: 3 }, name = 'w') => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});
const define = async () => expect((await api.post(definitions, definition())).status).toBe(201);

test('a definition is established at once, and its kind discovered and served', async () => {
  expect((await api.get(widgets)).status).toBe(404);
  const { body } = await api.post(definitions, definition());
  expect(body.status.conditions.map((condition: Json) => [condition.type, condition.status])).toEqual([
    ['NamesAccepted', 'True'],
    ['Established', 'True'],
  ]);
  expect(body.status).toMatchObject({
    storedVersions: ['v1'],
    acceptedNames: { singular: 'widget', listKind: 'WidgetList' },
  });
  const { resources } = (await api.get('/apis/example.com/v1')).body;
  expect(resources.map((resource: Json) => resource.name)).toEqual(['widgets', 'widgets/status', 'widgets/scale']);
  expect(resources[0]).toMatchObject({ kind: 'Widget', shortNames: ['wd'], categories: ['all'] });
  const openApi = (await api.get('/openapi/v3/apis/example.com/v1')).body;
  expect(openApi.components.schemas['com.example.v1.Widget'].properties.spec.properties.size.maximum).toBe(10);
});

describe('objects', () => {
  beforeEach(define);

  test('get defaults, lose unknown fields, and are listed with their kind', async () => {
    const { status, headers, body } = await api.post(
      widgets,
      widget({ size: 3, colour: 'x', free: { any: { thing: 1 } } }),
    );
    expect(status).toBe(201);
    expect(body.spec).toEqual({ size: 3, color: 'red', free: { any: { thing: 1 } } });
    expect(body.metadata.generation).toBe(1);
    expect(String(headers.warning)).toContain('unknown field');
    expect((await api.get(widgets)).body.items[0]).toMatchObject({ kind: 'Widget', apiVersion: 'example.com/v1' });
    expect(
      (await api.post(`${widgets}?fieldValidation=Strict`, widget({ size: 1, colour: 'x' }, 'other'))).status,
    ).toBe(400);
  });

  test.each([
    [
      'a wrong type',
      { size: 'big' },
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    ],
    ['too much', { size: 11 }, 'spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10'],
    ['too little', { size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
    ['a missing field', {}, 'spec.size: Required value'],
    [
      'an unknown value',
      { size: 1, color: 'green' },
      'spec.color: Unsupported value: "green": supported values: "red", "blue"',
    ],
    [
      'a pattern',
      { size: 1, parts: [{ name: 'A' }] },
      'spec.parts[0].name: Invalid value: "A": spec.parts[0].name in body should match \'^[a-z]+$\'',
    ],
    ['a key twice', { size: 1, parts: [{ name: 'a' }, { name: 'a' }] }, 'spec.parts[1]: Duplicate value: {"name":"a"}'],
    ['a set with duplicates', { size: 1, tags: ['a', 'a'] }, 'spec.tags[1]: Duplicate value: "a"'],
    ['no port', { size: 1, port: true }, 'spec.port in body must be of type integer,string: "boolean"'],
    ['a map of the wrong', { size: 1, labels: { a: 1 } }, 'spec.labels.a in body must be of type string: "integer"'],
  ])('are refused for %s', async (_, spec, message) => {
    const { status, body } = await api.post(widgets, widget(spec));
    expect(status).toBe(422);
    expect(body.message).toContain('Widget.example.com "w" is invalid: ');
    expect(body.message).toContain(message);
  });

  test('are applied by the schema of their lists', async () => {
    const apply = (manager: string, spec: object) => api.apply(`${widgets}/w`, manager, widget(spec));
    await apply('one', { size: 3, parts: [{ name: 'a', weight: 1 }], tags: ['x'] });
    const { body } = await apply('two', { size: 3, parts: [{ name: 'b', weight: 2 }], tags: ['y'] });
    expect(body.spec.parts).toEqual([
      { name: 'a', weight: 1 },
      { name: 'b', weight: 2 },
    ]);
    expect(body.spec.tags).toEqual(['x', 'y']);
    const refused = await apply('two', { size: 4 });
    expect(refused.body.message).toContain('conflict with "one": .spec.size');
    expect((await apply('one', { size: 3, nothing: 1 })).body.message).toContain(
      '.spec.nothing: field not declared in schema',
    );
  });

  test('are updated with a resourceVersion only, and not by strategic merge', async () => {
    const { body } = await api.post(widgets, widget());
    const blind = await api.put(`${widgets}/w`, widget({ size: 4 }));
    expect(blind.body.message).toContain('metadata.resourceVersion: Invalid value: 0: must be specified for an update');
    expect((await api.put(`${widgets}/w`, { ...body, spec: { size: 4 } })).body.metadata.generation).toBe(2);
    expect((await api.patch(`${widgets}/w`, 'strategic', { spec: { size: 5 } })).status).toBe(415);
    expect((await api.patch(`${widgets}/w`, 'merge', { spec: { size: 5 } })).body.spec.size).toBe(5);
  });

  test('have status and scale', async () => {
    const { body } = await api.post(widgets, { ...widget({ size: 1, replicas: 2 }), status: { phase: 'ignored' } });
    expect(body.status).toBeUndefined();
    const status = await api.patch(`${widgets}/w/status`, 'merge', {
      spec: { size: 9 },
      status: { phase: 'Ready', replicas: 2 },
    });
    expect(status.body).toMatchObject({ spec: { size: 1 }, status: { phase: 'Ready' }, metadata: { generation: 1 } });
    expect((await api.patch(`${widgets}/w/status`, 'merge', { status: { phase: 1 } })).status).toBe(422);
    expect((await api.get(`${widgets}/w/scale`)).body).toMatchObject({
      spec: { replicas: 2 },
      status: { replicas: 2 },
    });
    await api.patch(`${widgets}/w/scale`, 'merge', { spec: { replicas: 5 } });
    expect((await api.get(`${widgets}/w`)).body.spec).toEqual({ size: 1, color: 'red', replicas: 5 });
  });

  test('print the columns of the definition', async () => {
    await api.post(widgets, widget({ size: 3, parts: [{ name: 'a', weight: 7 }] }));
    const { body } = await api.get(widgets, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
    expect(body.columnDefinitions.map((column: Json) => [column.name, column.priority])).toEqual([
      ['Name', 0],
      ['Size', 0],
      ['First', 1],
    ]);
    expect(body.rows[0].cells).toEqual(['w', 3, '7']);
  });

  test('go with their definition', async () => {
    await api.post(widgets, widget());
    await api.post(widgets, {
      ...widget({ size: 1 }, 'held'),
      metadata: { name: 'held', finalizers: ['example.com/held'] },
    });
    const { body } = await api.del(`${definitions}/widgets.example.com`);
    expect(body.metadata.deletionTimestamp).toBeDefined();
    expect((await api.get(`${widgets}/w`)).status).toBe(404);
    expect((await api.get(`${widgets}/held`)).body.metadata.deletionTimestamp).toBeDefined();
    await api.patch(`${widgets}/held`, 'merge', { metadata: { finalizers: null } });
    expect((await api.get(`${definitions}/widgets.example.com`)).status).toBe(404);
    expect((await api.get(widgets)).status).toBe(404);
  });
});

test('all versions are one object', async () => {
  const version = (name: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: schema },
  });
  await api.post(definitions, definition({}, { versions: [version('v1', false), version('v2', true)] }));
  await api.post(widgets, widget());
  const v2 = await api.get('/apis/example.com/v2/namespaces/default/widgets/w');
  expect(v2.body).toMatchObject({ apiVersion: 'example.com/v2', spec: { size: 3 } });
  expect((await api.get(`${widgets}/w`)).body.apiVersion).toBe('example.com/v1');
});

test('a changed definition serves its new schema', async () => {
  await define();
  const { body } = await api.get(`${definitions}/widgets.example.com`);
  body.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.extra = { type: 'string' };
  expect((await api.put(`${definitions}/widgets.example.com`, body)).status).toBe(200);
  expect((await api.post(widgets, widget({ size: 1, extra: 'kept' }))).body.spec.extra).toBe('kept');
});

describe('definitions are refused', () => {
  test.each([
    [
      'under another name',
      { metadata: { name: 'wrong.example.com' } },
      'metadata.name: Invalid value: "wrong.example.com": must be spec.names.plural+"."+spec.group',
    ],
    ['without a scope', { spec: { ...definition().spec, scope: undefined } }, 'spec.scope: Unsupported value'],
    [
      'without a schema',
      definition({ schema: undefined }),
      'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
    ],
    [
      'with no stored version',
      definition({ storage: false }),
      'must have exactly one version marked as storage version',
    ],
    [
      'with a schema that is not structural',
      definition({ schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } } }),
      'properties[spec].type: Required value: must not be empty for specified object fields',
    ],
  ])('%s', async (_, change, message) => {
    const { status, body } = await api.post(definitions, { ...definition(), ...change });
    expect(status).toBe(422);
    expect(body.message).toContain(message);
  });

  test('when their scope or kind changes', async () => {
    await define();
    const { body } = await api.get(`${definitions}/widgets.example.com`);
    const changed = await api.put(`${definitions}/widgets.example.com`, {
      ...body,
      spec: { ...body.spec, scope: 'Cluster' },
    });
    expect(changed.body.message).toContain('spec.scope: Invalid value: "Cluster": field is immutable');
  });
});
