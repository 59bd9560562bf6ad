import {
  isPropertyList,
  isPropertyMap,
  mapProperty,
  type PropertyMap,
  type PropertyValue,
  propertyEquals,
  type RegisterResourceResult,
  ResourceReference,
  type ResourceState,
  Secret,
  Unknown,
  type Urn,
} from '@radiant/model';

/** A record, and what became of the resource it tells of when it was declared again. */
export interface Redeclared {
  readonly state: ResourceState;
  readonly now: Pick<RegisterResourceResult, 'urn' | 'id' | 'outputs' | 'isUnknown'>;
}

/** Texts that stand for an output, with what stands in their place now. */
export type ChangedTexts = ReadonlyMap<string, PropertyValue>;

/**
 * What a resource gave when it was recorded and does not give any longer: the id of what is made again, an address that is
 * another now. What it was told by its own inputs is not an output of its.
 */
export function changedTexts({ state, now }: Redeclared): ChangedTexts {
  if (state.id === now.id && propertyEquals(state.outputs, now.outputs)) return nothing;
  const changed = new Map<string, PropertyValue>();
  if (state.id !== '' && state.id !== now.id) changed.set(state.id, now.id === '' ? new Unknown() : now.id);
  const told = new Set<string>();
  forEachText(state.inputs, [], (text) => told.add(text));
  const ambiguous = new Set<string>();
  forEachText(state.outputs, [], (text, path) => {
    const value = now.isUnknown === true ? new Unknown() : at(now.outputs, path);
    if (value === undefined || text === state.id || told.has(text)) return;
    // Where the same text is given twice, it must have become the same.
    if (isDifferent(changed.get(text) ?? value, value)) ambiguous.add(text);
    else changed.set(text, value);
  });
  for (const [text, value] of changed) if (ambiguous.has(text) || value === text) changed.delete(text);
  return changed;
}

/** The changes of several resources. A text that would mean two things means none. */
export function mergeChanges(all: readonly ChangedTexts[]): ChangedTexts {
  const some = all.filter(({ size }) => size > 0);
  if (some.length <= 1) return some[0] ?? nothing;
  const merged = new Map<string, PropertyValue>();
  const ambiguous = new Set<string>();
  for (const changes of some)
    for (const [text, value] of changes) {
      if (isDifferent(merged.get(text) ?? value, value)) ambiguous.add(text);
      else merged.set(text, value);
    }
  for (const text of ambiguous) merged.delete(text);
  return merged;
}

const nothing: ChangedTexts = new Map();

function isDifferent(one: PropertyValue, other: PropertyValue): boolean {
  if (one instanceof Unknown && other instanceof Unknown) return false;
  return !propertyEquals(one, other);
}

/** The value as it is to be declared now: with what others give in the place of what they gave. */
export function relink<Value extends PropertyValue>(
  value: Value,
  changed: ChangedTexts,
  redeclared: ReadonlyMap<Urn, Redeclared>,
): Value {
  if (changed.size === 0) return value;
  return mapProperty(value, (item) => {
    if (typeof item === 'string') return changed.get(item) ?? item;
    if (!(item instanceof ResourceReference) || typeof item.id !== 'string') return item;
    const now = redeclared.get(item.urn)?.now;
    if (now === undefined || now.id === item.id) return item;
    return new ResourceReference(now.urn, now.id === '' ? new Unknown() : now.id, item.packageVersion);
  }) as Value;
}

type Path = readonly (string | number)[];

function forEachText(value: PropertyValue, path: Path, visit: (text: string, path: Path) => void): void {
  if (typeof value === 'string') {
    if (value !== '') visit(value, path);
  } else if (value instanceof Secret) forEachText(value.value, path, visit);
  else if (value !== null && isPropertyList(value))
    for (const [index, item] of value.entries()) forEachText(item, [...path, index], visit);
  else if (isPropertyMap(value))
    for (const [key, item] of Object.entries(value)) forEachText(item, [...path, key], visit);
}

/** Secrets on the way are opened; the place where the value goes has its own. */
function at(map: PropertyMap, path: Path): PropertyValue | undefined {
  let value: PropertyValue | undefined = map;
  for (const step of path) {
    if (value instanceof Secret) value = value.value;
    if (value instanceof Unknown) return value;
    if (typeof step === 'number') value = value !== null && isPropertyList(value!) ? value[step] : undefined;
    else value = isPropertyMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    if (value === undefined) return undefined;
  }
  return value instanceof Secret ? value.value : value;
}
