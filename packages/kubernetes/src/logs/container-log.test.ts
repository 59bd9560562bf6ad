import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ApiConnection } from '../client/api-connection.ts';
import { KubeClient } from '../client/kube-client.ts';
import type { KubeObject } from '../json.ts';
import { realClock } from '../testing/real-clock.ts';
import { ContainerLog } from './container-log.ts';

let server: Server | undefined;
let client: KubeClient | undefined;

afterEach(async () => {
  await client?.connection.close();
  server?.closeAllConnections();
  server?.close();
});

/** Serves the log of one container; `asked` holds the parameters of each request. */
async function serve(answer: (query: URLSearchParams, count: number, response: ServerResponse) => void) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://x');
    const kind = searchParams.get('previous') === 'true' ? 'previous' : (searchParams.get('follow') ?? 'now');
    asked.push(`${kind} since ${searchParams.get('sinceTime')}`);
    answer(searchParams, asked.length, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = () => Promise.resolve({ headers: {} });
  client = new KubeClient(new ApiConnection({ url, isInsecure: false, env: {}, credentials }), realClock);
  return { log: new ContainerLog(client, podWith(0), 'main', 0n), asked };
}

function podWith(restartCount: number): KubeObject {
  return {
    metadata: { name: 'web', namespace: 'shop', uid: '1' },
    spec: { containers: [{ name: 'main' }] },
    status: { containerStatuses: [{ name: 'main', restartCount }] },
  };
}

const signal = new AbortController().signal;

async function texts(lines: AsyncGenerator<{ readonly text: string }>): Promise<readonly string[]> {
  const read = [];
  for await (const { text } of lines) read.push(text);
  return read;
}

function refuse(response: ServerResponse, code: number, message: string): void {
  response.statusCode = code;
  response.end(JSON.stringify({ kind: 'Status', code, message }));
}

it('takes a log up again where it broke, and tells no line twice', async () => {
  const { log, asked } = await serve((_, count, response) => {
    response.write('2026-11-28T22:00:00.1Z one\n2026-11-28T22:00:01.2Z two\n');
    if (count === 1) setImmediate(() => response.destroy());
    else response.end('2026-11-28T22:00:01.2Z three\n');
  });
  expect(await texts(log.read(podWith(0), signal))).toEqual(['one', 'two', 'three']);
  expect(asked).toEqual(['now since 1970-01-01T00:00:00Z', 'now since 2026-11-28T22:00:01Z']);
});

it('tells what a container wrote last before it was started again', async () => {
  const former = '2026-11-28T22:00:00Z started\n';
  const { log } = await serve((query, count, response) => {
    if (query.get('previous') === 'true') response.end(`${former}2026-11-28T22:00:05Z failed\n`);
    else response.end(count === 1 ? former : '2026-11-28T22:00:05Z started again\n');
  });
  expect(await texts(log.follow(podWith(0), signal))).toEqual(['started']);
  expect(await texts(log.follow(podWith(1), signal))).toEqual(['failed', 'started again']);
});

it('has nothing to tell of a container that waits, and of a pod that is gone', async () => {
  const { log } = await serve((_, count, response) => {
    if (count === 1) refuse(response, 400, 'container "main" in pod "web" is waiting to start: ContainerCreating');
    else refuse(response, 404, 'pods "web" not found');
  });
  expect(await texts(log.read(podWith(0), signal))).toEqual([]);
  expect(await texts(log.read(podWith(0), signal))).toEqual([]);
});

it('says why it may not be read', async () => {
  const { log } = await serve((_, _count, response) => refuse(response, 403, 'pods "web" is forbidden'));
  await expect(texts(log.read(podWith(0), signal))).rejects.toThrow('pods "web" is forbidden');
});
