import { isObject, type Json, type JsonObject } from './recorded.ts';

/**
 * What two runs of one program never share, and nothing else: times, ids made by chance, addresses, versions of the
 * tool, ciphertexts, positions in sources, and the closures of dynamic providers, which the recordings shorten. That
 * such a value is there is still compared.
 */
const setAsideFields: { readonly [field: string]: string } = {
  created: '<time>',
  modified: '<time>',
  time: '<time>',
  duration: '<time>',
  durationSeconds: '<time>',
  magic: '<version>',
  salt: '<ciphertext>',
  randomSeed: '<chance>',
  seed: '<chance>',
  sourcePosition: '<position>',
  stackTrace: '<position>',
  stackTraceHandle: '<position>',
  __provider: '<serialized provider>',
};

const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const addresses = /127\.0\.0\.1:\d+/g;

/** `folder` is where the program ran; recorded ones ran in `/project`. */
export function setAside(json: Json, folder = '/project'): Json {
  if (typeof json === 'string')
    return json.replaceAll(folder, '/project').replaceAll(uuids, '<uuid>').replaceAll(addresses, '<address>');
  if (Array.isArray(json)) return json.map((item) => setAside(item, folder));
  if (!isObject(json)) return json;
  const entries = Object.entries(json).map(([field, value]) => [field, setAsideField(json, field, value, folder)]);
  return Object.fromEntries(entries) as JsonObject;
}

function setAsideField(owner: JsonObject, field: string, value: Json, folder: string): Json {
  if (field === 'ciphertext' && value !== '[secret]') return '<ciphertext>';
  if (field === 'version' && 'magic' in owner) return '<version>';
  // A map of properties may have a property of any name: only what looks like the field is taken for it.
  const replacement = setAsideFields[field];
  return replacement === undefined || isObject(value) ? setAside(value, folder) : replacement;
}
