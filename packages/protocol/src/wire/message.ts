import { ProtobufReader, type WireType, wireTypes } from './protobuf-reader.ts';
import { encodeWith, type ProtobufWriter } from './protobuf-writer.ts';

/** What a field holds, for those who look at messages as JSON. */
export type FieldShape =
  | { readonly kind: 'plain' }
  /** Names by number. */
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'bytes' | 'struct' | 'value' }
  | { readonly kind: 'message'; readonly type: MessageType<never> }
  | { readonly kind: 'list' | 'map'; readonly of: FieldShape };

/** One field of a message: its number, what it is when absent, and how it is read and written. */
export interface Field<T> {
  readonly number: number;
  readonly shape: FieldShape;
  /** What JSON calls it, where that is not its name in the table. */
  readonly jsonName?: string;
  readonly wireType: WireType;
  readonly initial: T;
  /** `current` is what earlier occurrences of the field left. */
  read(reader: ProtobufReader, current: T): T;
  /** Writes tag and value, or nothing for what `initial` already says. */
  write(writer: ProtobufWriter, value: T): void;
}

/** A kind of protobuf message, as plain objects. */
export interface MessageType<T> {
  readonly fields: { readonly [name: string]: Field<unknown> };
  /** A message with the given fields, the others at their defaults. */
  of(fields: Partial<T>): T;
  /** Throws WireError when the bytes are no such message. Unknown fields are passed over. */
  decode(bytes: Uint8Array): T;
  encode(message: T): Buffer;
  /** Reads up to the reader's end. */
  read(reader: ProtobufReader): T;
  write(writer: ProtobufWriter, message: T): void;
}

export type MessageOf<Type> = Type extends MessageType<infer T> ? T : never;

/** Declares a message by its fields, as in its `.proto` file. */
export function message<T extends object>(fields: { readonly [name in keyof T]: Field<T[name]> }): MessageType<T> {
  const entries = Object.entries(fields) as unknown as [string, Field<unknown>][];
  const defaults = Object.fromEntries(entries.map(([name, field]) => [name, field.initial]));
  const byNumber: ({ name: string; field: Field<unknown> } | undefined)[] = [];
  for (const [name, field] of entries) byNumber[field.number] = { name, field };

  const read = (reader: ProtobufReader): T => {
    const result: Record<string, unknown> = { ...defaults };
    while (reader.position < reader.end) {
      const tag = reader.varint();
      const known = byNumber[tag >>> 3];
      if (known === undefined || known.field.wireType !== (tag & 7)) reader.skip(tag & 7);
      else result[known.name] = known.field.read(reader, result[known.name]);
    }
    return result as T;
  };
  const write = (writer: ProtobufWriter, value: T): void => {
    for (const [name, field] of entries) field.write(writer, value[name as keyof T]);
  };
  return {
    fields: Object.fromEntries(entries),
    of: (given) => ({ ...defaults, ...given }) as T,
    decode: (bytes) => read(new ProtobufReader(bytes)),
    encode: (value) => encodeWith((writer) => write(writer, value)),
    read,
    write,
  };
}

const plain: FieldShape = { kind: 'plain' };

/** A field that JSON knows by another name than the table. */
export function named<T>(jsonName: string, field: Field<T>): Field<T> {
  return { ...field, jsonName };
}

export function string(number: number): Field<string> {
  return {
    number,
    shape: plain,
    wireType: wireTypes.delimited,
    initial: '',
    read: (reader) => reader.string(),
    write: (writer, value) => {
      if (value === '') return;
      writer.tag(number, wireTypes.delimited);
      writer.string(value);
    },
  };
}

/** With presence: `optional string` and strings of a `oneof`. */
export function optionalString(number: number): Field<string | undefined> {
  return {
    number,
    shape: plain,
    wireType: wireTypes.delimited,
    initial: undefined,
    read: (reader) => reader.string(),
    write: (writer, value) => {
      if (value === undefined) return;
      writer.tag(number, wireTypes.delimited);
      writer.string(value);
    },
  };
}

/** What is read is a view into the message's bytes. */
export function bytes(number: number): Field<Uint8Array | undefined> {
  return {
    number,
    shape: { kind: 'bytes' },
    wireType: wireTypes.delimited,
    initial: undefined,
    read: (reader) => reader.bytes(),
    write: (writer, value) => {
      if (value === undefined) return;
      writer.tag(number, wireTypes.delimited);
      writer.bytes(value);
    },
  };
}

/** A google.protobuf.Struct, as its bytes. */
export function struct(number: number): Field<Uint8Array | undefined> {
  return { ...bytes(number), shape: { kind: 'struct' } };
}

/** A google.protobuf.Value, as its bytes. */
export function value(number: number): Field<Uint8Array | undefined> {
  return { ...bytes(number), shape: { kind: 'value' } };
}

export function bool(number: number): Field<boolean> {
  return {
    number,
    shape: plain,
    wireType: wireTypes.varint,
    initial: false,
    read: (reader) => reader.varint() !== 0,
    write: (writer, value) => {
      if (!value) return;
      writer.tag(number, wireTypes.varint);
      writer.varint(1);
    },
  };
}

