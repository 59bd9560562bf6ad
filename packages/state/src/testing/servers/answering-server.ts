import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** XML when absent. */
  readonly type?: string;
}

/** An HTTP server that gives these answers in turn, and the last of them ever after. Resolves to its address. */
export async function startAnswering(...answers: readonly HttpAnswer[]): Promise<string> {
  let count = 0;
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.once('end', () => {
      const { status, body, type = 'application/xml' } = answers[Math.min(count, answers.length - 1)]!;
      count += 1;
      response.writeHead(status, { 'content-type': type, etag: '"1"' });
      response.end(incoming.method === 'HEAD' ? undefined : body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy that reaches nothing: it answers with an empty listing, and keeps in `asked` what was wanted of it. */
export async function startProxy(): Promise<{ readonly address: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    incoming.resume();
    response.end('<ListBucketResult></ListBucketResult>');
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
