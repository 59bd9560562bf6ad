import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@radiant/model';
import { afterEach, expect, test } from 'vitest';
import { TestStack } from '../testing/test-stack.ts';

/** Pauses take no time, and time passes only in pauses. */
function impatientClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    async sleep(delayMs) {
      // A deadline is not slept through: it passes pause by pause.
      if (delayMs > 5_000) return new Promise(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      nowMs += delayMs;
    },
  };
}

const type = 'kubernetes:core/v1:ConfigMap';
const program = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'n' }, data: {} };
let server: Server | undefined;
let stack: TestStack | undefined;

afterEach(async () => {
  await stack?.close();
  server?.closeAllConnections();
  server?.close();
});

/** A server on which this user may read and write single objects of the namespace, and nothing else. */
async function serve(patch: (count: number) => [status: number, body: object]): Promise<TestStack> {
  let patches = 0;
  server = createServer((request, response) => {
    request.resume();
    const path = request.url!.split('?')[0]!;
    const isObject = path === '/api/v1/namespaces/n/configmaps/x';
    const answer: [number, object] =
      isObject && request.method === 'PATCH'
        ? patch(++patches)
        : isObject
          ? [404, { kind: 'Status', reason: 'NotFound', message: 'configmaps "x" not found' }]
          : [403, { kind: 'Status', reason: 'Forbidden', message: 'you cannot list resource' }];
    response.writeHead(answer[0], { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer[1]));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: url } }],
    contexts: [{ name: 'c', context: { cluster: 'c' } }],
  });
  stack = await TestStack.open({ kubeconfig }, { clock: impatientClock() });
  return stack;
}

const missing: [number, object] = [
  404,
  {
    kind: 'Status',
    reason: 'NotFound',
    message: 'namespaces "n" not found',
    details: { name: 'n', kind: 'namespaces' },
  },
];

test('who may not list, and not know which cluster it is, can still create', async () => {
  const opened = await serve(() => [201, { ...program, metadata: { ...program.metadata, uid: 'u' } }]);
  expect(opened.configured.remember).toMatchObject({ __radiantCluster: { uid: '' } });
  expect((await opened.create(type, 'x', program)).id).toBe('n/x');
});

test('who may not watch namespaces waits for one by trying again', async () => {
  const opened = await serve((count) => (count < 3 ? missing : [201, program]));
  expect((await opened.create(type, 'x', program)).id).toBe('n/x');
});

test('a namespace that never comes is an error that says how to make it', async () => {
  await expect((await serve(() => missing)).create(type, 'x', program)).rejects.toMatchObject({
    code: 'KUBERNETES_NAMESPACE_MISSING',
    remedy: expect.stringContaining('kubectl create namespace n'),
  });
});
