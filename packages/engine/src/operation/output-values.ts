import {
  mapEntries,
  mapProperty,
  OutputValue,
  outputDependencies,
  type PropertyMap,
  type PropertyValue,
  Secret,
  setOwn,
  Unknown,
  type Urn,
} from '@radiant/model';

/** Secrets and unknowns as output values: the only form in which functions of programs can pass them on. */
export function upgraded(value: PropertyMap): PropertyMap;
export function upgraded(value: PropertyValue): PropertyValue;
export function upgraded(value: PropertyValue): PropertyValue {
  return mapProperty(value, (item) => {
    if (item instanceof Unknown) return new OutputValue(undefined, false, []);
    if (item instanceof Secret) return secretOutput(item.value);
    return item;
  });
}

function secretOutput(held: PropertyValue): OutputValue {
  return held instanceof OutputValue
    ? new OutputValue(held.value, true, held.dependencies)
    : new OutputValue(held, true, []);
}

/** Inputs in which every property says what it depends on. */
export function withDependencies(
  inputs: PropertyMap,
  propertyDependencies: { readonly [property: string]: readonly Urn[] },
): PropertyMap {
  return mapEntries(inputs, (value, property) => {
    const needs = dependenciesOf(propertyDependencies, property);
    const told = outputDependencies(value);
    if (needs.every((urn) => told.includes(urn))) return value;
    const output = upgraded(value);
    if (!(output instanceof OutputValue)) return new OutputValue(output, false, needs);
    return new OutputValue(output.value, output.isSecret, [...new Set([...output.dependencies, ...needs])]);
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

/** What each property came by: what is told beside the values, and what they tell themselves. */
export function allDependencies(
  values: PropertyMap,
  beside: { readonly [property: string]: readonly Urn[] },
): { readonly [property: string]: readonly Urn[] } {
  const result: Record<string, readonly Urn[]> = { ...beside };
  for (const [property, value] of Object.entries(values))
    setOwn(result, property, [...new Set([...dependenciesOf(beside, property), ...outputDependencies(value)])]);
  return result;
}

function dependenciesOf(all: { readonly [property: string]: readonly Urn[] }, property: string): readonly Urn[] {
  return Object.hasOwn(all, property) ? all[property]! : [];
}
