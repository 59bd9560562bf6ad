import { ownField } from '../own-field.ts';

/** Equality of JSON values; the order of an object's keys does not count, and a key without a value equals an absent one. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => deepEqual(item, b[index]))
    );
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) if (!deepEqual(left[key], ownField(right, key))) return false;
  for (const key in right) if (right[key] !== undefined && ownField(left, key) === undefined) return false;
  return true;
}
