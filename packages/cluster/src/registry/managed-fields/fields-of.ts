import type { FieldType } from '../../schema/field-types.ts';
import { anyType, typeOfField } from '../../schema/field-types.ts';
import { emptySet, type FieldSet, type PathElement } from './field-set.ts';
import { elementOf } from './list-elements.ts';

const member: FieldSet = {};

/**
 * The fields that a configuration sets (structured-merge-diff's ToFieldSet): leaves, entries of maps, items of merged lists, and maps
 * that are present but empty. Throws ListItemError.
 */
export function fieldsOf(value: unknown, type: FieldType): FieldSet {
  return nodeOf(value, type) ?? emptySet;
}

function nodeOf(value: unknown, type: FieldType): FieldSet | undefined {
  if (Array.isArray(value)) return nodeOfList(value, type);
  if (typeof value !== 'object' || value === null) return member;
  if ((type.type === 'struct' || type.type === 'map') && type.isAtomic) return member;
  const children: Record<PathElement, FieldSet> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const isNamed = type.type === 'struct' && type.fields.has(key);
    const node = nodeOf(field, typeOfField(type, key) ?? anyType);
    const isSelf = !isNamed || field === null || isEmptyMap(field);
    if (node === undefined && !isSelf) continue;
    children[`f:${key}`] =
      isSelf && node !== undefined && Object.keys(node).length > 0 ? { '.': member, ...node } : (node ?? member);
  }
  return children;
}

function nodeOfList(items: readonly unknown[], type: FieldType): FieldSet | undefined {
  if (type.type !== 'list' || type.topology === 'atomic') return member;
  if (items.length === 0) return undefined;
  const children: Record<PathElement, FieldSet> = {};
  for (const item of items) {
    const node = nodeOf(item, type.of) ?? emptySet;
    children[elementOf(item, type)] = Object.keys(node).length > 0 ? { '.': member, ...node } : member;
  }
  return children;
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