/** With presence: `optional bool` and bools of a `oneof`. */
export function optionalBool(number: number): Field<boolean | undefined> {
  return {
    number,
    shape: plain,
    wireType: wireTypes.varint,
    initial: undefined,
    read: (reader) => reader.varint() !== 0,
    write: (writer, value) => {
      if (value === undefined) return;
      writer.tag(number, wireTypes.varint);
      writer.varint(value ? 1 : 0);
    },
  };
}

/** Also for enums, whose names are given. */
export function int32(number: number, names?: readonly string[]): Field<number> {
  return {
    number,
    shape: names === undefined ? plain : { kind: 'enum', names },
    wireType: wireTypes.varint,
    initial: 0,
    read: (reader) => reader.int32(),
    write: (writer, value) => {
      if (value === 0) return;
      writer.tag(number, wireTypes.varint);
      writer.int32(value);
    },
  };
}

export function double(number: number): Field<number> {
  return {
    number,
    shape: plain,
    wireType: wireTypes.fixed64,
    initial: 0,
    read: (reader) => reader.double(),
    write: (writer, value) => {
      if (Object.is(value, 0)) return;
      writer.tag(number, wireTypes.fixed64);
      writer.double(value);
    },
  };
}

const none: readonly never[] = Object.freeze([]);

function appended<T>(list: readonly T[], item: T): readonly T[] {
  if (list === none) return [item];
  (list as T[]).push(item);
  return list;
}

export function strings(number: number): Field<readonly string[]> {
  return {
    number,
    shape: { kind: 'list', of: plain },
    wireType: wireTypes.delimited,
    initial: none,
    read: (reader, current) => appended(current, reader.string()),
    write: (writer, values) => {
      for (const value of values) {
        writer.tag(number, wireTypes.delimited);
        writer.string(value);
      }
    },
  };
}

/** Repeated enums and int32s, packed as proto3 has them. */
export function packedInt32(number: number, names: readonly string[] = []): Field<readonly number[]> {
  return {
    number,
    shape: { kind: 'list', of: { kind: 'enum', names } },
    wireType: wireTypes.delimited,
    initial: none,
    read: (reader, current) => {
      let list = current;
      const outerEnd = reader.enter();
      while (reader.position < reader.end) list = appended(list, reader.int32());
      reader.leave(outerEnd);
      return list;
    },
    write: (writer, values) => {
      if (values.length === 0) return;
      writer.tag(number, wireTypes.delimited);
      const start = writer.open();
      for (const value of values) writer.int32(value);
      writer.close(start);
    },
  };
}

export function embedded<T>(number: number, type: MessageType<T>): Field<T | undefined> {
  return {
    number,
    shape: { kind: 'message', type: type as MessageType<never> },
    wireType: wireTypes.delimited,
    initial: undefined,
    read: (reader) => readEmbedded(reader, type),
    write: (writer, value) => {
      if (value !== undefined) writeEmbedded(writer, number, type, value);
    },
  };
}

export function repeated<T>(number: number, type: MessageType<T>): Field<readonly T[]> {
  return {
    number,
    shape: { kind: 'list', of: { kind: 'message', type: type as MessageType<never> } },
    wireType: wireTypes.delimited,
    initial: none,
    read: (reader, current) => appended(current, readEmbedded(reader, type)),
    write: (writer, values) => {
      for (const value of values) writeEmbedded(writer, number, type, value);
    },
  };
}

const noEntries: ReadonlyMap<string, never> = new Map<string, never>();

/** `map<string, …>`: entries with a key and, as field 2, a value; `present` stands in for a value that is left out. */
function mapOf<Stored, T extends Stored>(
  number: number,
  value: Field<Stored>,
  present: (stored: Stored) => T,
): Field<ReadonlyMap<string, T>> {
  const entry = message<{ key: string; value: Stored }>({ key: string(1), value });
  return {
    number,
    shape: { kind: 'map', of: value.shape },
    wireType: wireTypes.delimited,
    initial: noEntries,
    read: (reader, current) => {
      const map = current === noEntries ? new Map<string, T>() : (current as Map<string, T>);
      const read = readEmbedded(reader, entry);
      map.set(read.key, present(read.value));
      return map;
    },
    write: (writer, values) => {
      for (const [key, item] of values) writeEmbedded(writer, number, entry, { key, value: item });
    },
  };
}

export function stringMap(number: number): Field<ReadonlyMap<string, string>> {
  return mapOf(number, string(2), (text) => text);
}

export function bytesMap(number: number): Field<ReadonlyMap<string, Uint8Array>> {
  return mapOf(number, bytes(2), (value) => value ?? new Uint8Array());
}

export function messageMap<T extends object>(number: number, type: MessageType<T>): Field<ReadonlyMap<string, T>> {
  return mapOf<T | undefined, T>(number, embedded(2, type), (value) => value ?? type.of({}));
}

function readEmbedded<T>(reader: ProtobufReader, type: MessageType<T>): T {
  const outerEnd = reader.enter();
  const value = type.read(reader);
  reader.leave(outerEnd);
  return value;
}

function writeEmbedded<T>(writer: ProtobufWriter, number: number, type: MessageType<T>, value: T): void {
  writer.tag(number, wireTypes.delimited);
  const start = writer.open();
  type.write(writer, value);
  writer.close(start);
}
