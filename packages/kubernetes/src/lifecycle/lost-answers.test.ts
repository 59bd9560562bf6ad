import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, OutcomeUnknownError } from '@radiant/model';
import { afterEach, expect, test } from 'vitest';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import { TestStack, testContext } from '../testing/test-stack.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Pauses between attempts take no time. */
const impatientClock: Clock = { nowMs: () => Date.now(), sleep: () => new Promise((resolve) => setImmediate(resolve)) };

const type = 'kubernetes:core/v1:ConfigMap';
const program = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'n' }, data: { a: '1' } };
const path = '/api/v1/namespaces/n/configmaps/x';
let server: Server | undefined;
let stack: TestStack | undefined;

afterEach(async () => {
  await stack?.close();
  server?.closeAllConnections();
  server?.close();
});

/** An API server that answers as told: by method and path, each answer once, the last for ever. */
async function serve(answers: { readonly [methodAndPath: string]: readonly Answer[] }): Promise<TestStack> {
  const counts = new Map<string, number>();
  server = createServer((request, response) => {
    request.resume();
    const key = `${request.method} ${request.url!.split('?')[0]}`;
    const planned = answers[key];
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (planned === undefined)
      json(404, { kind: 'Status', reason: 'NotFound', message: 'not found' })(request, response);
    else planned[Math.min(count, planned.length - 1)]!(request, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const kubeconfig = JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
    contexts: [{ name: 'c', context: { cluster: 'c' } }],
  });
  stack = await TestStack.open({ kubeconfig }, { clock: impatientClock });
  return stack;
}

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

const silence: Answer = (request) => request.socket.destroy();
const kubeSystem = { 'GET /api/v1/namespaces/kube-system': [json(200, { metadata: { uid: 'u' } })] };
const nothing = {
  'GET /api/v1/namespaces/n/configmaps': [json(200, { items: [], metadata: { resourceVersion: '1' } })],
};

function made(fieldManager: string) {
  const managedFields = [{ manager: fieldManager, operation: 'Apply', fieldsType: 'FieldsV1', fieldsV1: {} }];
  return { ...program, metadata: { ...program.metadata, uid: 'o', managedFields } };
}

test('a write whose answer is lost is sent again, which does no harm', async () => {
  const urn = `urn:pulumi:test::kubernetes::${type}::x` as never;
  const again = json(200, made(fieldManagerOf(urn)));
  const result = await (await serve({ ...kubeSystem, ...nothing, [`PATCH ${path}`]: [silence, again] })).create(
    type,
    'x',
    program,
  );
  expect(result.id).toBe('n/x');
});

test('a write that is never answered has happened when the object carries its mark', async () => {
  const opened = await serve({
    ...kubeSystem,
    ...nothing,
    [`PATCH ${path}`]: [silence],
    [`GET ${path}`]: [json(200, made(fieldManagerOf(`urn:pulumi:test::kubernetes::${type}::x` as never)))],
  });
  expect((await opened.create(type, 'x', program)).id).toBe('n/x');
});

test('a write that is never answered, of which nothing is to be seen, is in doubt', async () => {
  const opened = await serve({ ...kubeSystem, ...nothing, [`PATCH ${path}`]: [silence], [`GET ${path}`]: [silence] });
  await expect(opened.create(type, 'x', program)).rejects.toThrow(OutcomeUnknownError);
});

test('a server that is too busy is asked again', async () => {
  const busy = json(429, { kind: 'Status', reason: 'TooManyRequests', message: 'slow down' }, { 'retry-after': '1' });
  const opened = await serve({ ...kubeSystem, ...nothing, [`PATCH ${path}`]: [busy, busy, json(201, made('m'))] });
  expect((await opened.create(type, 'x', program)).id).toBe('n/x');
});

test('warnings of the server reach the user', async () => {
  const warned = json(201, made('m'), { warning: '299 - "v1 ConfigMap is \\"old\\"", 299 - "unknown field \\"x\\""' });
  const context = testContext();
  await (await serve({ ...kubeSystem, ...nothing, [`PATCH ${path}`]: [warned] })).create(type, 'x', program, context);
  expect(context.warnings).toEqual(['v1 ConfigMap is "old"', 'unknown field "x"']);
});

test('something that is no API server is told so', async () => {
  const page: Answer = (_, response) => response.end('<html>hello</html>');
  const opened = await serve({ 'GET /api/v1/namespaces/kube-system': [page] });
  await expect(opened.create(type, 'x', program)).rejects.toMatchObject({
    code: 'KUBERNETES_UNREACHABLE',
    summary: expect.stringContaining('is this an API server?'),
  });
});
