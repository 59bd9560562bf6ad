import { createHash } from 'node:crypto';
import {
  Archive,
  type ArchiveContent,
  Asset,
  type AssetContent,
  nestingMax,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  type Secret,
  setOwn,
  Unknown,
  type Urn,
} from '@radiant/model';
import { type Json, type JsonObject, signatureKey, signatures, unknownText } from './deployment-json.ts';

export interface PropertyDecoder {
  /** Makes the secret that a sealed or plain text stands for; `path` is only valid during the call. */
  decodeSecret(json: JsonObject, path: readonly (string | number)[]): Secret;
  /** Ends the decoding with an error that says where. */
  fail(path: readonly (string | number)[], problem: string): never;
  readonly path: (string | number)[];
}

export function decodeProperties(map: JsonObject, decoder: PropertyDecoder): PropertyMap {
  return decodeMap(map, decoder);
}

/** What needs no change is kept by identity, so `json` belongs to the decoded value from here on. */
export function decodeProperty(json: Json, decoder: PropertyDecoder): PropertyValue {
  if (json === null || typeof json !== 'object') return json === unknownText ? new Unknown() : json;
  if (decoder.path.length > nestingMax) decoder.fail(decoder.path, `nested deeper than ${nestingMax} levels`);
  if (Array.isArray(json)) return decodeList(json, decoder);
  const object = json as JsonObject;
  const signature = Object.hasOwn(object, signatureKey) ? object[signatureKey] : undefined;
  return signature === undefined ? decodeMap(object, decoder) : decodeSpecial(signature, object, decoder);
}

function decodeList(list: readonly Json[], decoder: PropertyDecoder): PropertyValue {
  let isChanged = false;
  const { path } = decoder;
  const items = list.map((item, index) => {
    path.push(index);
    const next = decodeProperty(item, decoder);
    path.pop();
    isChanged ||= next !== item;
    return next;
  });
  return isChanged ? items : (list as readonly PropertyValue[]);
}

function decodeMap(map: JsonObject, decoder: PropertyDecoder): PropertyMap {
  let isChanged = false;
  const { path } = decoder;
  const result: Record<string, PropertyValue> = {};
  for (const key of Object.keys(map)) {
    const item = map[key]!;
    path.push(key);
    const next = decodeProperty(item, decoder);
    path.pop();
    isChanged ||= next !== item;
    setOwn(result, key, next);
  }
  return isChanged ? result : (map as PropertyMap);
}

function decodeSpecial(signature: Json, json: JsonObject, decoder: PropertyDecoder): PropertyValue {
  switch (signature) {
    case signatures.secret:
      return decoder.decodeSecret(json, decoder.path);
    case signatures.asset:
      return decodeAsset(json, decoder);
    case signatures.archive:
      return decodeArchive(json, decoder);
    case signatures.resourceReference:
      return decodeReference(json, decoder);
    case signatures.float:
      return decodeSpecialFloat(json, decoder);
    case signatures.byteString:
      return json as PropertyMap;
    default:
      return decoder.fail(decoder.path, `has the unknown signature ${JSON.stringify(signature)}`);
  }
}

function decodeSpecialFloat(json: JsonObject, decoder: PropertyDecoder): number {
  const digits = json.value;
  if (typeof digits !== 'string' || !/^[0-9a-f]{16}$/.test(digits))
    return decoder.fail(decoder.path, 'is a float whose value is not 16 hexadecimal digits');
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, BigInt(`0x${digits}`));
  return bits.getFloat64(0);
}

const emptyTextHash = createHash('sha256').update('').digest('hex');

function decodeAsset(json: JsonObject, decoder: PropertyDecoder): Asset {
  const hash = optionalText(json, 'hash', decoder) ?? '';
  const text = optionalText(json, 'text', decoder);
  const path = optionalText(json, 'path', decoder);
  const uri = optionalText(json, 'uri', decoder);
  let content: AssetContent = hash === emptyTextHash ? { kind: 'text', text: '' } : { kind: 'elided' };
  if (text !== undefined) content = { kind: 'text', text };
  else if (path !== undefined) content = { kind: 'path', path };
  else if (uri !== undefined) content = { kind: 'uri', uri };
  return new Asset(content, hash);
}

function decodeArchive(json: JsonObject, decoder: PropertyDecoder): Archive {
  const hash = optionalText(json, 'hash', decoder) ?? '';
  const path = optionalText(json, 'path', decoder);
  const uri = optionalText(json, 'uri', decoder);
  let content: ArchiveContent = { kind: 'elided' };
  if (json.assets !== undefined && json.assets !== null)
    content = { kind: 'assets', assets: decodeMembers(json.assets, decoder) };
  else if (path !== undefined) content = { kind: 'path', path };
  else if (uri !== undefined) content = { kind: 'uri', uri };
  return new Archive(content, hash);
}

function decodeMembers(json: Json, decoder: PropertyDecoder): { readonly [name: string]: Asset | Archive } {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return decoder.fail(decoder.path, 'is an archive whose assets are no map');
  const members: Record<string, Asset | Archive> = {};
  for (const [name, item] of Object.entries(json)) {
    decoder.path.push(name);
    const member = decodeProperty(item ?? null, decoder);
    if (!(member instanceof Asset) && !(member instanceof Archive))
      return decoder.fail(decoder.path, 'is in an archive, but is neither an asset nor an archive');
    setOwn(members, name, member);
    decoder.path.pop();
  }
  return members;
}

function decodeReference(json: JsonObject, decoder: PropertyDecoder): ResourceReference {
  if (typeof json.urn !== 'string') return decoder.fail(decoder.path, 'is a resource reference without a urn');
  const id = optionalText(json, 'id', decoder);
  const packageVersion = optionalText(json, 'packageVersion', decoder) ?? '';
  return new ResourceReference(json.urn as Urn, id === '' || id === unknownText ? new Unknown() : id, packageVersion);
}

function optionalText(json: JsonObject, key: string, decoder: PropertyDecoder): string | undefined {
  const value = json[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return decoder.fail(decoder.path, `has a "${key}" that is no string`);
  return value;
}
