import type { PropertyPath } from './property-path.ts';
import {
  Archive,
  Asset,
  isPropertyList,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from './property-value.ts';
import type { Urn } from './urn.ts';

// Values are bounded by `nestingMax` where they come from, and so is the recursion below.

/** Rebuilds a value bottom-up; `replace` sees every value after its children. Unchanged parts are kept by identity. */
export function mapProperty(value: PropertyValue, replace: (value: PropertyValue) => PropertyValue): PropertyValue {
  if (value === null || typeof value !== 'object') return replace(value);
  if (isPropertyList(value)) {
    let changed = false;
    const items = value.map((item) => {
      const next = mapProperty(item, replace);
      changed ||= next !== item;
      return next;
    });
    return replace(changed ? items : value);
  }
  if (value instanceof Secret) {
    const inner = mapProperty(value.value, replace);
    return replace(inner === value.value ? value : new Secret(inner));
  }
  if (value instanceof OutputValue) {
    const inner = value.value === undefined ? undefined : mapProperty(value.value, replace);
    return replace(inner === value.value ? value : new OutputValue(inner, value.isSecret, value.dependencies));
  }
  if (
    value instanceof Unknown ||
    value instanceof Asset ||
    value instanceof Archive ||
    value instanceof ResourceReference
  )
    return replace(value);
  return replace(mapEntries(value, (item) => mapProperty(item, replace)));
}

/** Maps the values of a map, keeping the map itself when nothing changed. */
export function mapEntries(
  map: PropertyMap,
  replace: (value: PropertyValue, key: string) => PropertyValue,
): PropertyMap {
  let changed = false;
  const result: Record<string, PropertyValue> = {};
  for (const [key, item] of Object.entries(map)) {
    const next = replace(item, key);
    changed ||= next !== item;
    setOwn(result, key, next);
  }
  return changed ? result : map;
}

/** Sets a key of a user's map. `__proto__` is a key like any other here. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Whether `matches` holds for the value or anything inside it. */
export function someProperty(value: PropertyValue | undefined, matches: (value: PropertyValue) => boolean): boolean {
  if (value === undefined) return false;
  if (matches(value)) return true;
  if (value === null || typeof value !== 'object') return false;
  if (isPropertyList(value)) return value.some((item) => someProperty(item, matches));
  if (value instanceof Secret) return someProperty(value.value, matches);
  if (value instanceof OutputValue) return someProperty(value.value, matches);
  if (value instanceof ResourceReference) return value.id instanceof Unknown && matches(value.id);
  if (value instanceof Unknown || value instanceof Asset || value instanceof Archive) return false;
  return Object.values(value).some((item) => someProperty(item, matches));
}

/** What the output values in a value came by. */
export function outputDependencies(value: PropertyValue): readonly Urn[] {
  const found = new Set<Urn>();
  someProperty(value, (item) => {
    if (item instanceof OutputValue) for (const urn of item.dependencies) found.add(urn);
    return false;
  });
  return [...found];
}

export function containsUnknown(value: PropertyValue | undefined): boolean {
  return someProperty(
    value,
    (item) => item instanceof Unknown || (item instanceof OutputValue && item.value === undefined),
  );
}

export function containsSecret(value: PropertyValue | undefined): boolean {
  return someProperty(value, (item) => item instanceof Secret || (item instanceof OutputValue && item.isSecret));
}

/** The map with every unknown replaced; `path` says where it stands. What holds none is kept by identity. */
export function mapUnknowns(map: PropertyMap, replace: (unknown: Unknown, path: PropertyPath) => Unknown): PropertyMap {
  const visit = (value: PropertyValue, path: PropertyPath): PropertyValue => {
    if (value instanceof Unknown) return replace(value, path);
    if (!containsUnknown(value)) return value;
    if (value instanceof Secret) return new Secret(visit(value.value, path));
    if (isPropertyList(value!)) return value.map((item, index) => visit(item, [...path, index]));
    if (value instanceof ResourceReference)
      return new ResourceReference(value.urn, visit(value.id as Unknown, path) as Unknown, value.packageVersion);
    return isPropertyMap(value) ? mapEntries(value, (item, key) => visit(item, [...path, key])) : value;
  };
  return mapEntries(map, (value, key) => visit(value, [key]));
}

/** Every unknown of a map, with the path at which it stands. */
export function unknownsOf(map: PropertyMap): readonly { readonly path: PropertyPath; readonly unknown: Unknown }[] {
  const found: { path: PropertyPath; unknown: Unknown }[] = [];
  mapUnknowns(map, (unknown, path) => {
    found.push({ path, unknown });
    return unknown;
  });
  return found;
}

/** The value with every secret opened. What comes back must not be stored or shown. */
export function revealSecrets(value: PropertyMap): PropertyMap;
export function revealSecrets(value: PropertyValue): PropertyValue;
export function revealSecrets(value: PropertyValue): PropertyValue {
  return mapProperty(value, (item) => (item instanceof Secret ? item.value : item));
}

/** Output values become what a provider or the state can hold: unknown, secret, or the plain value. */
export function lowerOutputValues(value: PropertyMap): PropertyMap;
export function lowerOutputValues(value: PropertyValue): PropertyValue;
export function lowerOutputValues(value: PropertyValue): PropertyValue {
  return mapProperty(value, (item) => {
    if (!(item instanceof OutputValue)) return item;
    const inner = item.value === undefined ? new Unknown() : item.value;
    return item.isSecret && !(inner instanceof Secret) ? new Secret(inner) : inner;
  });
}

/** Structural equality. Secrets equal by content and by being secret; unknowns equal nothing, themselves included. */
export function propertyEquals(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  if (a instanceof Unknown || b instanceof Unknown) return false;
  if (a === b) return true;
  if (a === undefined || b === undefined || a === null || b === null) return false;
  if (typeof a === 'number' && typeof b === 'number') return Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b));
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (isPropertyList(a))
    return isPropertyList(b) && a.length === b.length && a.every((item, index) => propertyEquals(item, b[index]));
  if (isPropertyList(b)) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b))
    return isPlain(a) && isPlain(b) && mapEquals(a as PropertyMap, b as PropertyMap);
  if (a instanceof Secret) return propertyEquals(a.value, (b as Secret).value);
  if (a instanceof Asset || a instanceof Archive) return a.hash !== '' && a.hash === (b as Asset | Archive).hash;
  if (a instanceof ResourceReference)
    return a.urn === (b as ResourceReference).urn && propertyEquals(a.id, (b as ResourceReference).id);
  if (a instanceof OutputValue) {
    const other = b as OutputValue;
    return a.isSecret === other.isSecret && a.value !== undefined && propertyEquals(a.value, other.value);
  }
  return mapEquals(a as PropertyMap, b as PropertyMap);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function mapEquals(a: PropertyMap, b: PropertyMap): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && propertyEquals(a[key], b[key]));
}
