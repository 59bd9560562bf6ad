import type { ListType } from '../../schema/field-types.ts';
import type { PathElement } from './field-set.ts';

/** An item that a list of the `map` or `set` topology cannot hold. The message is structured-merge-diff's. */
export class ListItemError extends Error {
  override readonly name = 'ListItemError';
}

/** What tells a list's item from the others: `k:{"name":"web"}`, or `v:"x"` in a set. */
export function elementOf(item: unknown, list: ListType): PathElement {
  if (list.topology === 'set') {
    if (typeof item === 'object' || item === undefined) {
      throw new ListItemError("associative list without keys has an element that's a map type");
    }
    return `v:${JSON.stringify(item)}`;
  }
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new ListItemError('associative list with keys may not have non-map elements');
  }
  const keys: Record<string, unknown> = {};
  let found = 0;
  for (const key of list.keys) {
    const value = (item as Record<string, unknown>)[key.name] ?? key.default;
    if (value === undefined) continue;
    keys[key.name] = value;
    found++;
  }
  // A key may be left out when others identify the item (structured-merge-diff keeps it as null); none at all is an error.
  if (found === 0) {
    throw new ListItemError(
      `associative list with keys has an element that omits key field ${JSON.stringify(list.keys[0]?.name)} (and doesn't have default value)`,
    );
  }
  return `k:${stableJson(keys)}`;
}

function stableJson(keys: Record<string, unknown>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))));
}

export interface ListIndex {
  /** One per item, in order. */
  readonly elements: readonly PathElement[];
  /** The item of each element; undefined where the live list has duplicates. */
  readonly items: ReadonlyMap<PathElement, unknown>;
}

/** Throws ListItemError, for duplicates too unless they are allowed (objects written before the list had keys). */
export function indexList(items: readonly unknown[], list: ListType, duplicates: 'allowed' | 'refused'): ListIndex {
  const byElement = new Map<PathElement, unknown>();
  const elements = items.map((item) => {
    const element = elementOf(item, list);
    if (byElement.has(element)) {
      if (duplicates === 'refused') throw new ListItemError(`duplicate entries for key ${duplicateText(element)}`);
      byElement.set(element, undefined);
    } else {
      byElement.set(element, item);
    }
    return element;
  });
  return { elements, items: byElement };
}

function duplicateText(element: PathElement): string {
  const value = element.slice(2);
  if (element.startsWith('v:')) return `[=${value}]`;
  const keys = Object.entries(JSON.parse(value) as Record<string, unknown>);
  return `[${keys.map(([name, key]) => `${name}=${JSON.stringify(key)}`).join(',')}]`;
}
