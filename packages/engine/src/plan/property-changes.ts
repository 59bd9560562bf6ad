import {
  isPropertyList,
  isPropertyMap,
  noPropertyChanges,
  type PropertyChanges,
  type PropertyMap,
  type PropertyValue,
  propertyEquals,
  ResourceReference,
  Secret,
  setOwn,
  Unknown,
} from '@radiant/model';
import { propertyText } from '../operation/property-text.ts';

/** How two maps differ at their top level. A null is no value. */
export function changesBetween(olds: PropertyMap, news: PropertyMap): PropertyChanges {
  if (olds === news) return noPropertyChanges;
  const adds: Record<string, PropertyValue> = {};
  const updates: Record<string, PropertyValue> = {};
  const deletes: string[] = [];
  for (const key of unionOfKeys(olds, news)) {
    const [before, after] = [given(olds, key), given(news, key)];
    if (after === undefined) {
      if (before !== undefined) deletes.push(key);
    } else if (before === undefined) setOwn(adds, key, after);
    else if (!propertyEquals(before, after)) setOwn(updates, key, after);
  }
  return { adds, deletes, updates };
}

/** What a plan wants of one property, or what becomes of it: it comes, changes, goes, or stays as it is. */
type Change = '+' | '~' | '-' | '=';

/**
 * Where what becomes of the properties is not what was planned, one entry per property as Pulumi writes them: the planned
 * change, the actual one, the name and the value (`=~title[{First}]`). Sorted.
 */
export function changeViolations(olds: PropertyMap, news: PropertyMap, planned: PropertyChanges): readonly string[] {
  const keys = new Set([
    ...unionOfKeys(olds, news),
    ...Object.keys(planned.adds),
    ...Object.keys(planned.updates),
    ...planned.deletes,
  ]);
  return [...keys].flatMap((key) => changeViolation(key, olds, news, planned) ?? []).sort();
}

function changeViolation(
  key: string,
  olds: PropertyMap,
  news: PropertyMap,
  planned: PropertyChanges,
): string | undefined {
  const before = given(olds, key);
  const actual = given(news, key);
  const { change: expectedChange, value: expected } = plannedChange(key, planned);
  const actualChange = actualChangeOf(before, actual, expectedChange);
  if (actualChange === undefined || isWithin(expectedChange, expected, actualChange, actual)) return undefined;
  const values = [expected, actual].flatMap((value) => (value === undefined ? [] : propertyText(value)));
  return `${expectedChange}${actualChange}${key}${values.length === 0 ? '' : `[${values.join('!=')}]`}`;
}

function plannedChange(key: string, planned: PropertyChanges): { change: Change; value?: PropertyValue } {
  if (Object.hasOwn(planned.adds, key)) return { change: '+', value: planned.adds[key]! };
  if (Object.hasOwn(planned.updates, key)) return { change: '~', value: planned.updates[key]! };
  return { change: planned.deletes.includes(key) ? '-' : '=' };
}

/** Undefined: it is there neither before nor after, and no value was planned for it. */
function actualChangeOf(
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  expected: Change,
): Change | undefined {
  if (after === undefined) return before !== undefined || expected === '+' || expected === '~' ? '-' : undefined;
  if (before === undefined) return '+';
  return propertyEquals(before, after) ? '=' : '~';
}

/**
 * Whether a change is the planned one, or what is left of it after it was begun: what was to come may be there already. A
 * value that was unknown may have turned out to be none at all.
 */
function isWithin(
  expectedChange: Change,
  expected: PropertyValue | undefined,
  actualChange: Change,
  actual: PropertyValue | undefined,
): boolean {
  if (actual === undefined)
    return expectedChange === '-' || (expected !== undefined && isUnknown(expected) && expectedChange !== '=');
  switch (expectedChange) {
    case '+':
      return fits(expected!, actual);
    case '~':
      return actualChange !== '+' && fits(expected!, actual);
    case '-':
      return false;
    case '=':
      return actualChange === '=';
  }
}

/** Whether `actual` is what was foreseen. Where either is unknown, nothing can be said against it. */
function fits(expected: PropertyValue | undefined, actual: PropertyValue | undefined): boolean {
  if (expected instanceof Unknown || actual instanceof Unknown) return true;
  if (expected === undefined || expected === null || actual === undefined || actual === null)
    return (expected ?? undefined) === (actual ?? undefined);
  if (expected instanceof Secret) return actual instanceof Secret && fits(expected.value, actual.value);
  if (expected instanceof ResourceReference)
    return actual instanceof ResourceReference && expected.urn === actual.urn && fits(expected.id, actual.id);
  if (isPropertyList(expected))
    return (
      isPropertyList(actual) &&
      expected.length === actual.length &&
      expected.every((item, index) => fits(item, actual[index]))
    );
  if (isPropertyMap(expected))
    return (
      isPropertyMap(actual) &&
      unionOfKeys(expected, actual).every((key) => fits(given(expected, key), given(actual, key)))
    );
  return propertyEquals(expected, actual);
}

function isUnknown(value: PropertyValue): boolean {
  return value instanceof Unknown || (value instanceof Secret && isUnknown(value.value));
}

function given(map: PropertyMap, key: string): PropertyValue | undefined {
  return Object.hasOwn(map, key) ? (map[key] ?? undefined) : undefined;
}

function unionOfKeys(a: PropertyMap, b: PropertyMap): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}
