import {
  isPropertyList,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
  setOwn,
  someProperty,
} from '@radiant/model';
import { isJsonList, isJsonMap, type Json, type JsonMap } from '../json.ts';
import { annotations } from '../kinds/annotations.ts';
import type { KubeKind } from '../kinds/resource-kind.ts';
import { toProgramKey } from './extension-keys.ts';

/** An object of the server as programs see it: extension keys in the programs' spelling. */
export function fromJson(object: JsonMap): PropertyMap {
  return convert(object) as PropertyMap;
}

function convert(value: Json): PropertyValue {
  if (isJsonList(value)) return value.map(convert);
  if (!isJsonMap(value)) return value;
  const result: Record<string, PropertyValue> = {};
  for (const [key, item] of Object.entries(value)) setOwn(result, toProgramKey(key), convert(item));
  return result;
}

export function isSecretKind(kind: KubeKind): boolean {
  return kind.kind === 'Secret' && kind.group === '';
}

/**
 * `object` with everything secret that is known to be: what was secret in `inputs`, and for the kind Secret its data
 * (Pulumi: annotateSecrets). A secret inside a list makes the whole list secret, since items may move.
 */
export function withSecrets(kind: KubeKind, inputs: PropertyMap, object: PropertyMap): PropertyMap {
  const marked = markLike(inputs, object) as PropertyMap;
  return isSecretKind(kind) ? withSecretData(marked) : marked;
}

/** The data of a Secret, and what kubectl copied of it into an annotation, made secret. */
export function withSecretData(object: PropertyMap): PropertyMap {
  const result: Record<string, PropertyValue> = { ...object };
  for (const field of ['data', 'stringData']) {
    const value = result[field];
    if (value !== undefined && value !== null && !(value instanceof Secret)) result[field] = new Secret(value);
  }
  if (isPropertyMap(result.metadata) && isPropertyMap(result.metadata.annotations)) {
    const copied = result.metadata.annotations[annotations.lastApplied];
    if (copied !== undefined && !(copied instanceof Secret))
      result.metadata = {
        ...result.metadata,
        annotations: { ...result.metadata.annotations, [annotations.lastApplied]: new Secret(copied) },
      };
  }
  return result;
}

function markLike(pattern: PropertyValue | undefined, value: PropertyValue): PropertyValue {
  if (pattern instanceof Secret) return value instanceof Secret ? value : new Secret(value);
  if (pattern === undefined || pattern === null || typeof pattern !== 'object') return value;
  if (isPropertyList(pattern)) return hasSecret(pattern) && !(value instanceof Secret) ? new Secret(value) : value;
  if (!isPropertyMap(pattern) || !isPropertyMap(value)) return value;
  let result: Record<string, PropertyValue> | undefined;
  for (const [key, item] of Object.entries(value)) {
    if (!Object.hasOwn(pattern, key)) continue;
    const marked = markLike(pattern[key], item);
    if (marked === item) continue;
    result ??= { ...value };
    setOwn(result, key, marked);
  }
  return result ?? value;
}

function hasSecret(value: PropertyValue): boolean {
  return someProperty(value, (item) => item instanceof Secret);
}
