import { describe, expect, test } from 'vitest';
import { apiServer, row } from '../testing/api-server.ts';

function object(kind: string, rest: Record<string, unknown>) {
  return { apiVersion: 'v1', kind, metadata: { name: 'settings', namespace: 'default' }, ...rest };
}

describe('a ConfigMap is refused', () => {
  test('for keys that cannot be file names', () => {
    expect(apiServer().refusal(object('ConfigMap', { data: { 'a/b': 'x' } }))).toBe(
      "ConfigMap \"settings\" is invalid: data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    );
  });

  test('for a key in both data and binaryData', () => {
    const message = apiServer().refusal(object('ConfigMap', { data: { a: 'x' }, binaryData: { a: 'eA==' } }));
    expect(message).toBe(
      'ConfigMap "settings" is invalid: data[a]: Invalid value: "a": duplicate of key present in binaryData',
    );
  });

  test('for more than a MiB', () => {
    const message = apiServer().refusal(object('ConfigMap', { data: { a: 'x'.repeat(1024 * 1024 + 1) } }));
    expect(message).toContain('Too long: may not be more than 1048576 bytes');
  });
});

test.each(['ConfigMap', 'Secret'])('An immutable %s keeps its data, and stays immutable', (kind) => {
  const server = apiServer();
  const created = server.create(object(kind, { immutable: true, data: { a: 'eA==' } }));
  const refusal = server.changeRefusal(created, (one) => {
    one.data = { a: 'eQ==' };
    one.immutable = false;
  });
  expect(refusal).toBe(
    `${kind} "settings" is invalid: [immutable: Forbidden: field is immutable when \`immutable\` is set, data: Forbidden: field is immutable when \`immutable\` is set]`,
  );
});

describe('a Secret', () => {
  test('is Opaque, and keeps stringData as data', () => {
    const created = apiServer().create(object('Secret', { stringData: { password: 'hunter2' } }));
    expect(created).toMatchObject({ type: 'Opaque', data: { password: Buffer.from('hunter2').toString('base64') } });
    expect(created).not.toHaveProperty('stringData');
  });

  test('keeps its type', () => {
    const server = apiServer();
    const refusal = server.changeRefusal(server.create(object('Secret', {})), (one) => {
      one.type = 'example.com/other';
    });
    expect(refusal).toBe('Secret "settings" is invalid: type: Invalid value: "example.com/other": field is immutable');
  });

  test.each([
    ['kubernetes.io/tls', '[data[tls.crt]: Required value, data[tls.key]: Required value]'],
    ['kubernetes.io/dockerconfigjson', 'data[.dockerconfigjson]: Required value'],
    ['kubernetes.io/basic-auth', '[data[username]: Required value, data[password]: Required value]'],
    ['kubernetes.io/ssh-auth', 'data[ssh-privatekey]: Required value'],
  ])('of type %s has its keys', (type, message) => {
    expect(apiServer().refusal(object('Secret', { type }))).toBe(`Secret "settings" is invalid: ${message}`);
  });
});

test('ConfigMaps and Secrets are shown with how much they hold', () => {
  const server = apiServer();
  expect(row(server.create(object('ConfigMap', { data: { a: '1', b: '2' }, binaryData: { c: 'eA==' } })))).toEqual({
    Name: 'settings',
    Data: '3',
    Age: '0s',
  });
  expect(row(server.create(object('Secret', { data: { a: 'eA==' } })))).toEqual({
    Name: 'settings',
    Type: 'Opaque',
    Data: '1',
    Age: '0s',
  });
});
