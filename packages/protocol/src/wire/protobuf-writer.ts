/** Up to this length a loop over ASCII is faster than a call into Node's encoder. */
const shortTextMax = 40;

/** Room that every fixed-size write may count on once `reserve` was called for its field. */
const smallWrite = 24;

/** A buffer that has grown beyond this is not kept for the next message. */
const keptBytesMax = 1 << 20;

/**
 * Appends the fields of one protobuf message (protobuf.dev: Encoding). An embedded message is written behind one byte
 * kept for its length; when the length needs more, the message is moved.
 */
export class ProtobufWriter {
  buffer: Buffer = Buffer.allocUnsafe(4096);
  position = 0;

  reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, needed));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
  }

  /** Field number and wire type. */
  tag(number: number, wireType: number): void {
    this.reserve(smallWrite);
    this.putVarint((number << 3) | wireType);
  }

  /** An unsigned number up to 2^53. */
  varint(value: number): void {
    this.reserve(smallWrite);
    this.putVarint(value);
  }

  /** A negative one takes ten bytes, as protobuf wants it. */
  int32(value: number): void {
    this.reserve(smallWrite);
    if (value >= 0) {
      this.putVarint(value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.buffer[this.position++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.buffer[this.position++] = Number(rest);
  }

  double(value: number): void {
    this.reserve(smallWrite);
    this.position = this.buffer.writeDoubleLE(value, this.position);
  }

  string(text: string): void {
    const { length } = text;
    if (length < shortTextMax && this.putShortAscii(text)) return;
    const bytes = Buffer.byteLength(text);
    this.reserve(bytes + smallWrite);
    this.putVarint(bytes);
    this.position += this.buffer.write(text, this.position, bytes, 'utf8');
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length + smallWrite);
    this.putVarint(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Begins an embedded message; give what it returns to `close`. */
  open(): number {
    this.reserve(smallWrite);
    const start = this.position;
    this.position = start + 1;
    return start;
  }

  close(start: number): void {
    const length = this.position - start - 1;
    if (length < 128) {
      this.buffer[start] = length;
      return;
    }
    let extra = 0;
    for (let rest = length; rest > 127; rest = Math.floor(rest / 128)) extra += 1;
    this.reserve(extra);
    this.buffer.copyWithin(start + 1 + extra, start + 1, this.position);
    this.position = start;
    this.putVarint(length);
    this.position += length;
  }

  private putVarint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.buffer[this.position++] = (rest & 127) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.position++] = rest;
  }

  private putShortAscii(text: string): boolean {
    this.reserve(shortTextMax + smallWrite);
    const start = this.position;
    const { buffer } = this;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      buffer[start + 1 + index] = code;
    }
    buffer[start] = text.length;
    this.position = start + 1 + text.length;
    return true;
  }
}

let spare: ProtobufWriter | undefined = new ProtobufWriter();

/** The bytes that `write` appends. */
export function encodeWith(write: (writer: ProtobufWriter) => void): Buffer {
  const writer = spare ?? new ProtobufWriter();
  spare = undefined;
  writer.position = 0;
  try {
    write(writer);
    return Buffer.from(writer.buffer.subarray(0, writer.position));
  } finally {
    if (writer.buffer.length <= keptBytesMax) spare = writer;
    else spare = new ProtobufWriter();
  }
}
