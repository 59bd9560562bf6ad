/**
 * The quick wire: what a Node.js program and the engine say to each other in place of gRPC, over one connection. The
 * messages are those of gRPC; around them are frames. A connection begins with the preamble, by which the listener tells
 * it from HTTP/2.
 *
 * A request is `length u32, call u32, path length u16, path, message`; a reply `length u32, call u32, status u8, message`,
 * or after a status that is not 0, the details in UTF-8. Numbers are big-endian; `length` counts what follows it.
 */
export const quickWirePreamble = Buffer.from('RADIANT-WIRE-1\n', 'latin1');

/** What gRPC peers of the engine allow, too. */
export const frameBytesMax = 400 * 1024 * 1024;

const lengthBytes = 4;
const requestHeadBytes = lengthBytes + 4 + 2;
const replyHeadBytes = lengthBytes + 4 + 1;

/** The head of a request; its message follows. */
export function requestHead(call: number, path: Buffer, messageBytes: number): Buffer {
  const head = Buffer.allocUnsafe(requestHeadBytes + path.length);
  head.writeUInt32BE(head.length - lengthBytes + messageBytes, 0);
  head.writeUInt32BE(call, 4);
  head.writeUInt16BE(path.length, 8);
  path.copy(head, requestHeadBytes);
  return head;
}

/** The head of a reply; its message, or the details of an error, follows. */
export function replyHead(call: number, status: number, messageBytes: number): Buffer {
  const head = Buffer.allocUnsafe(replyHeadBytes);
  head.writeUInt32BE(replyHeadBytes - lengthBytes + messageBytes, 0);
  head.writeUInt32BE(call, 4);
  head.writeUInt8(status, 8);
  return head;
}

export interface RequestFrame {
  readonly call: number;
  readonly path: string;
  readonly message: Buffer;
}

export interface ReplyFrame {
  readonly call: number;
  /** A status code of gRPC. */
  readonly status: number;
  readonly message: Buffer;
}

/** `frame` is what follows the length. Throws RangeError for what is none. */
export function readRequest(frame: Buffer): RequestFrame {
  const pathEnd = 6 + frame.readUInt16BE(4);
  if (pathEnd > frame.length) throw new RangeError('a request is cut short');
  return { call: frame.readUInt32BE(0), path: frame.toString('latin1', 6, pathEnd), message: frame.subarray(pathEnd) };
}

/** `frame` is what follows the length. Throws RangeError for what is none. */
export function readReply(frame: Buffer): ReplyFrame {
  return { call: frame.readUInt32BE(0), status: frame.readUInt8(4), message: frame.subarray(5) };
}

/** Cuts a stream into frames, however it arrives. */
export class FrameCutter {
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Of the frame that has begun, its length included. */
  #wantedBytes = lengthBytes;

  /** Returns the frames that `chunk` completes, without their lengths. Throws RangeError for one that is too long. */
  cut(chunk: Buffer): Buffer[] {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes < this.#wantedBytes) return [];
    const all = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending, this.#pendingBytes);
    const frames: Buffer[] = [];
    let from = 0;
    this.#wantedBytes = lengthBytes;
    while (all.length - from >= lengthBytes) {
      const length = all.readUInt32BE(from);
      if (length > frameBytesMax) throw new RangeError(`a frame of ${length} bytes is longer than ${frameBytesMax}`);
      if (all.length - from < lengthBytes + length) {
        this.#wantedBytes = lengthBytes + length;
        break;
      }
      frames.push(all.subarray(from + lengthBytes, from + lengthBytes + length));
      from += lengthBytes + length;
    }
    const rest = all.subarray(from);
    this.#pending = rest.length === 0 ? [] : [rest];
    this.#pendingBytes = rest.length;
    return frames;
  }
}
