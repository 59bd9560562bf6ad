/**
 * Keys of labels and data are anybody's words, `constructor` and `__proto__` among them: these look only at what an object itself has,
 * and never reach its prototype.
 */
export function ownField(fields: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

export function setOwnField(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
  else fields[key] = value;
}
