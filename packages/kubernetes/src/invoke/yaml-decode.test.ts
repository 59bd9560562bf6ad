import { Secret, Unknown } from '@radiant/model';
import { expect, test } from 'vitest';
import { decodeYaml } from './yaml-decode.ts';

const decode = (args: Record<string, never> | object) =>
  decodeYaml({ token: 'kubernetes:yaml:decode', args: args as never, isPreview: false }, () => true);

test('documents become objects; empty ones and those without a kind are left out', async () => {
  const text = '---\n# nothing\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\njust: data\n';
  expect((await decode({ text })).result).toEqual({
    result: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }],
  });
});

test('words, numbers, dates and times mean what they mean to Kubernetes', async () => {
  const text =
    'apiVersion: v1\nkind: X\nyes: yes\nmode: 0644\nwhen: 2020-01-01T00:00:00Z\nclock: 22:30\nbase: &b {a: 1}\nmerged: {<<: *b, c: 2}';
  expect((await decode({ text })).result.result).toEqual([
    {
      apiVersion: 'v1',
      kind: 'X',
      true: true,
      mode: 420,
      when: '2020-01-01T00:00:00Z',
      clock: '22:30',
      base: { a: 1 },
      merged: { a: 1, c: 2 },
    },
  ]);
});

test('namespaced objects without a namespace get the default one', async () => {
  const text =
    'apiVersion: v1\nkind: ConfigMap\n---\napiVersion: v1\nkind: Namespace\n---\napiVersion: v1\nkind: Pod\nmetadata: {namespace: own}';
  expect((await decode({ text, defaultNamespace: 'team' })).result.result).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'team' } },
    { apiVersion: 'v1', kind: 'Namespace' },
    { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'own' } },
  ]);
});

test('a secret text gives a secret result, an unknown one nothing yet', async () => {
  expect((await decode({ text: new Secret('apiVersion: v1\nkind: Pod') })).result.result).toBeInstanceOf(Secret);
  expect((await decode({ text: new Unknown() })).result).toEqual({});
});

test('broken YAML is an error that says where', async () => {
  await expect(decode({ text: 'a: [1' })).rejects.toMatchObject({
    code: 'YAML',
    summary: expect.stringMatching(/line 1/),
  });
});
