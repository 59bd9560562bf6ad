import { nestingMax, OutputValue, type PropertyMap, type PropertyValue, setOwn, Unknown } from '@radiant/model';
import { ProtobufReader, WireError, wireTypes } from '../wire/protobuf-reader.ts';
import { PropertyError } from './property-error.ts';
import { type ReadOptions, readSigned } from './read-signed.ts';
import { isUnknownText, signatureKey } from './signatures.ts';

export type { ReadOptions } from './read-signed.ts';

interface Reading {
  readonly reader: ProtobufReader;
  readonly options: ReadOptions;
  readonly path: (string | number)[];
}

/**
 * The property map in the bytes of a google.protobuf.Struct; undefined bytes are an absent Struct. Throws PropertyError,
 * which names the property, for what no property value can be.
 */
export function readProperties(bytes: Uint8Array | undefined, options: ReadOptions = {}): PropertyMap {
  if (bytes === undefined) return {};
  return readAll(bytes, options, (reading) => {
    const value = readStruct(reading);
    if (value.signed)
      throw new PropertyError([], 'a property map cannot itself be a secret, asset, reference or output');
    return value.map;
  });
}

/** The property value in the bytes of a google.protobuf.Value. */
export function readPropertyValue(bytes: Uint8Array, options: ReadOptions = {}): PropertyValue {
  return readAll(bytes, options, readValue);
}

function readAll<T>(bytes: Uint8Array, options: ReadOptions, read: (reading: Reading) => T): T {
  const reading: Reading = { reader: new ProtobufReader(bytes), options, path: [] };
  try {
    return read(reading);
  } catch (error) {
    if (error instanceof WireError) throw new PropertyError(reading.path, error.message);
    throw error;
  }
}

/** Fields of google.protobuf.Value, as tags. */
const valueTags = {
  null: (1 << 3) | wireTypes.varint,
  number: (2 << 3) | wireTypes.fixed64,
  string: (3 << 3) | wireTypes.delimited,
  bool: (4 << 3) | wireTypes.varint,
  struct: (5 << 3) | wireTypes.delimited,
  list: (6 << 3) | wireTypes.delimited,
} as const;

/** Struct has one field, `map<string, Value> fields = 1`; ListValue has `repeated Value values = 1`. */
const firstDelimitedTag = (1 << 3) | wireTypes.delimited;
const entryValueTag = (2 << 3) | wireTypes.delimited;

function readValue(reading: Reading): PropertyValue {
  const { reader } = reading;
  let value: PropertyValue = null;
  while (reader.position < reader.end) {
    const tag = reader.varint();
    switch (tag) {
      case valueTags.null:
        reader.varint();
        value = null;
        break;
      case valueTags.number:
        value = reader.double();
        break;
      case valueTags.string: {
        const text = reader.string();
        value = isUnknownText(text) ? unknown(reading) : text;
        break;
      }
      case valueTags.bool:
        value = reader.varint() !== 0;
        break;
      case valueTags.struct: {
        const outerEnd = reader.enter();
        const { map, signed } = readStruct(reading);
        value = signed ? readSigned(map, reading.options, reading.path) : map;
        reader.leave(outerEnd);
        break;
      }
      case valueTags.list: {
        const outerEnd = reader.enter();
        value = readList(reading);
        reader.leave(outerEnd);
        break;
      }
      default:
        reader.skip(tag & 7);
    }
  }
  return value;
}

function readList(reading: Reading): PropertyValue {
  const { reader, path } = reading;
  const items: PropertyValue[] = [];
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag !== firstDelimitedTag) {
      reader.skip(tag & 7);
      continue;
    }
    descend(path, items.length);
    const outerEnd = reader.enter();
    items.push(readValue(reading));
    reader.leave(outerEnd);
    path.pop();
  }
  return items;
}

function readStruct(reading: Reading): { map: PropertyMap; signed: boolean } {
  const { reader } = reading;
  const map: Record<string, PropertyValue> = {};
  let signed = false;
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag !== firstDelimitedTag) {
      reader.skip(tag & 7);
      continue;
    }
    const outerEnd = reader.enter();
    const key = readEntry(reading, map);
    signed ||= key === signatureKey;
    reader.leave(outerEnd);
  }
  return { map, signed };
}

/** One entry of a Struct's map; its key, by protobuf's leave, may come after its value. */
function readEntry(reading: Reading, map: Record<string, PropertyValue>): string {
  const { reader, path } = reading;
  let key = '';
  let valueAt = -1;
  let value: PropertyValue = null;
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag === firstDelimitedTag) key = reader.string();
    else if (tag === entryValueTag) {
      valueAt = reader.position;
      const outerEnd = reader.enter();
      descend(path, key);
      value = readValue(reading);
      path.pop();
      reader.leave(outerEnd);
    } else reader.skip(tag & 7);
  }
  if (valueAt >= 0 || key !== '') setOwn(map, key, value);
  return key;
}

function descend(path: (string | number)[], segment: string | number): void {
  path.push(segment);
  if (path.length > nestingMax) throw new PropertyError(path.slice(0, 8), `is nested deeper than ${nestingMax} levels`);
}

function unknown(reading: Reading): PropertyValue {
  return reading.options.outputs === 'upgrade' ? new OutputValue(undefined, false, []) : new Unknown();
}
