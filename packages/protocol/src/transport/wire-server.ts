import { createServer, type Server, type Socket } from 'node:net';
import { quickWirePreamble } from '@radiant/model';
import type { UnaryService } from '../rpc/unary-service.ts';
import { serveFrames } from './frame-connection.ts';
import { type GrpcHandover, serveGrpcOn } from './grpc-server.ts';

export interface WireServer {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves unary calls on a free port of the loopback address, to peers of either wire: who begins with the preamble of the
 * quick wire speaks in frames, everybody else gRPC, whose library is loaded when the first of them comes.
 */
export async function serveWires(service: UnaryService): Promise<WireServer> {
  const sockets = new Set<Socket>();
  let grpc: Promise<GrpcHandover> | undefined;
  const server = createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    distinguish(socket, {
      quick: () => serveFrames(socket, service),
      grpc: () => {
        grpc ??= serveGrpcOn(service);
        grpc.then(
          ({ take }) => take(socket),
          () => socket.destroy(),
        );
      },
    });
  });
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    async close() {
      server.close();
      const handover = await grpc?.catch(() => undefined);
      await handover?.close();
      await Promise.all(Array.from(sockets, farewell));
    },
  };
}

/** How long calls that have been answered get to be sent. */
const farewellMs = 500;

function farewell(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => socket.destroy(), farewellMs);
    socket.once('close', () => {
      clearTimeout(force);
      resolve();
    });
    socket.end();
    if (socket.destroyed) {
      clearTimeout(force);
      resolve();
    }
  });
}

/** Reads the first bytes of a connection, and gives those back that are not a preamble. */
function distinguish(socket: Socket, wires: { readonly quick: () => void; readonly grpc: () => void }): void {
  let head: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const compared = Math.min(head.length, quickWirePreamble.length);
    const isQuick = head.subarray(0, compared).equals(quickWirePreamble.subarray(0, compared));
    if (isQuick && head.length < quickWirePreamble.length) return;
    socket.off('data', onData);
    socket.pause();
    const rest = isQuick ? head.subarray(quickWirePreamble.length) : head;
    if (rest.length > 0) socket.unshift(rest);
    if (isQuick) wires.quick();
    else wires.grpc();
    if (isQuick) socket.resume();
  };
  socket.on('data', onData);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address();
      if (bound !== null && typeof bound === 'object') resolve(bound.port);
      else reject(new Error('the operating system gave no port'));
    });
  });
}
