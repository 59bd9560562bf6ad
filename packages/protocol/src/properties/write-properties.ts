import {
  Archive,
  Asset,
  isPropertyList,
  nestingMax,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  setOwn,
  Unknown,
  urnName,
  urnType,
} from '@radiant/model';
import { wireTypes } from '../wire/protobuf-reader.ts';
import { encodeWith, type ProtobufWriter } from '../wire/protobuf-writer.ts';
import { PropertyError } from './property-error.ts';
import { signatureKey, signatures, unknownText } from './signatures.ts';

/** What the peer understands. Where it does not, the plain value inside is sent. */
export interface WriteOptions {
  /** Default `keep`. */
  readonly secrets?: 'keep' | 'reveal';
  /** Default `keep`. `lower` sends the id, or the URN of a component. */
  readonly resources?: 'keep' | 'lower';
  /** Default `lower`: as secrets and unknowns. */
  readonly outputs?: 'keep' | 'lower';
  /** Default `keep`. `skip` leaves null members of maps out. */
  readonly nulls?: 'keep' | 'skip';
  /** Default `keep`. `drop` leaves unknown members of maps out, and sends null for unknown items of lists. */
  readonly unknowns?: 'keep' | 'drop';
  /** Default `keep`. `elide` sends the hash alone: old inputs are compared, not uploaded. */
  readonly assets?: 'keep' | 'elide';
}

interface Writing {
  readonly writer: ProtobufWriter;
  readonly options: WriteOptions;
  readonly path: (string | number)[];
}

/** The bytes of a google.protobuf.Struct. Throws PropertyError for values nested too deeply. */
export function writeProperties(map: PropertyMap, options: WriteOptions = {}): Buffer {
  return encodeWith((writer) => writeStruct({ writer, options, path: [] }, map));
}

/** The bytes of a google.protobuf.Value. */
export function writePropertyValue(value: PropertyValue, options: WriteOptions = {}): Buffer {
  return encodeWith((writer) => writeValue({ writer, options, path: [] }, value));
}

const { varint, fixed64, delimited } = wireTypes;

function writeStruct(writing: Writing, map: PropertyMap): void {
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value !== undefined && !isLeftOut(value, writing.options)) writeEntry(writing, key, value);
  }
}

function writeEntry(writing: Writing, key: string, value: PropertyValue): void {
  const { writer, path } = writing;
  path.push(key);
  if (path.length > nestingMax) throw tooDeep(path);
  writer.tag(1, delimited);
  const entry = writer.open();
  writer.tag(1, delimited);
  writer.string(key);
  writer.tag(2, delimited);
  const start = writer.open();
  writeValue(writing, value);
  writer.close(start);
  writer.close(entry);
  path.pop();
}

function isLeftOut(value: PropertyValue, options: WriteOptions): boolean {
  if (value === null) return options.nulls === 'skip';
  return options.unknowns === 'drop' && isUnknown(value);
}

function isUnknown(value: PropertyValue): boolean {
  if (value instanceof Secret) return isUnknown(value.value);
  if (value instanceof OutputValue) return value.value === undefined || isUnknown(value.value);
  return value instanceof Unknown;
}

function writeValue(writing: Writing, value: PropertyValue): void {
  const { writer } = writing;
  switch (typeof value) {
    case 'string':
      writer.tag(3, delimited);
      writer.string(value);
      return;
    case 'boolean':
      writer.tag(4, varint);
      writer.varint(value ? 1 : 0);
      return;
    case 'number':
      writer.tag(2, fixed64);
      writer.double(value);
      return;
    case 'object':
      break;
    default:
      throw new PropertyError([...writing.path], `is a ${typeof value}, which no property can be`);
  }
  if (value === null) {
    writer.tag(1, varint);
    writer.varint(0);
  } else if (isPropertyList(value)) writeList(writing, value);
  else writeObject(writing, value);
}

