import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ApiError } from '../api-error.ts';
import type { KubeRequest, KubeResponse } from './http-messages.ts';
import { protobufType } from './request-body.ts';
import type { Handler } from './router.ts';
import { failureResponse } from './status.ts';

export interface ListenerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Bearer token every request must carry. */
  readonly token: string;
  readonly handle: Handler;
}

export interface Listener {
  readonly port: number;
  /** Requests that are being answered, watches included. */
  activeRequests(): number;
  /** When the last request began or ended, by Date.now(). */
  lastActivityMs(): number;
  /** Ends watches, answers what is being worked on, and frees the port. */
  close(): Promise<void>;
}

/** One request and its answer. */
interface Exchange {
  readonly outgoing: ServerResponse;
  /** Set while a stream is being written. */
  stopStream: (() => void) | undefined;
}

const host = '127.0.0.1';
export const maxBodyBytes = 3 * 1024 * 1024;
const keepAliveMs = 120_000;
const closeGraceMs = 500;
/** A watcher that reads nothing while this much waits for it is cut off; it lists again when it comes back. */
const maxUnreadBytes = 64 * 1024 * 1024;

/** Serves the API on loopback over HTTPS. Rejects when the port is taken (`EADDRINUSE`). */
export async function listenHttps(options: ListenerOptions): Promise<Listener> {
  const active = new Set<Exchange>();
  const sockets = new Set<Socket>();
  let lastActivityMs = Date.now();
  const server = createServer(
    { cert: options.certificatePem, key: options.keyPem, keepAlive: true, noDelay: true },
    (incoming, outgoing) => {
      lastActivityMs = Date.now();
      const exchange: Exchange = { stopStream: undefined, outgoing };
      active.add(exchange);
      outgoing.on('close', () => {
        active.delete(exchange);
        exchange.stopStream?.();
        lastActivityMs = Date.now();
      });
      outgoing.on('error', () => outgoing.destroy());
      void serve(incoming, exchange, options);
    },
  );
  server.keepAliveTimeout = keepAliveMs;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    activeRequests: () => active.size,
    lastActivityMs: () => lastActivityMs,
    close: () => close(server, active, sockets),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
}

function close(server: Server, active: ReadonlySet<Exchange>, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, closeGraceMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    for (const { stopStream, outgoing } of [...active]) {
      if (stopStream === undefined) continue;
      stopStream();
      outgoing.end();
    }
    server.closeIdleConnections();
  });
}

async function serve(incoming: IncomingMessage, exchange: Exchange, { token, handle }: ListenerOptions): Promise<void> {
  const { outgoing } = exchange;
  try {
    if (!isAuthorized(incoming.headers.authorization, token)) {
      incoming.resume();
      return send(exchange, incoming.method, failureResponse(new ApiError(401, 'Unauthorized', 'Unauthorized')));
    }
    const body = await readBody(incoming);
    const request: KubeRequest = {
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '/',
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : value,
        ]),
      ),
      ...(body.length > 0 && { body: isProtobuf(incoming) ? body : body.toString('utf8') }),
    };
    send(exchange, request.method, await handle(request));
  } catch (error) {
    if (outgoing.headersSent) outgoing.destroy();
    else send(exchange, incoming.method, failureResponse(error));
  }
}

function isAuthorized(header: string | undefined, token: string): boolean {
  const given = Buffer.from(/^bearer\s+(.+)$/i.exec(header ?? '')?.[1]?.trim() ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function isProtobuf(incoming: IncomingMessage): boolean {
  return incoming.headers['content-type']?.startsWith(protobufType) === true;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) {
    throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`);
  }
  return Buffer.concat(chunks);
}

function send(exchange: Exchange, method: string | undefined, { status, headers, body }: KubeResponse): void {
  const { outgoing } = exchange;
  if (outgoing.destroyed) return;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value as string | string[]);
  outgoing.setHeader('cache-control', 'no-cache, private');
  if (typeof body === 'string' || body instanceof Uint8Array) {
    outgoing.setHeader('content-length', Buffer.byteLength(body));
    outgoing.writeHead(status);
    outgoing.end(method === 'HEAD' ? undefined : body);
    return;
  }
  outgoing.writeHead(status);
  outgoing.flushHeaders();
  exchange.stopStream = body.start({
    write: (text) => {
      outgoing.write(text);
      if (outgoing.writableLength > maxUnreadBytes) outgoing.destroy();
    },
    end: () => void outgoing.end(),
  });
}
