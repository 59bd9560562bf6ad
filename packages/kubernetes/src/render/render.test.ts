import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PropertyMap, Urn } from '@radiant/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import { TestStack, testContext } from '../testing/test-stack.ts';

interface RecordedCall {
  readonly run: 'create' | 'update-preview';
  readonly method: 'Check' | 'Create' | 'Diff' | 'Update';
  readonly request: {
    readonly urn: Urn;
    readonly name: string;
    readonly type: string;
    readonly id: string;
    readonly preview?: boolean;
    readonly olds: PropertyMap;
    readonly news: PropertyMap;
    readonly oldInputs: PropertyMap;
    readonly properties: PropertyMap;
  };
  readonly response: {
    readonly id?: string;
    readonly inputs?: PropertyMap;
    readonly properties?: PropertyMap;
    readonly changes?: string;
    readonly detailedDiff?: PropertyMap;
  };
}

/** What Pulumi's provider 4.34 was asked and answered for a program of five kinds, rendering to a directory. */
const calls: readonly RecordedCall[] = readFileSync(join(import.meta.dirname, 'fixtures/day-calls.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

let directory: string;
let stack: TestStack;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'render-'));
  stack = await TestStack.open({ renderYamlToDirectory: directory });
});
afterEach(async () => {
  await stack.close();
  await rm(directory, { recursive: true });
});

test.each(calls.filter(({ method }) => method === 'Check').map((call) => [call.run, call.request.urn, call] as const))(
  '%s: check of %s answers as recorded',
  async (_run, urn, { request, response }) => {
    const { name, type, news: newInputs, olds } = request;
    const oldInputs = Object.keys(olds).length > 0 ? { oldInputs: olds } : {};
    const result = await stack.provider.check({
      urn,
      name,
      type,
      newInputs,
      randomSeed: new Uint8Array(32),
      ...oldInputs,
    });
    expect(result).toMatchObject({ inputs: response.inputs, failures: [] });
  },
);

test.each(calls.filter(({ method }) => method === 'Diff').map((call) => [call.request.urn, call] as const))(
  'diff of %s answers as recorded',
  async (urn, { request, response }) => {
    const { type, id, news: newInputs, oldInputs, olds: oldOutputs } = request;
    const diff = await stack.provider.diff({ urn, type, id, newInputs, oldInputs, oldOutputs, ignoreChanges: [] });
    expect(diff.kind).toBe(response.changes === 'DIFF_SOME' ? 'some' : 'none');
    if (diff.kind === 'some')
      expect(Object.keys(diff.detailedDiff ?? {})).toEqual(Object.keys(response.detailedDiff ?? {}));
  },
);

test.each(calls.filter(({ method }) => method === 'Create').map((call) => [call.request.urn, call] as const))(
  'create of %s records the same state, and writes it as YAML',
  async (urn, { request, response }) => {
    const { name, type, properties: inputs } = request;
    const made = await stack.provider.create({ urn, name, type, inputs, isPreview: false }, testContext());
    expect(made.id).toBe(response.id);
    expect(made.outputs).toEqual({ ...response.properties, __fieldManager: fieldManagerOf(urn) });
    const [file] = readdirSync(join(directory, '1-manifest'));
    expect(file).toMatch(/^[\w.]+-[a-z]+-production-day(-config)?\.yaml$/);
    const path = join(directory, '1-manifest', file!);
    expect(parse(readFileSync(path, 'utf8'))).toEqual(inputs);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  },
);

test('the preview of an update answers as recorded, and writes nothing', async () => {
  const { request, response } = calls.find(({ method }) => method === 'Update')!;
  const { urn, name, type, id, news: newInputs, oldInputs, olds: oldOutputs } = request;
  const asked = { urn, name, type, id, newInputs, oldInputs, oldOutputs, ignoreChanges: [], isPreview: true };
  expect((await stack.provider.update(asked, testContext())).outputs).toEqual(response.properties);
  expect(readdirSync(directory)).toEqual([]);
});

test('definitions of custom kinds go where they are applied first, and a deletion takes the file away', async () => {
  const type = 'kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition';
  const program = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Cluster',
      names: { kind: 'Widget' },
      versions: [{ schema: { x_kubernetes_preserve_unknown_fields: true } }],
    },
  };
  const made = await stack.create(type, 'widgets', program);
  const folder = join(directory, '0-crd');
  expect(readdirSync(folder)).toEqual([
    'apiextensions.k8s.io_v1-customresourcedefinition-default-widgets.example.com.yaml',
  ]);
  expect(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')).toContain(
    'x-kubernetes-preserve-unknown-fields: true',
  );
  await stack.delete(made);
  expect(readdirSync(folder)).toEqual([]);
});

test('a Secret is written in the clear, and that is warned of', async () => {
  const context = testContext();
  const program = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'b' } };
  await stack.create('kubernetes:core/v1:Secret', 's', program, context);
  expect(context.warnings).toEqual(['rendered YAML will contain a secret value in plaintext']);
});

test('the target is the directory', () => {
  expect(stack.configured).toEqual({ target: `YAML files in ${directory}` });
});
