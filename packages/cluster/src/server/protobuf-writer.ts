/** Writing of protobuf messages (protobuf.dev: Encoding), as far as strings, booleans and messages go. */

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

/** A string or a message as a field. */
export function field(number: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

export function integerField(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** Fields that are absent are left out. */
export function message(...parts: readonly (Uint8Array | undefined)[]): Buffer {
  return Buffer.concat(parts.filter((part) => part !== undefined));
}
