import { Archive, isPropertyMap, OutputValue, type PropertyMap, type PropertyValue, Secret } from './property-value.ts';

/** Levels of maps, lists and archives in a value. What goes deeper is refused, so every recursion over a value is bounded. */
export const nestingMax = 256;

/** Secrets and outputs directly in one another. */
const wrappingMax = 8;

/** The properties that are too deep. */
export function tooDeepNames(values: PropertyMap): readonly string[] {
  return Object.keys(values).filter((name) => isTooDeep(values[name]!));
}

/** Whether a property goes deeper than `nestingMax`, as one does that holds itself. */
export function isTooDeep(value: PropertyValue): boolean {
  return goesBeyond(value, nestingMax - 1, wrappingMax);
}

function goesBeyond(value: PropertyValue | undefined, levels: number, wrappings: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels < 0 || wrappings < 0) return true;
  if (value instanceof Secret || value instanceof OutputValue) return goesBeyond(value.value, levels, wrappings - 1);
  return partsOf(value).some((part) => goesBeyond(part, levels - 1, wrappingMax));
}

function partsOf(value: PropertyValue & object): readonly PropertyValue[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Archive) return value.content.kind === 'assets' ? Object.values(value.content.assets) : [];
  return isPropertyMap(value) ? Object.values(value) : [];
}
