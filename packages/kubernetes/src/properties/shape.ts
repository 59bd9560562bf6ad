import {
  isPropertyList,
  isPropertyMap,
  type PropertyList,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from '@radiant/model';
import { meansTheSame } from '../diff/compare.ts';
import { listIdentity, uniqueKeys } from '../kinds/list-keys.ts';
import type { KubeKind } from '../kinds/resource-kind.ts';

type Path = readonly (string | number)[];

/**
 * `live` as far as `inputs` speak of it: what the program does not mention is left out, what means the same keeps the
 * program's spelling, and secrets stay secret. So that after a refresh a difference to the program is a real one.
 */
export function pruneToInputs(kind: KubeKind, inputs: PropertyMap, live: PropertyMap): PropertyMap {
  return pruneMap(kind, inputs, live, []);
}

function pruneMap(kind: KubeKind, inputs: PropertyMap, live: PropertyMap, path: Path): PropertyMap {
  const result: Record<string, PropertyValue> = {};
  for (const [key, wanted] of Object.entries(inputs)) {
    const found = Object.hasOwn(live, key) ? live[key] : undefined;
    const pruned = found === undefined ? absence(wanted) : prune(kind, wanted, found, [...path, key]);
    if (pruned !== undefined)
      Object.defineProperty(result, key, { value: pruned, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

/** Of a null or an empty list the cluster keeps nothing: its absence there is no difference. */
function absence(wanted: PropertyValue): PropertyValue | undefined {
  const inner = wanted instanceof Secret ? wanted.value : wanted;
  const isNothing =
    inner === null ||
    (isPropertyList(inner) && inner.length === 0) ||
    (isPropertyMap(inner) && Object.keys(inner).length === 0);
  return isNothing ? wanted : undefined;
}

function prune(kind: KubeKind, wanted: PropertyValue, found: PropertyValue, path: Path): PropertyValue {
  if (wanted instanceof Secret) {
    const inner = prune(kind, wanted.value, found instanceof Secret ? found.value : found, path);
    return inner === wanted.value ? wanted : new Secret(inner);
  }
  const live = found instanceof Secret ? found.value : found;
  if (isPropertyMap(wanted) && isPropertyMap(live)) return pruneMap(kind, wanted, live, path);
  if (isList(wanted) && isList(live)) return pruneList(kind, wanted, live, path);
  return meansTheSame(kind, path, wanted, live) ? wanted : live;
}

function pruneList(kind: KubeKind, wanted: PropertyList, live: PropertyList, path: Path): PropertyValue {
  const identity = listIdentity(kind.kind, path);
  const wantedKeys = identity && uniqueKeys(wanted.map(open), identity);
  const liveKeys = identity && uniqueKeys(live.map(open), identity);
  if (wantedKeys === undefined || liveKeys === undefined)
    return live.slice(0, wanted.length).map((item, index) => prune(kind, wanted[index]!, item, [...path, index]));
  const kept: PropertyValue[] = [];
  wantedKeys.forEach((key, index) => {
    const at = liveKeys.indexOf(key);
    if (at >= 0) kept.push(prune(kind, wanted[index]!, live[at]!, [...path, index]));
  });
  return kept;
}

function isList(value: PropertyValue): value is PropertyList {
  return value !== null && isPropertyList(value);
}

function open(value: PropertyValue): PropertyValue {
  return value instanceof Secret ? value.value : value;
}
