/** What travels to and from an API server. */
export type Json = null | boolean | number | string | readonly Json[] | JsonMap;

export interface JsonMap {
  readonly [key: string]: Json;
}

/** An object as the API server keeps it. */
export type KubeObject = JsonMap;

export function isJsonMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value at a path of own keys and positions; undefined where the path ends early. */
export function jsonAt(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let current: Json | undefined = value;
  for (const segment of path) {
    if (typeof segment === 'number') current = isJsonList(current) ? current[segment] : undefined;
    else current = isJsonMap(current) && Object.hasOwn(current, segment) ? current[segment] : undefined;
  }
  return current;
}

export function mapAt(value: Json | undefined, ...path: readonly (string | number)[]): JsonMap {
  const found = jsonAt(value, ...path);
  return isJsonMap(found) ? found : {};
}

export function listAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = jsonAt(value, ...path);
  return isJsonList(found) ? found : [];
}

/** The string at a path; empty when there is none. */
export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = jsonAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

export function numberAt(value: Json | undefined, ...path: readonly (string | number)[]): number | undefined {
  const found = jsonAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}
