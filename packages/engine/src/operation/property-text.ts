import {
  Archive,
  Asset,
  isPropertyList,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from '@radiant/model';

const lengthMax = 200;

/** A value as diagnostics name it: `{First}`, `{map[a:{42}]}`; a secret is never shown (Pulumi: PropertyValue.String). */
export function propertyText(value: PropertyValue): string {
  const text = valueText(value);
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}…`;
}

function valueText(value: PropertyValue): string {
  if (value === null) return '{<nil>}';
  if (typeof value !== 'object') return `{${value}}`;
  if (isPropertyList(value)) return `{[${value.map(valueText).join(' ')}]}`;
  if (value instanceof Secret || (value instanceof OutputValue && value.isSecret)) return '[secret]';
  if (value instanceof Unknown) return 'output<string>{}';
  if (value instanceof OutputValue) return value.value === undefined ? 'output<string>{}' : valueText(value.value);
  if (value instanceof Asset) return `{asset ${value.hash}}`;
  if (value instanceof Archive) return `{archive ${value.hash}}`;
  if (value instanceof ResourceReference) return `{${value.urn}}`;
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${valueText(value[key]!)}`);
  return `{map[${entries.join(' ')}]}`;
}
