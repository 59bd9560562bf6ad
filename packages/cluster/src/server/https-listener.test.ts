import { request } from 'node:https';
import { afterEach, expect, test } from 'vitest';
import { createCluster, type ListeningCluster } from '../cluster.ts';

const cluster = createCluster({ controllers: false });
let listening: ListeningCluster | undefined;

afterEach(async () => {
  await listening?.listener.close();
  listening = undefined;
});

interface Sent {
  readonly status: number;
  readonly text: string;
}

function send(
  method: string,
  path: string,
  options: { body?: string; token?: string; type?: string } = {},
): Promise<Sent> {
  const { url, caPem, token } = listening!;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}${path}`,
      {
        method,
        ca: caPem,
        agent: false,
        headers: {
          authorization: `Bearer ${options.token ?? token}`,
          ...(options.type !== undefined && { 'content-type': options.type }),
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode!, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

test('speaks HTTPS with a certificate that its own authority vouches for', async () => {
  listening = await cluster.listen();
  const { status, text } = await send('GET', '/version');
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ major: '1' });
});

test('refuses a wrong token with a Status', async () => {
  listening = await cluster.listen();
  const { status, text } = await send('GET', '/api/v1/namespaces', { token: 'guessed' });
  expect(status).toBe(401);
  expect(JSON.parse(text)).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
});

test('refuses a body above three mebibytes', async () => {
  listening = await cluster.listen();
  const { status, text } = await send('POST', '/api/v1/namespaces', { body: 'x'.repeat(3 * 1024 * 1024 + 1) });
  expect(status).toBe(413);
  expect(JSON.parse(text)).toMatchObject({ reason: 'RequestEntityTooLarge' });
});

test('creates, lists, applies and watches over the wire', async () => {
  listening = await cluster.listen();
  const configMaps = '/api/v1/namespaces/default/configmaps';
  const apply = (body: unknown) =>
    send('PATCH', `${configMaps}/applied?fieldManager=me`, {
      body: JSON.stringify(body),
      type: 'application/apply-patch+yaml',
    });
  const created = await send('POST', configMaps, {
    body: JSON.stringify({ metadata: { name: 'made' }, data: { a: '1' } }),
  });
  expect(created.status).toBe(201);
  const applied = await apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data: { b: '2' } });
  expect(applied.status).toBe(201);
  const list = JSON.parse((await send('GET', configMaps)).text);
  expect(list.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['applied', 'made']);
  const watch = await send('GET', `${configMaps}?watch=true&timeoutSeconds=1`);
  const events = watch.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ type, object }) => [type, object.metadata.name])).toEqual([
    ['ADDED', 'applied'],
    ['ADDED', 'made'],
  ]);
});
