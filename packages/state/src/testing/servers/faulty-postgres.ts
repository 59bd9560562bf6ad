import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultPlan, NetworkFault } from './fault-plan.ts';
import type { FaultyProxy } from './faulty-http.ts';

const socketName = '.s.PGSQL.5432';

/** Stands between a client and the PostgreSQL whose socket is in `folder`, and does to each query what the plan says. */
export async function startFaultyPostgres(folder: string, plan: FaultPlan): Promise<FaultyProxy> {
  const own = mkdtempSync(join(tmpdir(), 'radiant-pgx-'));
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = createConnection(join(folder, socketName));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    }
    relay(client, upstream, plan);
  });
  await new Promise<void>((resolve) => server.listen(join(own, socketName), resolve));
  return {
    address: own,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(own, { recursive: true, force: true });
    },
  };
}

function relay(client: Socket, upstream: Socket, plan: FaultPlan): void {
  let held = Buffer.alloc(0);
  let isStarted = false;
  /** What becomes of the request whose answer is awaited. */
  let fault: NetworkFault | undefined;
  let goingOn: Promise<void> | undefined;
  client.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data]);
    for (;;) {
      const end = endOfRequest(held, isStarted);
      if (end === undefined) return;
      const request = held.subarray(0, end);
      held = held.subarray(end);
      // The first message opens the connection.
      fault = isStarted ? plan.next() : undefined;
      isStarted = true;
      goingOn = undefined;
      switch (fault) {
        case undefined:
        case 'lost':
        case 'stopped-after':
          upstream.write(request);
          continue;
        case 'stopped-before':
          void plan.stopped().then(() => upstream.write(request));
          continue;
        case 'denied':
          client.write(refusal('42501', 'permission denied'));
          continue;
        case 'full':
          client.write(refusal('53100', 'could not extend file: No space left on device'));
          continue;
        case 'torn':
          upstream.write(request.subarray(0, request.length / 2));
      }
      client.destroy();
      if (fault === 'late') setTimeout(() => upstream.end(request), plan.lateMs);
      else upstream.destroy();
      return;
    }
  });
  upstream.on('data', (data) => {
    switch (fault) {
      case 'lost':
        if (data.subarray(-6, -1).equals(readyForQuery)) client.destroy();
        return;
      case 'stopped-after':
        goingOn ??= plan.stopped();
        void goingOn.then(() => client.write(data));
        return;
      default:
        client.write(data);
    }
  });
  client.once('close', () => {
    if (!upstream.destroyed) upstream.end();
  });
  upstream.once('close', () => client.destroy());
}

/** An answer of the server's own: the statement failed, and the connection is good for another. */
function refusal(state: string, message: string): Buffer {
  const fields = Buffer.from(`SERROR\0C${state}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields, readyForQuery, Buffer.from('I')]);
}

const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5]);
const [query, sync] = [0x51, 0x53];

/** Where the messages end that the server answers together; undefined when they are not all there. */
function endOfRequest(bytes: Buffer, isStarted: boolean): number | undefined {
  if (!isStarted) {
    const length = bytes.length < 4 ? Number.POSITIVE_INFINITY : bytes.readInt32BE(0);
    return bytes.length < length ? undefined : length;
  }
  for (let offset = 0; offset + 5 <= bytes.length; ) {
    const type = bytes[offset]!;
    offset += 1 + bytes.readInt32BE(offset + 1);
    if (offset > bytes.length) return undefined;
    if (type === query || type === sync || type === 0x58) return offset;
  }
  return undefined;
}
