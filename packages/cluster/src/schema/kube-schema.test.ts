import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateKubeSchema } from '../../../../scripts/generate-kube-schema.ts';
import { schemaResources, structNamed, structNames } from './kube-types.ts';

test('is what its generator makes of the installed client library', async () => {
  const read = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
  const { schema, descriptions } = await generateKubeSchema();
  expect(read('kube-schema.json')).toBe(schema);
  expect(read('kube-descriptions.json')).toBe(descriptions);
});

test('every type can be read, and refers only to types that exist', () => {
  for (const name of structNames) expect(structNamed(name).fields.size, name).toBeGreaterThanOrEqual(0);
});

test('knows how lists are merged', () => {
  const containers = structNamed('core.v1.PodSpec').fields.get('containers')!;
  expect(containers).toMatchObject({
    isRequired: true,
    type: { type: 'list', topology: 'map', keys: [{ name: 'name' }] },
    patch: { list: 'merge', key: 'name' },
  });
  const ports = structNamed('core.v1.Container').fields.get('ports')!;
  expect(ports.type).toMatchObject({ keys: [{ name: 'containerPort' }, { name: 'protocol', default: 'TCP' }] });
});

test('serves stable versions only', () => {
  expect(schemaResources.filter(({ version }) => !/^v\d+$/.test(version))).toEqual([]);
});
