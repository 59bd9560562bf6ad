import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { FrameCutter, quickWirePreamble, type ReplyFrame, readReply, requestHead } from '@radiant/model';

/** What a call ended in: a reply, or a status of gRPC with the peer's words. */
export type Answer = { readonly reply: Buffer } | { readonly status: number; readonly details: string };

export const statuses = { cancelled: 1, unavailable: 14 } as const;

/**
 * The program's end of the quick wire. Calls that are made in one turn of the event loop go out together. Like a gRPC
 * client, it keeps the process alive while a call is open, and no longer.
 */
export class FrameClient {
  readonly #socket: Socket;
  readonly #open = new Map<number, (answer: Answer) => void>();
  readonly #paths = new Map<string, Buffer>();
  #nextCall = 1;
  #isCorked = false;
  #lost: string | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const cutter = new FrameCutter();
    socket.setNoDelay(true);
    socket.unref();
    socket.write(quickWirePreamble);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of cutter.cut(chunk)) this.#settle(readReply(frame));
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', () => this.#lose('the connection was closed'));
  }

  /** Returns what gives the call up. `done` is called once, and never before this returns. */
  call(path: string, message: Uint8Array, done: (answer: Answer) => void): () => void {
    if (this.#lost !== undefined) {
      const details = this.#lost;
      setImmediate(() => done({ status: statuses.unavailable, details }));
      return () => {};
    }
    const call = this.#nextCall;
    this.#nextCall = (call + 1) >>> 0;
    if (this.#open.size === 0) this.#socket.ref();
    // The SDK looks in its callbacks for what belongs to the caller.
    this.#open.set(call, AsyncLocalStorage.bind(done));
    this.#send(call, path, message);
    return () => this.#finish(call, { status: statuses.cancelled, details: 'Cancelled on client' });
  }

  #send(call: number, path: string, message: Uint8Array): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    let name = this.#paths.get(path);
    if (name === undefined) {
      name = Buffer.from(path, 'latin1');
      this.#paths.set(path, name);
    }
    this.#socket.write(requestHead(call, name, message.length));
    if (message.length > 0) this.#socket.write(message);
  }

  #settle({ call, status, message }: ReplyFrame): void {
    this.#finish(call, status === 0 ? { reply: message } : { status, details: message.toString('utf8') });
  }

  #finish(call: number, answer: Answer): void {
    const done = this.#open.get(call);
    if (done === undefined) return;
    this.#open.delete(call);
    if (this.#open.size === 0) this.#socket.unref();
    // What a callback throws is the program's own affair, as with gRPC.
    process.nextTick(done, answer);
  }

  #lose(details: string): void {
    this.#lost ??= details;
    for (const call of [...this.#open.keys()]) this.#finish(call, { status: statuses.unavailable, details });
  }
}
