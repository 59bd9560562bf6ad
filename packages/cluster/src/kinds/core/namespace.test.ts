import { expect, test } from 'vitest';
import { apiServer, row } from '../testing/api-server.ts';

const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

test('A Namespace has its name as a label, a finalizer and a phase', () => {
  const created = apiServer().create(shop);
  expect(created).toMatchObject({
    metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
  expect(row(created)).toEqual({ Name: 'shop', Status: 'Active', Age: '0s' });
});

test('A Namespace keeps its finalizer whatever clients say', () => {
  const server = apiServer();
  const changed = server.change(server.create(shop), (one) => {
    one.spec = {};
  });
  expect(changed.spec).toEqual({ finalizers: ['kubernetes'] });
});

test('A Namespace’s name is a label', () => {
  expect(apiServer().refusal({ ...shop, metadata: { name: 'my.shop' } })).toContain(
    'metadata.name: Invalid value: "my.shop": a lowercase RFC 1123 label',
  );
});
