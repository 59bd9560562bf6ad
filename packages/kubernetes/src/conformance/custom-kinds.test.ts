import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestResource, TestStack, testContext } from '../testing/test-stack.ts';

/** An API server that has one custom kind, once it has been told of it. */
class WidgetServer {
  isDefined = false;
  isNamespaced = true;
  readonly objects = new Map<string, object>();
  readonly asked: string[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url!.split('?')[0]!;
        this.asked.push(`${request.method} ${path}`);
        const [status, body] = this.#answer(request.method!, path, Buffer.concat(chunks).toString('utf8'));
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return JSON.stringify({
      'current-context': 'c',
      clusters: [
        { name: 'c', cluster: { server: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/prefix` } },
      ],
      contexts: [{ name: 'c', context: { cluster: 'c' } }],
    });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(method: string, path: string, body: string): [status: number, body: object] {
    const missing = { kind: 'Status', reason: 'NotFound', message: 'the server could not find the requested resource' };
    if (path === '/prefix/api/v1/namespaces/kube-system') return [200, { metadata: { uid: 'u' } }];
    if (!this.isDefined) return [404, missing];
    if (path === '/prefix/apis/example.com/v1') {
      const status = { name: 'widgets/status', kind: 'Widget', namespaced: this.isNamespaced };
      return [200, { resources: [status, { name: 'widgets', kind: 'Widget', namespaced: this.isNamespaced }] }];
    }
    if (method === 'PATCH') {
      this.objects.set(path, JSON.parse(body) as object);
      return [201, this.objects.get(path)!];
    }
    if (path.endsWith('/widgets')) return [200, { items: [], metadata: { resourceVersion: '1' } }];
    const object = this.objects.get(path);
    return object === undefined ? [404, missing] : [200, object];
  }
}

const type = 'kubernetes:example.com/v1:Widget';
const program = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w' },
  spec: { size: null, list: [] },
};
const definition = (scope: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: { group: 'example.com', scope, names: { kind: 'Widget' } },
});

let server: WidgetServer;
let stack: TestStack;

beforeEach(async () => {
  server = new WidgetServer();
  stack = await TestStack.open({ kubeconfig: await server.listen() });
});
afterEach(async () => {
  await stack.close();
  server.close();
});

test('a custom object is made where the cluster says its kind is served, as the program wrote it', async () => {
  server.isDefined = true;
  const made = await stack.create(type, 'w', program);
  expect(made.id).toBe('default/w');
  expect(server.objects.get('/prefix/apis/example.com/v1/namespaces/default/widgets/w')).toEqual({
    ...program,
    metadata: { name: 'w', namespace: 'default' },
  });
  await stack.create(type, 'second', { ...program, metadata: { name: 'second' } });
  expect(server.asked.filter((asked) => asked === 'GET /prefix/apis/example.com/v1')).toHaveLength(1);
});

test('an object of a cluster-scoped custom kind gets no namespace', async () => {
  server.isDefined = true;
  server.isNamespaced = false;
  const made = await stack.create(type, 'w', program);
  expect(made).toMatchObject({ id: 'w', inputs: { metadata: { name: 'w' } } });
  expect([...server.objects.keys()]).toEqual(['/prefix/apis/example.com/v1/widgets/w']);
});

test('a definition in the same program says whether its objects are namespaced, before the cluster can', async () => {
  await stack.check('kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition', 'd', definition('Cluster'));
  expect((await stack.check(type, 'w', program)).metadata).toEqual({ name: 'w' });
  expect((await stack.previewCreate(type, 'w', program)).outputs).toMatchObject({ kind: 'Widget' });
});

test('a creation waits until the cluster serves the kind that the same program defines', async () => {
  await stack.check('kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition', 'd', definition('Namespaced'));
  const context = testContext();
  const creating = stack.create(type, 'w', program, context);
  setTimeout(() => {
    server.isDefined = true;
  }, 120);
  expect((await creating).id).toBe('default/w');
  expect(context.reports).toContain('Waiting for the cluster to serve Widget');
});

test('objects of a kind that is gone are gone', async () => {
  const inputs = { ...program, metadata: { name: 'w', namespace: 'default' } };
  const urn = stack.urn(type, 'w');
  const gone: TestResource = { urn, type, name: 'w', id: 'default/w', inputs, outputs: inputs, initErrors: [] };
  expect(await stack.refresh(gone)).toBeUndefined();
  await stack.delete(gone);
  expect(await stack.provider.inspect!([gone], testContext())).toEqual([
    { urn, severity: 'warning', message: expect.stringContaining('the cluster no longer serves Widget') },
  ]);
});
