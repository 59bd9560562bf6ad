import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { builtinRoute } from '../kinds/builtin-kinds.ts';
import { kubeKind } from '../kinds/resource-kind.ts';
import { realClock } from '../testing/real-clock.ts';
import { ApiConnection } from './api-connection.ts';
import { Informers } from './informer.ts';
import { KubeClient } from './kube-client.ts';
import { untilLive } from './wait.ts';

const route = builtinRoute(kubeKind('v1', 'ConfigMap'))!;
let server: Server | undefined;
let client: KubeClient | undefined;

afterEach(async () => {
  await client?.connection.close();
  server?.closeAllConnections();
  server?.close();
});

interface Requests {
  lists: number;
  watches: string[];
}

/** Serves one collection; `list` and `watch` answer the nth request of their kind. */
async function serve(
  list: (count: number) => { status?: number; items?: object[]; version?: string },
  watch: (count: number, response: ServerResponse) => void,
): Promise<{ informers: Informers; requests: Requests }> {
  const requests: Requests = { lists: 0, watches: [] };
  server = createServer((request, response) => {
    const query = new URL(request.url!, 'http://x').searchParams;
    if (query.get('watch') === 'true') {
      requests.watches.push(query.get('resourceVersion') ?? '');
      watch(requests.watches.length, response);
      return;
    }
    requests.lists += 1;
    const { status = 200, items = [], version = '1' } = list(requests.lists);
    response.statusCode = status;
    if (status === 200) response.end(JSON.stringify({ items, metadata: { resourceVersion: version } }));
    else response.end(JSON.stringify({ kind: 'Status', reason: 'Forbidden', message: 'you may not' }));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = () => Promise.resolve({ headers: {} });
  client = new KubeClient(new ApiConnection({ url, isInsecure: false, env: {}, credentials }), realClock);
  return { informers: new Informers(client, realClock), requests };
}

function event(type: string, name: string, version: string): string {
  return `${JSON.stringify({ type, object: { metadata: { name, uid: `${name}-uid`, resourceVersion: version } } })}\n`;
}

function limits(timeoutMs = 5_000) {
  return { clock: realClock, deadlineMs: realClock.nowMs() + timeoutMs, signal: new AbortController().signal };
}

test('what changes after the list is seen, and one watch serves all who wait', async () => {
  const { informers, requests } = await serve(
    () => ({ items: [{ metadata: { name: 'a', uid: 'a' } }] }),
    (_, response) => response.write(event('ADDED', 'b', '2') + event('DELETED', 'a', '3')),
  );
  const informer = informers.open(route, 'n');
  const waits = ['b', 'b'].map((name) =>
    untilLive(
      [informers.open(route, 'n')],
      () => (informer.get(name) && !informer.get('a') ? true : undefined),
      limits(),
    ),
  );
  expect(await Promise.all(waits)).toEqual([
    { kind: 'done', value: true },
    { kind: 'done', value: true },
  ]);
  expect(requests).toEqual({ lists: 1, watches: ['1'] });
  informers.close();
});

test('a watch that ends goes on where it was; one that fell behind is listed anew', async () => {
  const { informers, requests } = await serve(
    (count) => (count === 1 ? { version: '1' } : { version: '50', items: [{ metadata: { name: 'late', uid: 'l' } }] }),
    (count, response) => {
      if (count === 1) response.end(event('BOOKMARK', '', '7'));
      else if (count === 2)
        response.end(
          `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`,
        );
      else response.flushHeaders();
    },
  );
  const informer = informers.open(route, 'n');
  expect(await untilLive([informer], () => informer.get('late') && true, limits())).toEqual({
    kind: 'done',
    value: true,
  });
  await untilLive([informer], () => (requests.watches.length === 3 ? true : undefined), limits(300));
  expect(requests).toEqual({ lists: 2, watches: ['1', '7', '50'] });
  informers.close();
});

test('waiting ends when its time is over, and when it is cancelled', async () => {
  const { informers } = await serve(
    () => ({}),
    (_, response) => response.flushHeaders(),
  );
  const informer = informers.open(route, 'n');
  expect(await untilLive([informer], () => undefined, limits(20))).toEqual({ kind: 'timed-out' });
  const abort = new AbortController();
  const waited = untilLive([informer], () => undefined, { ...limits(), signal: abort.signal });
  abort.abort();
  expect(await waited).toEqual({ kind: 'cancelled' });
  informers.close();
});

test('a kind that may not be listed says so, unless it is only looked at beside', async () => {
  const { informers } = await serve(
    () => ({ status: 403 }),
    () => undefined,
  );
  await expect(untilLive([informers.open(route, 'n')], () => true, limits())).rejects.toMatchObject({ code: 403 });
  expect(await untilLive([], () => true, limits(), [informers.open(route, 'n')])).toEqual({
    kind: 'done',
    value: true,
  });
});

test('an API server that goes away is an outage to those who wait, until it is back', async () => {
  const { informers } = await serve(
    () => ({ items: [{ metadata: { name: 'a', uid: 'a' } }] }),
    (_, response) => response.flushHeaders(),
  );
  const informer = informers.open(route, 'n');
  await informer.synced;
  const { port } = server!.address() as AddressInfo;
  const gone = untilLive([informer], () => informer.outage || undefined, limits());
  server!.close();
  server!.closeAllConnections();
  expect(await gone).toEqual({ kind: 'done', value: expect.stringContaining('ECONNREFUSED') });
  const back = untilLive([informer], () => (informer.outage === '' ? true : undefined), limits());
  server!.listen(port, '127.0.0.1');
  expect(await back).toEqual({ kind: 'done', value: true });
});
