import {
  Archive,
  Asset,
  assert,
  isPropertyList,
  OperationError,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  setOwn,
  Unknown,
} from '@radiant/model';
import type { Json, JsonMap } from '../json.ts';
import { toServerKey } from './extension-keys.ts';

/**
 * Inputs as the API server takes them: secrets opened, extension keys in the server's spelling. Where `dropsNull`,
 * entries that are null are left out, which is what the server itself makes of them for built-in kinds. What comes back
 * must not be shown or stored. There must be no unknown in it.
 */
export function toJson(inputs: PropertyMap, dropsNull: boolean): JsonMap {
  return convert(inputs, dropsNull) as JsonMap;
}

function convert(value: PropertyValue, dropsNull: boolean): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isPropertyList(value)) return value.map((item) => convert(item, dropsNull));
  if (value instanceof Secret) return convert(value.value, dropsNull);
  assert(!(value instanceof Unknown), 'nothing unknown is sent to an API server');
  assert(!(value instanceof OutputValue), 'output values are lowered before a provider sees them');
  if (value instanceof ResourceReference) return value.urn;
  if (value instanceof Asset || value instanceof Archive)
    throw new OperationError({
      code: 'KUBERNETES_ASSET',
      summary: 'an asset or archive cannot be part of a Kubernetes object',
      remedy: 'read the file in the program and pass its text, for example with fs.readFileSync(path, "utf8")',
    });
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const held = item instanceof Secret ? item.value : item;
    if (dropsNull && held === null) continue;
    setOwn(result, toServerKey(key), convert(item, dropsNull));
  }
  return result;
}
