import { isPropertyList, isPropertyMap, type PropertyMap, type PropertyValue, Secret } from './property-value.ts';

/** A step into a value: a key of a map, a position in a list, or every child (`[*]`, `*`). */
export type PathSegment = string | number | { readonly wildcard: true };

export type PropertyPath = readonly PathSegment[];

const wildcard: PathSegment = Object.freeze({ wildcard: true });

/**
 * Parses `a.b[0].c`, `a["key.with.dots"]`, `a[*].b`, `*` (Pulumi: resource.ParsePropertyPath). Returns undefined when
 * the text is none.
 */
export function parsePropertyPath(text: string): PropertyPath | undefined {
  const segments: PathSegment[] = [];
  let rest = text;
  while (rest !== '') {
    if (rest.startsWith('.')) rest = rest.slice(1);
    if (rest.startsWith('[')) {
      const quoted = /^\["((?:[^"\\]|\\.)*)"\]/.exec(rest);
      const bare = /^\[(\d+|\*)\]/.exec(rest);
      const match = quoted ?? bare;
      if (match === null) return undefined;
      if (quoted !== null) segments.push(quoted[1]!.replaceAll(/\\(.)/g, '$1'));
      else segments.push(bare![1] === '*' ? wildcard : Number(bare![1]));
      rest = rest.slice(match[0].length);
      continue;
    }
    const word = /^[^.[]+/.exec(rest);
    if (word === null) return undefined;
    segments.push(word[0] === '*' ? wildcard : word[0]);
    rest = rest.slice(word[0].length);
  }
  return segments;
}

/** `spec.containers[0].image`; keys that a path could not carry bare are quoted. */
export function formatPropertyPath(path: PropertyPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (typeof segment === 'object') text += '[*]';
    else if (/[.[\]"]/.test(segment) || segment === '') text += `["${segment.replaceAll(/["\\]/g, '\\$&')}"]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}

/** The value at a path without wildcards; looks through secrets. */
export function getAtPath(value: PropertyValue | undefined, path: PropertyPath): PropertyValue | undefined {
  let current = value;
  for (const segment of path) {
    if (current instanceof Secret) current = current.value;
    if (typeof segment === 'number' && current !== undefined && current !== null && isPropertyList(current))
      current = current[segment];
    else if (typeof segment === 'string' && isPropertyMap(current) && Object.hasOwn(current, segment))
      current = current[segment];
    else return undefined;
  }
  return current;
}

/** Whether `path` lies at or under `prefix`, in which wildcards match one step each. */
export function pathContains(prefix: PropertyPath, path: PropertyPath): boolean {
  if (prefix.length > path.length) return false;
  return prefix.every((segment, index) => typeof segment === 'object' || segment === path[index]);
}

/**
 * `news` with what `path` names taken from `olds`: set to the old value, or removed where there was none. For
 * ignoreChanges. Returns undefined when the path cannot be followed in a list (lengths differ).
 */
export function resetAtPath(olds: PropertyMap, news: PropertyMap, path: PropertyPath): PropertyMap {
  return reset(olds, news, path) as PropertyMap;
}

function reset(
  olds: PropertyValue | undefined,
  news: PropertyValue | undefined,
  path: PropertyPath,
): PropertyValue | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return olds;
  const oldInner = olds instanceof Secret ? olds.value : olds;
  if (news instanceof Secret) {
    const inner = reset(oldInner, news.value, path);
    return inner === undefined ? undefined : new Secret(inner);
  }
  if (news !== undefined && news !== null && isPropertyList(news)) return resetInList(oldInner, news, segment, rest);
  if (!isPropertyMap(news))
    return news === undefined && rest.length === 0 && typeof segment !== 'object' ? rebuild(oldInner, segment) : news;
  const oldMap: PropertyMap = isPropertyMap(oldInner) ? oldInner : {};
  const keys =
    typeof segment === 'object' ? new Set([...Object.keys(oldMap), ...Object.keys(news)]) : [String(segment)];
  const result: Record<string, PropertyValue> = { ...news };
  for (const key of keys) {
    const old = Object.hasOwn(oldMap, key) ? oldMap[key] : undefined;
    const current = Object.hasOwn(news, key) ? news[key] : undefined;
    const next = rest.length > 0 && current === undefined ? undefined : reset(old, current, rest);
    if (next === undefined) delete result[key];
    else result[key] = next;
  }
  return result;
}

function resetInList(
  olds: PropertyValue | undefined,
  news: readonly PropertyValue[],
  segment: PathSegment,
  rest: PropertyPath,
): PropertyValue {
  const oldList = olds !== undefined && olds !== null && isPropertyList(olds) ? olds : [];
  return news.map((item, index) => {
    const isMeant = typeof segment === 'object' || segment === index;
    if (!isMeant || index >= oldList.length) return item;
    return reset(oldList[index], item, rest) ?? null;
  });
}

function rebuild(olds: PropertyValue | undefined, segment: string | number): PropertyValue | undefined {
  const value = getAtPath(olds, [segment]);
  return value === undefined ? undefined : { [String(segment)]: value };
}
