import type { PropertyPath } from './property-path.ts';
import {
  isPropertyList,
  isPropertyMap,
  type PropertyList,
  type PropertyMap,
  type PropertyValue,
  Secret,
  Unknown,
} from './property-value.ts';

/** The path goes through what one of the two values lacks. */
const broken = Symbol('broken path');

type Reset = PropertyValue | undefined | typeof broken;

/**
 * `news` with what `path` names taken from `olds`: set to the old value, or removed where there was none (Pulumi:
 * PropertyPath.Reset). What was secret stays secret. No place on the way is made, and no list changes its length: returns
 * undefined when only that would do.
 */
export function resetAtPath(olds: PropertyMap, news: PropertyMap, path: PropertyPath): PropertyMap | undefined {
  const result = path.length === 0 ? broken : reset(olds, news, path);
  return result === broken ? undefined : (result as PropertyMap);
}

function reset(old: PropertyValue | undefined, current: PropertyValue | undefined, path: PropertyPath): Reset {
  const [segment, ...rest] = path;
  if (segment === undefined) return old;
  // A secret is looked through on the way; what comes out of an old one is one.
  if (current instanceof Secret) {
    const inner = reset(old instanceof Secret ? old.value : old, current.value, path);
    return inner === broken || inner === undefined ? inner : new Secret(inner);
  }
  if (old instanceof Secret) return reset(withSecretChildren(old.value), current, path);
  // Only the update will know where the path leads.
  if (current instanceof Unknown) return current;
  if (typeof segment === 'object') return resetEach(old, current, rest);
  return typeof segment === 'number' ? resetItem(old, current, segment, rest) : resetKey(old, current, segment, rest);
}

function resetItem(
  old: PropertyValue | undefined,
  current: PropertyValue | undefined,
  index: number,
  rest: PropertyPath,
): Reset {
  const oldList = asList(old);
  const list = asList(current);
  if (oldList === undefined && list === undefined) return current;
  if (oldList === undefined || list === undefined) return broken;
  const isLast = rest.length === 0;
  if (isLast && index >= oldList.length && index >= list.length) return current;
  if (index >= oldList.length || index >= list.length) return broken;
  const item = reset(oldList[index], list[index], rest);
  return item === broken ? broken : list.with(index, item ?? null);
}

function resetKey(
  old: PropertyValue | undefined,
  current: PropertyValue | undefined,
  key: string,
  rest: PropertyPath,
): Reset {
  const before = isPropertyMap(old) && Object.hasOwn(old, key) ? old[key] : undefined;
  if (!isPropertyMap(current)) {
    const isNothingThere = rest.length === 0 ? before === undefined : !isPropertyMap(old);
    return isNothingThere ? current : broken;
  }
  if (rest.length === 0) return withEntry(current, key, before);
  if (!isPropertyMap(old)) return broken;
  if (!Object.hasOwn(current, key)) return before === undefined ? current : broken;
  const value = reset(before, current[key], rest);
  return value === broken ? broken : withEntry(current, key, value);
}

function resetEach(old: PropertyValue | undefined, current: PropertyValue | undefined, rest: PropertyPath): Reset {
  const isLast = rest.length === 0;
  const list = asList(current);
  if (list !== undefined) {
    const oldList = asList(old);
    if (oldList === undefined) return isLast ? current : broken;
    if (oldList.length !== list.length) return broken;
    return inTurn(current, list.keys(), (value, index) => resetItem(old, value, index, rest));
  }
  if (!isPropertyMap(current)) return broken;
  if (!isPropertyMap(old)) return isLast ? current : broken;
  const keys = isLast ? new Set([...Object.keys(old), ...Object.keys(current)]) : Object.keys(old);
  return inTurn(current, keys, (value, key) => resetKey(old, value, key, rest));
}

function inTurn<Step extends string | number>(
  current: PropertyValue | undefined,
  steps: Iterable<Step>,
  apply: (value: PropertyValue | undefined, step: Step) => Reset,
): Reset {
  let result: Reset = current;
  for (const step of steps) {
    result = apply(result, step);
    if (result === broken) return broken;
  }
  return result;
}

function withSecretChildren(value: PropertyValue): PropertyValue {
  const secret = (child: PropertyValue) => (child instanceof Secret ? child : new Secret(child));
  if (isPropertyMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, secret(child)]));
  return asList(value)?.map(secret) ?? value;
}

/** Without the key where there is no value. */
function withEntry(map: PropertyMap, key: string, value: PropertyValue | undefined): PropertyMap {
  const entries = Object.entries(map);
  if (value === undefined) return Object.fromEntries(entries.filter(([other]) => other !== key));
  if (!Object.hasOwn(map, key)) return Object.fromEntries([...entries, [key, value]]);
  return Object.fromEntries(entries.map(([other, present]) => [other, other === key ? value : present]));
}

function asList(value: PropertyValue | undefined): PropertyList | undefined {
  return value !== undefined && value !== null && isPropertyList(value) ? value : undefined;
}
