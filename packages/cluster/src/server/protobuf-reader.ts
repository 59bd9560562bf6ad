/** A field as it travels: a number, or the bytes of a string, a message or a packed list. */
export type WireField = readonly [number: number, value: bigint | number | Uint8Array];

export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

/** The fields of a protobuf message, in order (protobuf.dev: Encoding). Throws ProtobufError when the bytes are not one. */
export function readMessage(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new ProtobufError('proto: unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new ProtobufError('proto: integer overflow');
  };
  const skip = (length: number): number => {
    const start = at;
    at += length;
    if (length < 0 || at > bytes.length) throw new ProtobufError('proto: unexpected EOF');
    return start;
  };
  while (at < bytes.length) {
    const tag = Number(BigInt.asUintN(32, varint()));
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        fields.push([number, varint()]);
        break;
      case 1:
        fields.push([number, view.getFloat64(skip(8), true)]);
        break;
      case 2: {
        const length = Number(varint());
        const start = skip(length);
        fields.push([number, bytes.subarray(start, start + length)]);
        break;
      }
      case 5:
        fields.push([number, view.getFloat32(skip(4), true)]);
        break;
      default:
        throw new ProtobufError(`proto: illegal wireType ${tag & 7}`);
    }
  }
  return fields;
}
