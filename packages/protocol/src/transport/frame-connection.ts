import type { Socket } from 'node:net';
import { FrameCutter, readRequest, replyHead } from '@radiant/model';
import { type Caller, RpcError, statusCodes, type UnaryService } from '../rpc/unary-service.ts';

/** The quick wire is spoken by what is preloaded into Node.js programs. */
const caller: Caller = { isNodejs: true };

/**
 * Answers the requests of one connection on the quick wire. What was answered while one chunk of requests is worked on
 * goes out together. A peer that sends no frames is cut off.
 */
export function serveFrames(socket: Socket, service: UnaryService): void {
  const cutter = new FrameCutter();
  const out = new Outbox(socket);
  const answer = (frame: Buffer) => {
    const { call, path, message } = readRequest(frame);
    const handler = service.get(path);
    if (handler === undefined) {
      out.fail(call, new RpcError(statusCodes.unimplemented, `unknown method ${path}`));
      return;
    }
    handler(message, caller).then(
      (reply) => out.reply(call, reply),
      (error: unknown) => out.fail(call, error),
    );
  };
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const frame of cutter.cut(chunk)) answer(frame);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : undefined);
    }
  });
  // A program that has gone has nothing more to say, and nothing more to hear.
  socket.on('error', () => {});
}

/** Collects what is to be sent until the event loop turns. */
class Outbox {
  readonly #socket: Socket;
  #isCorked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  reply(call: number, message: Uint8Array): void {
    this.#write(replyHead(call, 0, message.length), message);
  }

  fail(call: number, error: unknown): void {
    const { code, message } =
      error instanceof RpcError ? error : { code: statusCodes.internal, message: String(error) };
    const details = Buffer.from(message, 'utf8');
    this.#write(replyHead(call, code, details.length), details);
  }

  #write(head: Buffer, body: Uint8Array): void {
    if (this.#socket.destroyed) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(head);
    if (body.length > 0) this.#socket.write(body);
  }
}