function writeList(writing: Writing, items: readonly PropertyValue[]): void {
  const { writer, options, path } = writing;
  writer.tag(6, delimited);
  const list = writer.open();
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index] ?? null;
    path.push(index);
    if (path.length > nestingMax) throw tooDeep(path);
    writer.tag(1, delimited);
    const start = writer.open();
    writeValue(writing, options.unknowns === 'drop' && isUnknown(item) ? null : item);
    writer.close(start);
    path.pop();
  }
  writer.close(list);
}

type ObjectValue = Exclude<PropertyValue, null | boolean | number | string | readonly PropertyValue[]>;

function writeObject(writing: Writing, value: ObjectValue): void {
  const { options } = writing;
  if (value instanceof Secret) {
    if (options.secrets === 'reveal') writeValue(writing, value.value);
    else writeSigned(writing, signatures.secret, { value: value.value });
  } else if (value instanceof Unknown) writeValue(writing, unknownText);
  else if (value instanceof Asset) writeSigned(writing, signatures.asset, assetMap(value, options));
  else if (value instanceof Archive) writeSigned(writing, signatures.archive, archiveMap(value, options));
  else if (value instanceof ResourceReference) writeReference(writing, value);
  else if (value instanceof OutputValue) writeOutput(writing, value);
  else writeMap(writing, value);
}

function writeMap(writing: Writing, map: PropertyMap): void {
  const { writer } = writing;
  writer.tag(5, delimited);
  const start = writer.open();
  writeStruct(writing, map);
  writer.close(start);
}

/** Its members are sent whatever the options say of nulls: a secret null is still a secret. */
function writeSigned(writing: Writing, signature: string, members: PropertyMap): void {
  const { writer } = writing;
  writer.tag(5, delimited);
  const start = writer.open();
  writeEntry(writing, signatureKey, signature);
  for (const name of Object.keys(members)) writeEntry(writing, name, members[name]!);
  writer.close(start);
}

function writeReference(writing: Writing, reference: ResourceReference): void {
  const { urn, id, packageVersion } = reference;
  if (writing.options.resources === 'lower') {
    writeValue(writing, id ?? urn);
    return;
  }
  const map: Record<string, PropertyValue> = { urn, name: urnName(urn), type: urnType(urn) };
  if (id !== undefined) map.id = id instanceof Unknown ? '' : id;
  if (packageVersion !== '') map.packageVersion = packageVersion;
  writeSigned(writing, signatures.resourceReference, map);
}

function writeOutput(writing: Writing, output: OutputValue): void {
  const { value, isSecret, dependencies } = output;
  if (writing.options.outputs !== 'keep') {
    const lowered = value === undefined ? new Unknown() : value;
    writeValue(writing, isSecret && !(lowered instanceof Secret) ? new Secret(lowered) : lowered);
    return;
  }
  const map: Record<string, PropertyValue> = {};
  if (value !== undefined) map.value = value;
  if (isSecret) map.secret = true;
  if (dependencies.length > 0) map.dependencies = dependencies;
  writeSigned(writing, signatures.outputValue, map);
}

function assetMap(asset: Asset, options: WriteOptions): PropertyMap {
  const map: Record<string, PropertyValue> = {};
  if (asset.hash !== '') map.hash = asset.hash;
  const { content } = asset;
  if (options.assets === 'elide' && asset.hash !== '') return map;
  if (content.kind === 'text') map.text = content.text;
  else if (content.kind === 'path') map.path = content.path;
  else if (content.kind === 'uri') map.uri = content.uri;
  return map;
}

function archiveMap(archive: Archive, options: WriteOptions): PropertyMap {
  const map: Record<string, PropertyValue> = {};
  if (archive.hash !== '') map.hash = archive.hash;
  const { content } = archive;
  if (options.assets === 'elide' && archive.hash !== '') return map;
  if (content.kind === 'assets') {
    const members: Record<string, PropertyValue> = {};
    for (const [name, member] of Object.entries(content.assets)) setOwn(members, name, member);
    map.assets = members;
  } else if (content.kind === 'path') map.path = content.path;
  else if (content.kind === 'uri') map.uri = content.uri;
  return map;
}

function tooDeep(path: readonly (string | number)[]): PropertyError {
  return new PropertyError(path.slice(0, 8), `is nested deeper than ${nestingMax} levels`);
}
