import { isUtf8 } from 'node:buffer';

/** Bytes that are not the message they should be. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** The wire types of protobuf that messages of today use; groups are refused. */
export const wireTypes = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

export type WireType = (typeof wireTypes)[keyof typeof wireTypes];

/** Up to this length a loop over ASCII is faster than a call into Node's decoder. */
const shortTextMax = 24;

/**
 * Walks over the bytes of one protobuf message (protobuf.dev: Encoding). Everything read is checked against `end`, which
 * `enter` and `leave` narrow to the embedded message at hand.
 */
export class ProtobufReader {
  readonly buffer: Buffer;
  position = 0;
  end: number;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
  }

  /** An unsigned varint up to 2^53; of a longer one the rest is lost. */
  varint(): number {
    const { buffer } = this;
    let byte = buffer[this.position++]!;
    if (byte < 128) {
      if (this.position > this.end) throw truncated();
      return byte;
    }
    let result = byte & 127;
    let scale = 128;
    do {
      byte = buffer[this.position++]!;
      result += (byte & 127) * scale;
      scale *= 128;
      if (scale > 2 ** 70) throw new WireError('a number is longer than ten bytes');
    } while (byte > 127);
    if (this.position > this.end) throw truncated();
    return result;
  }

  /** A negative int32 arrives as ten bytes; only the low 32 bits count. */
  int32(): number {
    let result = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) throw truncated();
      const byte = this.buffer[this.position++]!;
      if (shift < 32) result |= (byte & 127) << shift;
      if (byte < 128) return result;
    }
    throw new WireError('a number is longer than ten bytes');
  }

  double(): number {
    const start = this.position;
    if (start + 8 > this.end) throw truncated();
    this.position = start + 8;
    return this.buffer.readDoubleLE(start);
  }

  /** The length of what follows, once it is known to lie within the message. */
  length(): number {
    const length = this.varint();
    if (this.position + length > this.end) throw truncated();
    return length;
  }

  string(): string {
    const length = this.length();
    const start = this.position;
    const end = start + length;
    this.position = end;
    if (length > shortTextMax) return this.#decode(start, end);
    let text = '';
    for (let index = start; index < end; index += 1) {
      const byte = this.buffer[index]!;
      if (byte > 127) return this.#decode(start, end);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Other bytes than text are refused, as by the established engine: they would be recorded as something else. */
  #decode(start: number, end: number): string {
    const text = this.buffer.toString('utf8', start, end);
    // What is no UTF-8 leaves this mark, which may also have been there.
    if (text.includes('\ufffd') && !isUtf8(this.buffer.subarray(start, end)))
      throw new WireError('holds text that is not valid UTF-8');
    return text;
  }

  /** A view, not a copy. */
  bytes(): Buffer {
    const length = this.length();
    const start = this.position;
    this.position = start + length;
    return this.buffer.subarray(start, start + length);
  }

  /** Narrows to the embedded message that begins here; give what it returns to `leave`. */
  enter(): number {
    const length = this.length();
    const outerEnd = this.end;
    this.end = this.position + length;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.position = this.end;
    this.end = outerEnd;
  }

  skip(wireType: number): void {
    switch (wireType) {
      case wireTypes.varint:
        this.int32();
        return;
      case wireTypes.fixed64:
        this.position += 8;
        break;
      case wireTypes.delimited: {
        const length = this.length();
        this.position += length;
        return;
      }
      case wireTypes.fixed32:
        this.position += 4;
        break;
      default:
        throw new WireError(`wire type ${wireType} is not in use`);
    }
    if (this.position > this.end) throw truncated();
  }
}

function truncated(): WireError {
  return new WireError('the message is truncated');
}
