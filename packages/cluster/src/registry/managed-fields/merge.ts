import { ownField, setOwnField } from '../../own-field.ts';
import type { FieldType, ListType } from '../../schema/field-types.ts';
import { anyType, typeOfField } from '../../schema/field-types.ts';
import { type FieldSet, isEmptySet, isMember, type PathElement, typeOfElement } from './field-set.ts';
import { elementOf, indexList } from './list-elements.ts';

/** `live` with everything that `config` says (structured-merge-diff's Merge). Throws ListItemError for duplicates in `config`. */
export function mergeFields(live: unknown, config: unknown, type: FieldType): unknown {
  if (config === undefined) return live;
  if (live === undefined || live === null) return checked(config, type);
  if (isMap(live) && isMap(config) && !((type.type === 'struct' || type.type === 'map') && type.isAtomic)) {
    const result: Record<string, unknown> = { ...live };
    for (const [key, value] of Object.entries(config)) {
      setOwnField(result, key, mergeFields(ownField(live, key), value, typeOfField(type, key) ?? anyType));
    }
    return result;
  }
  if (Array.isArray(live) && Array.isArray(config) && type.type === 'list' && type.topology !== 'atomic') {
    return mergeLists(live, config, type);
  }
  return checked(config, type);
}

/** Nothing to merge with, but lists inside must still be well-formed. */
function checked(config: unknown, type: FieldType): unknown {
  if (Array.isArray(config) && type.type === 'list' && type.topology !== 'atomic') {
    indexList(config, type, 'refused');
    return config.map((item) => checked(item, type.of));
  }
  if (isMap(config) && (type.type === 'struct' || type.type === 'map')) {
    for (const [key, value] of Object.entries(config)) checked(value, typeOfField(type, key) ?? anyType);
  }
  return config;
}

/** Applied items in their applied order; items that only live objects have keep their place relative to their neighbours. */
function mergeLists(live: readonly unknown[], config: readonly unknown[], type: ListType): unknown[] {
  const left = indexList(live, type, 'allowed');
  const right = indexList(config, type, 'refused');
  const shared = right.elements.filter((element) => left.items.has(element));
  const merged = new Set<PathElement>();
  const result: unknown[] = [];
  const takeApplied = (element: PathElement) => {
    merged.add(element);
    result.push(mergeFields(left.items.get(element), right.items.get(element), type.of));
    if (shared[0] === element) shared.shift();
  };

  let l = 0;
  let r = 0;
  while (l < live.length || r < config.length) {
    const liveElement = left.elements[l];
    const configElement = right.elements[r];
    if (liveElement !== undefined && configElement !== undefined) {
      if (liveElement === configElement) {
        takeApplied(configElement);
        l++;
        r++;
        continue;
      }
      if (right.items.has(liveElement) && shared.length > 0 && shared[0] !== liveElement) {
        l++;
        continue;
      }
    }
    if (liveElement !== undefined) {
      if (!right.items.has(liveElement)) {
        result.push(live[l]);
        l++;
        continue;
      }
      if (merged.has(liveElement)) l++;
    }
    if (configElement !== undefined) {
      takeApplied(configElement);
      r++;
    }
  }
  return result;
}

/** Without the given fields, and all that is below them; what becomes empty goes too (structured-merge-diff's RemoveItems). */
export function removeFields(value: unknown, set: FieldSet, type: FieldType): unknown {
  if (isEmptySet(set)) return value;
  if (Array.isArray(value)) {
    if (type.type !== 'list' || type.topology === 'atomic') return undefined;
    const kept = value.flatMap((item) => {
      const node = set[elementOf(item, type)];
      if (node === undefined) return [item];
      if (isMember(node)) return [];
      return [removeFields(item, node, type.of)];
    });
    return kept.length === 0 ? undefined : kept;
  }
  if (!isMap(value)) return value;
  if ((type.type === 'struct' || type.type === 'map') && type.isAtomic) return undefined;
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const element = `f:${key}`;
    const node = set[element];
    if (node !== undefined && isMember(node)) continue;
    const kept = node === undefined ? field : removeFields(field, node, typeOfElement(type, element));
    if (kept !== undefined) setOwnField(result, key, kept);
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
