import {
  mapEntries,
  mapProperty,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
  setOwn,
  someProperty,
  Unknown,
  type Urn,
} from '@radiant/model';

/** Secrets and unknowns as output values: the only form in which functions of programs can pass them on. */
export function upgraded(value: PropertyMap, dependencies?: readonly Urn[]): PropertyMap;
export function upgraded(value: PropertyValue, dependencies?: readonly Urn[]): PropertyValue;
export function upgraded(value: PropertyValue, dependencies: readonly Urn[] = []): PropertyValue {
  return mapProperty(value, (item) => {
    if (item instanceof Unknown) return new OutputValue(undefined, false, dependencies);
    if (item instanceof Secret) return secretOutput(item.value, dependencies);
    return item;
  });
}

function secretOutput(held: PropertyValue, dependencies: readonly Urn[]): OutputValue {
  return held instanceof OutputValue
    ? new OutputValue(held.value, true, held.dependencies)
    : new OutputValue(held, true, dependencies);
}

/** Inputs in which every property says what it depends on. */
export function withDependencies(
  inputs: PropertyMap,
  propertyDependencies: { readonly [property: string]: readonly Urn[] },
): PropertyMap {
  return mapEntries(inputs, (value, property) => {
    const needs = dependenciesOf(propertyDependencies, property);
    if (needs.length === 0) return value;
    const output = upgraded(value, needs);
    return output instanceof OutputValue ? output : new OutputValue(output, false, needs);
  });
}

/**
 * What each property depends on: what its output values say; else, since most SDKs answer with plain values, what it
 * depended on before.
 */
export function propertyDependenciesOf(
  inputs: PropertyMap,
  before: { readonly [property: string]: readonly Urn[] },
): Record<string, readonly Urn[]> {
  const result: Record<string, readonly Urn[]> = {};
  for (const [property, value] of Object.entries(inputs)) {
    const found = outputDependencies(value);
    setOwn(result, property, found.length > 0 ? found : dependenciesOf(before, property));
  }
  return result;
}

function dependenciesOf(all: { readonly [property: string]: readonly Urn[] }, property: string): readonly Urn[] {
  return Object.hasOwn(all, property) ? all[property]! : [];
}

function outputDependencies(value: PropertyValue): readonly Urn[] {
  const found = new Set<Urn>();
  someProperty(value, (item) => {
    if (item instanceof OutputValue) for (const urn of item.dependencies) found.add(urn);
    return false;
  });
  return [...found];
}
