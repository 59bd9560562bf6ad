import {
  Archive,
  Asset,
  BugError,
  isPropertyList,
  nestingMax,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  setOwn,
  Unknown,
} from '@radiant/model';
import { type Feature, type Json, type JsonObject, signatureKey, signatures, unknownText } from './deployment-json.ts';

export interface PropertyEncoder {
  /** What stands for a secret; `path` is only valid during the call. */
  encodeSecret(secret: Secret, path: readonly (string | number)[]): Json;
  /** What the file uses beyond version 3 is added here. */
  readonly features: Set<Feature>;
  /** Where the encoder is: the field and the keys below it. */
  readonly path: (string | number)[];
}

/** Encodes a map of properties. Keys come out sorted, as Go writes maps; what needs no change is kept by identity. */
export function encodeProperties(map: PropertyMap, encoder: PropertyEncoder): JsonObject {
  return encodeMap(map, encoder);
}

export function encodeProperty(value: PropertyValue, encoder: PropertyEncoder): Json {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? value : encodeSpecialFloat(value);
  if (value === null || typeof value !== 'object') return value;
  if (encoder.path.length > nestingMax) throw new BugError(`a property is nested deeper than ${nestingMax} levels`);
  if (isPropertyList(value)) return encodeList(value, encoder);
  if (value instanceof Secret) return encoder.encodeSecret(value, encoder.path);
  if (value instanceof Unknown) return unknownText;
  if (value instanceof Asset) return encodeAsset(value);
  if (value instanceof Archive) return encodeArchive(value);
  if (value instanceof ResourceReference) return encodeReference(value);
  if (value instanceof OutputValue) return encodeOutputValue(value, encoder);
  return encodeMap(value, encoder);
}

function encodeList(list: readonly PropertyValue[], encoder: PropertyEncoder): Json {
  let isChanged = false;
  const { path } = encoder;
  const items = list.map((item, index) => {
    path.push(index);
    const next = encodeProperty(item, encoder);
    path.pop();
    isChanged ||= next !== item;
    return next;
  });
  return isChanged ? items : (list as readonly Json[]);
}

function encodeMap(map: PropertyMap, encoder: PropertyEncoder): JsonObject {
  if (map[signatureKey] === signatures.byteString) encoder.features.add('byteString');
  const keys = Object.keys(map);
  const isSorted = keys.every((key, index) => index === 0 || keys[index - 1]! < key);
  if (!isSorted) keys.sort();
  let isChanged = !isSorted;
  const { path } = encoder;
  const result: Record<string, Json> = {};
  for (const key of keys) {
    const item = map[key] as PropertyValue | undefined;
    if (item === undefined) {
      isChanged = true;
      continue;
    }
    path.push(key);
    const next = encodeProperty(item, encoder);
    path.pop();
    isChanged ||= next !== item;
    setOwn(result, key, next);
  }
  return isChanged ? result : (map as JsonObject);
}

function encodeSpecialFloat(value: number): Json {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  return { [signatureKey]: signatures.float, value: bits.getBigUint64(0).toString(16).padStart(16, '0') };
}

function encodeOutputValue(value: OutputValue, encoder: PropertyEncoder): Json {
  const inner = value.value ?? (value.value === null ? null : new Unknown());
  return encodeProperty(value.isSecret && !(inner instanceof Secret) ? new Secret(inner) : inner, encoder);
}

function encodeAsset(asset: Asset): Json {
  const { content } = asset;
  return {
    [signatureKey]: signatures.asset,
    ...(asset.hash === '' ? {} : { hash: asset.hash }),
    ...(content.kind === 'path' ? { path: content.path } : {}),
    ...(content.kind === 'text' && content.text !== '' ? { text: content.text } : {}),
    ...(content.kind === 'uri' ? { uri: content.uri } : {}),
  };
}

function encodeArchive(archive: Archive): Json {
  const { content } = archive;
  return {
    [signatureKey]: signatures.archive,
    ...(content.kind === 'assets' ? { assets: encodeArchiveMembers(content.assets) } : {}),
    ...(archive.hash === '' ? {} : { hash: archive.hash }),
    ...(content.kind === 'path' ? { path: content.path } : {}),
    ...(content.kind === 'uri' ? { uri: content.uri } : {}),
  };
}

function encodeArchiveMembers(members: { readonly [name: string]: Asset | Archive }): JsonObject {
  const result: Record<string, Json> = {};
  for (const name of Object.keys(members).sort()) {
    const member = members[name]!;
    setOwn(result, name, member instanceof Asset ? encodeAsset(member) : encodeArchive(member));
  }
  return result;
}

function encodeReference(reference: ResourceReference): Json {
  return {
    [signatureKey]: signatures.resourceReference,
    ...(reference.id === undefined ? {} : { id: reference.id instanceof Unknown ? '' : reference.id }),
    packageVersion: reference.packageVersion,
    urn: reference.urn,
  };
}
