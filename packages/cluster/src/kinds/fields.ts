import type { Fields } from '../kube-object.ts';

/**
 * Reading of objects that have not been validated yet: a manifest may hold anything anywhere, and the rules of a kind must answer it with
 * an error, not with a crash.
 */

export function isRecord(value: unknown): value is Record<string, Fields> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value when it is an object, else an empty one. */
export function recordOf(value: unknown): Record<string, Fields> {
  return isRecord(value) ? value : {};
}

/** The items of a list of objects, in place; anything else in the list counts as an empty object. */
export function itemsOf(value: unknown): Record<string, Fields>[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

/** The strings of a list of strings. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The string-valued entries of a map (labels, annotations, data). */
export function stringMapOf(value: unknown): Record<string, string> {
  // Without a prototype, so that no label seems to be there that is not (`constructor`).
  const map: Record<string, string> = Object.create(null);
  for (const [key, entry] of Object.entries(recordOf(value))) if (typeof entry === 'string') map[key] = entry;
  return map;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Go's zero value: what a client may write for "not given" where the type has no pointer. */
export function isZero(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}

/** Sets a field that is absent or null. */
export function setDefault(object: Record<string, Fields>, field: string, value: Fields): void {
  if (object[field] === undefined || object[field] === null) object[field] = value;
}

/** Sets a field that holds Go's zero value. */
export function setDefaultWhenZero(object: Record<string, Fields>, field: string, value: Fields): void {
  if (isZero(object[field])) object[field] = value;
}

/** The object in `field`, made there when it is missing. A value of another type is left to validation and stands apart. */
export function ensureRecord(object: Record<string, Fields>, field: string): Record<string, Fields> {
  setDefault(object, field, {});
  return recordOf(object[field]);
}

/** Deep equality of JSON values where an absent field, null, and (as Go's `Semantic.DeepEqual`) an empty map or list are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isVoid(a) && isVoid(b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSame(a[key], b[key]));
}

function isVoid(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}
