import {
  isPropertyList,
  isPropertyMap,
  type PropertyList,
  type PropertyMap,
  type PropertyValue,
  propertyEquals,
  Secret,
  Unknown,
} from '@radiant/model';
import type { Json } from '../json.ts';
import { isBuiltinKind } from '../kinds/builtin-kinds.ts';
import { type ListIdentity, listIdentity, uniqueKeys } from '../kinds/list-keys.ts';
import { isQuantityPath, quantitiesEqual } from '../kinds/quantity.ts';
import type { KubeKind } from '../kinds/resource-kind.ts';

export type Path = readonly (string | number)[];

/** One difference. Paths of additions and updates follow the new value, paths of deletions the old one. */
export interface Change {
  readonly path: Path;
  readonly kind: 'add' | 'delete' | 'update';
  readonly old?: PropertyValue;
  readonly new?: PropertyValue;
}

/** What the comparison takes for granted of a kind. */
interface Rules {
  readonly kind: string;
  /** Of built-in kinds the types are known: a null or an empty list is as good as none, quantities have many spellings. */
  readonly isTyped: boolean;
}

/**
 * How `news` differs from `olds`, both in the shape programs write. Items of lists are told apart as the API server
 * does, by key where the list has one, so that an inserted container is one addition. Secretness does not count.
 */
export function compareProperties(kind: KubeKind, olds: PropertyMap, news: PropertyMap): readonly Change[] {
  const isTyped = isBuiltinKind(kind) && kind.kind !== 'CustomResourceDefinition';
  const changes: Change[] = [];
  compare(olds, news, [], { kind: kind.kind, isTyped }, changes);
  return changes;
}

/** Whether two values at `path` mean the same to the API server. */
export function meansTheSame(kind: KubeKind, path: Path, a: PropertyValue, b: PropertyValue): boolean {
  const isTyped = isBuiltinKind(kind) && kind.kind !== 'CustomResourceDefinition';
  const changes: Change[] = [];
  compare(a, b, path, { kind: kind.kind, isTyped }, changes);
  return changes.length === 0;
}

function compare(
  held: PropertyValue | undefined,
  wanted: PropertyValue | undefined,
  path: Path,
  rules: Rules,
  changes: Change[],
): void {
  const old = open(held);
  const next = open(wanted);
  const isOldAbsent = isAbsent(old, rules);
  const isNextAbsent = isAbsent(next, rules);
  if (isOldAbsent && isNextAbsent) return;
  if (isOldAbsent) {
    if (!isEmptyList(next, rules)) changes.push({ path, kind: 'add', new: next! });
  } else if (isNextAbsent) {
    if (!isEmptyList(old, rules)) changes.push({ path, kind: 'delete', old: old! });
  } else if (isPropertyMap(old) && isPropertyMap(next)) compareMaps(old, next, path, rules, changes);
  else if (isList(old) && isList(next)) compareLists(old, next, path, rules, changes);
  else if (!leavesEqual(old!, next!, path, rules)) changes.push({ path, kind: 'update', old: old!, new: next! });
}

function compareMaps(old: PropertyMap, next: PropertyMap, path: Path, rules: Rules, changes: Change[]): void {
  for (const key of Object.keys(next))
    compare(Object.hasOwn(old, key) ? old[key] : undefined, next[key], [...path, key], rules, changes);
  for (const key of Object.keys(old))
    if (!Object.hasOwn(next, key)) compare(old[key], undefined, [...path, key], rules, changes);
}

function compareLists(old: PropertyList, next: PropertyList, path: Path, rules: Rules, changes: Change[]): void {
  const identity = rules.isTyped ? listIdentity(rules.kind, path) : undefined;
  const oldItems = old.map(open);
  const nextItems = next.map(open);
  const oldKeys = identity && uniqueKeys(oldItems, identity);
  const nextKeys = identity && uniqueKeys(nextItems, identity);
  if (identity === undefined || oldKeys === undefined || nextKeys === undefined)
    comparePositions(old, next, path, rules, changes);
  else compareKeyed({ old, next, oldKeys, nextKeys, identity }, path, rules, changes);
}

function comparePositions(old: PropertyList, next: PropertyList, path: Path, rules: Rules, changes: Change[]): void {
  const count = Math.max(old.length, next.length);
  for (let index = 0; index < count; index++) {
    const inner = [...path, index];
    if (index >= old.length) changes.push({ path: inner, kind: 'add', new: open(next[index])! });
    else if (index >= next.length) changes.push({ path: inner, kind: 'delete', old: open(old[index])! });
    else compare(old[index], next[index], inner, rules, changes);
  }
}

interface KeyedLists {
  readonly old: PropertyList;
  readonly next: PropertyList;
  readonly oldKeys: readonly string[];
  readonly nextKeys: readonly string[];
  readonly identity: ListIdentity;
}

function compareKeyed(lists: KeyedLists, path: Path, rules: Rules, changes: Change[]): void {
  const { old, next, oldKeys, nextKeys } = lists;
  if (lists.identity.isOrdered && isReordered(oldKeys, nextKeys)) {
    changes.push({ path, kind: 'update', old, new: next });
    return;
  }
  const added = new Map<number, Change>();
  nextKeys.forEach((key, index) => {
    const before = oldKeys.indexOf(key);
    if (before >= 0) compare(old[before], next[index], [...path, index], rules, changes);
    else added.set(index, { path: [...path, index], kind: 'add', new: open(next[index])! });
  });
  oldKeys.forEach((key, index) => {
    if (nextKeys.includes(key)) return;
    const addition = added.get(index);
    added.delete(index);
    const gone = { path: [...path, index], old: open(old[index])! };
    changes.push(
      addition === undefined ? { ...gone, kind: 'delete' } : { ...gone, kind: 'update', new: addition.new! },
    );
  });
  changes.push(...added.values());
}

function isReordered(oldKeys: readonly string[], nextKeys: readonly string[]): boolean {
  const kept = oldKeys.filter((key) => nextKeys.includes(key));
  const keptNow = nextKeys.filter((key) => oldKeys.includes(key));
  return kept.some((key, index) => key !== keptNow[index]);
}

function leavesEqual(old: PropertyValue, next: PropertyValue, path: Path, rules: Rules): boolean {
  if (next instanceof Unknown || old instanceof Unknown) return false;
  if (typeof old === 'number' && typeof next === 'number') return old === next;
  if (rules.isTyped && isQuantityPath(path) && isScalar(old) && isScalar(next)) return quantitiesEqual(old, next);
  return propertyEquals(old, next);
}

function isScalar(value: PropertyValue): value is Json & PropertyValue {
  return typeof value === 'string' || typeof value === 'number';
}

function isList(value: PropertyValue | undefined): value is PropertyList {
  return value !== undefined && value !== null && isPropertyList(value);
}

function isAbsent(value: PropertyValue | undefined, rules: Rules): boolean {
  return value === undefined || (value === null && rules.isTyped);
}

function isEmptyList(value: PropertyValue | undefined, rules: Rules): boolean {
  return rules.isTyped && isList(value) && value.length === 0;
}

function open(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}
