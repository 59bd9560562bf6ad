import { isPropertyList, isPropertyMap, type PropertyValue, Secret } from './property-value.ts';

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
