import { ownField } from '../../own-field.ts';
import type { FieldType } from '../../schema/field-types.ts';
import { anyType } from '../../schema/field-types.ts';
import { deepEqual } from '../deep-equal.ts';
import { type FieldSet, FieldSetBuilder, isEmptySet, type PathElement } from './field-set.ts';
import { indexList } from './list-elements.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly removed: FieldSet;
  readonly modified: FieldSet;
}

/** Which fields differ between two states of an object, by its schema (structured-merge-diff's Compare). */
export function compareFields(before: unknown, after: unknown, type: FieldType): Comparison {
  const added = new FieldSetBuilder();
  const removed = new FieldSetBuilder();
  const modified = new FieldSetBuilder();
  const walker: Walker = { added, removed, modified, path: [] };
  walk(before, after, type, walker);
  return { added: added.build(), removed: removed.build(), modified: modified.build() };
}

export function isSame({ added, removed, modified }: Comparison): boolean {
  return isEmptySet(added) && isEmptySet(removed) && isEmptySet(modified);
}

interface Walker {
  readonly added: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly path: PathElement[];
}

function walk(before: unknown, after: unknown, type: FieldType, walker: Walker): void {
  if (before === after) return;
  const isLeaf =
    isLeafFor(before, type) || isLeafFor(after, type) || shapeOf(before ?? after) !== shapeOf(after ?? before);
  if (isLeaf) compareLeaf(before, after, walker);
  else if (Array.isArray(before ?? after))
    walkItems((before ?? []) as unknown[], (after ?? []) as unknown[], type, walker);
  else walkEntries((before ?? {}) as Entries, (after ?? {}) as Entries, type, walker);
}

type Entries = Record<string, unknown>;

function compareLeaf(before: unknown, after: unknown, walker: Walker): void {
  if (before === undefined) walker.added.insert(walker.path);
  else if (after === undefined) walker.removed.insert(walker.path);
  else if (!deepEqual(before, after)) walker.modified.insert(walker.path);
}

function shapeOf(value: unknown): 'list' | 'map' | 'scalar' {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'map' : 'scalar';
}

function isLeafFor(value: unknown, type: FieldType): boolean {
  if (value === undefined) return false;
  switch (shapeOf(value)) {
    case 'scalar':
      return true;
    case 'list':
      return type.type !== 'list' || type.topology === 'atomic';
    case 'map':
      return (type.type === 'struct' || type.type === 'map') && type.isAtomic;
  }
}

function walkEntries(before: Entries, after: Entries, type: FieldType, walker: Walker): void {
  for (const key in before)
    if (before[key] !== undefined) walkEntry(key, before[key], ownField(after, key), type, walker);
  for (const key in after)
    if (after[key] !== undefined && ownField(before, key) === undefined)
      walkEntry(key, undefined, after[key], type, walker);
}

function walkEntry(key: string, before: unknown, after: unknown, type: FieldType, walker: Walker): void {
  const field = type.type === 'struct' ? type.fields.get(key) : undefined;
  const fieldType =
    field?.type ?? (type.type === 'struct' ? type.others : type.type === 'map' ? type.of : undefined) ?? anyType;
  walker.path.push(`f:${key}`);
  walk(before, after, fieldType, walker);
  if (!(field !== undefined && isAlwaysThere(key, fieldType, field.isRequired))) noteWhole(before, after, walker);
  walker.path.pop();
}

/** A node that came or went with all that is in it. */
function noteWhole(before: unknown, after: unknown, walker: Walker): void {
  if (before === undefined && after !== undefined) walker.added.insert(walker.path);
  else if (after === undefined && before !== undefined) walker.removed.insert(walker.path);
}

/**
 * Structs that Go holds by value exist in every object, even one just made, so they are never themselves added. The schema does not say
 * which these are; it is the required ones and, by convention, these.
 */
function isAlwaysThere(key: string, type: FieldType, isRequired: boolean): boolean {
  if (type.type === 'scalar') return false;
  if (isRequired) return true;
  return type.type === 'struct' && heldByValue.has(key);
}

const heldByValue = new Set(['metadata', 'spec', 'status', 'template', 'strategy', 'updateStrategy', 'resources']);

function walkItems(before: unknown[], after: unknown[], type: FieldType, walker: Walker): void {
  if (type.type !== 'list') return;
  const old = indexList(before, type, 'allowed');
  const now = indexList(after, type, 'allowed');
  for (const element of new Set([...old.elements, ...now.elements])) {
    const wasThere = old.items.has(element);
    const isThere = now.items.has(element);
    const left = old.items.get(element);
    const right = now.items.get(element);
    walker.path.push(element);
    if (wasThere && isThere && (left === undefined || right === undefined)) {
      // Duplicates on either side: they are one value.
      const pick = (items: unknown[], elements: readonly string[]) =>
        items.filter((_, index) => elements[index] === element);
      compareLeaf(pick(before, old.elements), pick(after, now.elements), walker);
    } else {
      if (type.topology === 'map') walk(left, right, type.of, walker);
      if (!wasThere) walker.added.insert(walker.path);
      else if (!isThere) walker.removed.insert(walker.path);
    }
    walker.path.pop();
  }
}
