import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../api-error.ts';
import { decodeProtobuf } from './protobuf.ts';
import { field, integerField, message } from './protobuf-writer.ts';
import { testApi } from './testing.ts';

const envelope = (apiVersion: string, kind: string, raw: Uint8Array) =>
  message(Buffer.from('k8s\0'), field(1, message(field(1, apiVersion), field(2, kind))), field(2, raw));

test('an object is read by the numbers of its fields, maps and embedded messages included', () => {
  const volume = message(field(1, 'v'), field(2, field(2, message(field(1, '')))));
  const container = message(
    field(1, 'c'),
    field(2, 'nginx'),
    integerField(16, 0),
    field(6, message(integerField(3, 80))),
  );
  const pod = message(
    field(1, message(field(1, 'p'), field(11, message(field(1, 'app'), field(2, 'web'))), field(8, ''))),
    field(2, message(field(1, volume), field(2, container), integerField(4, 0), field(10, ''), integerField(11, 0))),
    field(3, ''),
  );
  expect(decodeProtobuf(envelope('v1', 'Pod', pod))).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels: { app: 'web' } },
    spec: {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80 }] }],
      // Zero by a pointer is a zero that somebody gave; zeros of plain fields are not.
      terminationGracePeriodSeconds: 0,
    },
  });
});

test('the API server takes it like JSON', async () => {
  const api = testApi();
  const configMap = message(field(1, field(1, 'made')), field(2, message(field(1, 'k'), field(2, 'v'))));
  const response = await api.cluster.handle({
    method: 'POST',
    url: '/api/v1/namespaces/default/configmaps',
    headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
    body: envelope('v1', 'ConfigMap', configMap),
  });
  expect(response.status).toBe(201);
  expect((await api.get('/api/v1/namespaces/default/configmaps/made')).body.data).toEqual({ k: 'v' });
});

test('a kind whose numbers are not known is refused', () => {
  expect(() => decodeProtobuf(envelope('example.com/v1', 'Widget', Buffer.alloc(0)))).toThrow(
    'Widget of example.com/v1 is not accepted as protobuf',
  );
});

test('anything else is an error of the client', () => {
  const start = envelope('apps/v1', 'Deployment', Buffer.alloc(0));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (noise, isFramed) => {
      const body = isFramed
        ? envelope('apps/v1', 'Deployment', noise)
        : Buffer.concat([start.subarray(0, noise.length % start.length), noise]);
      try {
        decodeProtobuf(body);
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
      }
    }),
  );
});
