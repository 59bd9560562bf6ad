import { ProtobufReader, wireTypes } from './protobuf-reader.ts';
import { encodeWith, type ProtobufWriter } from './protobuf-writer.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const { delimited, fixed64, varint } = wireTypes;

/** The JSON in the bytes of a google.protobuf.Struct, as it is: signatures stay what they are. */
export function structToJson(bytes: Uint8Array): Json {
  return readStruct(new ProtobufReader(bytes));
}

/** The JSON in the bytes of a google.protobuf.Value. */
export function valueToJson(bytes: Uint8Array): Json {
  return readValue(new ProtobufReader(bytes));
}

export function structFromJson(json: { readonly [key: string]: Json }): Buffer {
  return encodeWith((writer) => writeStruct(writer, json));
}

export function valueFromJson(json: Json): Buffer {
  return encodeWith((writer) => writeValue(writer, json));
}

function readStruct(reader: ProtobufReader): Json {
  const entries: [string, Json][] = [];
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) entries.push(within(reader, readEntry));
    else reader.skip(tag & 7);
  }
  return Object.fromEntries(entries);
}

function readEntry(reader: ProtobufReader): [string, Json] {
  let key = '';
  let value: Json = null;
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = within(reader, readValue);
    else reader.skip(tag & 7);
  }
  return [key, value];
}

function readValue(reader: ProtobufReader): Json {
  let value: Json = null;
  while (reader.position < reader.end) {
    const tag = reader.varint();
    switch (tag >>> 3) {
      case 1:
        reader.varint();
        value = null;
        break;
      case 2:
        value = reader.double();
        break;
      case 3:
        value = reader.string();
        break;
      case 4:
        value = reader.varint() !== 0;
        break;
      case 5:
        value = within(reader, readStruct);
        break;
      case 6:
        value = within(reader, readList);
        break;
      default:
        reader.skip(tag & 7);
    }
  }
  return value;
}

function readList(reader: ProtobufReader): Json {
  const items: Json[] = [];
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) items.push(within(reader, readValue));
    else reader.skip(tag & 7);
  }
  return items;
}

function within<T>(reader: ProtobufReader, read: (reader: ProtobufReader) => T): T {
  const outerEnd = reader.enter();
  const value = read(reader);
  reader.leave(outerEnd);
  return value;
}

function writeStruct(writer: ProtobufWriter, json: { readonly [key: string]: Json }): void {
  for (const [key, value] of Object.entries(json)) {
    enclosed(writer, 1, () => {
      writer.tag(1, delimited);
      writer.string(key);
      enclosed(writer, 2, () => writeValue(writer, value));
    });
  }
}

function writeValue(writer: ProtobufWriter, json: Json): void {
  if (json === null) {
    writer.tag(1, varint);
    writer.varint(0);
  } else if (typeof json === 'number') {
    writer.tag(2, fixed64);
    writer.double(json);
  } else if (typeof json === 'string') {
    writer.tag(3, delimited);
    writer.string(json);
  } else if (typeof json === 'boolean') {
    writer.tag(4, varint);
    writer.varint(json ? 1 : 0);
  } else if (Array.isArray(json)) {
    enclosed(writer, 6, () => {
      for (const item of json as readonly Json[]) enclosed(writer, 1, () => writeValue(writer, item));
    });
  } else enclosed(writer, 5, () => writeStruct(writer, json as { readonly [key: string]: Json }));
}

function enclosed(writer: ProtobufWriter, number: number, write: () => void): void {
  writer.tag(number, delimited);
  const start = writer.open();
  write();
  writer.close(start);
}
