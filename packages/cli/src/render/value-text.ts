import {
  isPropertyList,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from '@radiant/model';
import { isPacked, packedLines } from './asset-text.ts';
import { escaped, padEnd, textWidth } from './text-width.ts';
import { unknownText } from './unknown-text.ts';

export interface ValueStyle {
  readonly showSecrets: boolean;
  /** Long strings whole. */
  readonly showFull: boolean;
}

/** Longer strings are folded, so that a certificate does not push everything else off the screen. */
const longestString = 150;

/** The lines of a value; the first is to stand behind `key: `, the others are indented relative to the key. */
export function valueLines(value: PropertyValue, style: ValueStyle): readonly string[] {
  if (value instanceof Secret) return style.showSecrets ? valueLines(value.value, style) : ['[secret]'];
  if (value instanceof Unknown) return [unknownText(value)];
  if (value instanceof OutputValue) return outputLines(value, style);
  if (value instanceof ResourceReference) return [quote(value.urn, style)];
  if (isPacked(value)) return packedLines(value);
  if (typeof value === 'string') return [quote(value, style)];
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return [String(value)];
  if (isPropertyList(value)) return listLines(value, style);
  return isPropertyMap(value) ? mapLines(value, style) : ['?'];
}

function outputLines(value: OutputValue, style: ValueStyle): readonly string[] {
  if (value.isSecret && !style.showSecrets) return ['[secret]'];
  return value.value === undefined ? ['[unknown]'] : valueLines(value.value, style);
}

function listLines(list: readonly PropertyValue[], style: ValueStyle): readonly string[] {
  if (list.length === 0) return ['[]'];
  const items = list.flatMap((item, index) => keyedLines(`[${index}]`, item, style));
  return ['[', ...items.map((line) => `    ${line}`), ']'];
}

function mapLines(map: PropertyMap, style: ValueStyle): readonly string[] {
  const lines = propertyLines(map, style);
  return lines.length === 0 ? ['{}'] : ['{', ...lines.map((line) => `    ${line}`), '}'];
}

/** `key  : value` for every property, keys aligned and in order; what SDKs keep for themselves (`__provider`) is left out. */
export function propertyLines(map: PropertyMap, style: ValueStyle): readonly string[] {
  const keys = Object.keys(map)
    .filter((key) => !key.startsWith('__'))
    .sort();
  const width = Math.max(0, ...keys.map((key) => textWidth(escaped(key))));
  return keys.flatMap((key) => keyedLines(padEnd(escaped(key), width), map[key]!, style));
}

export function keyedLines(key: string, value: PropertyValue, style: ValueStyle): readonly string[] {
  const [first, ...rest] = valueLines(value, style);
  return [`${key}: ${first}`, ...rest];
}

export function quote(text: string, style: ValueStyle): string {
  const quoted = JSON.stringify(text);
  if (style.showFull || quoted.length <= longestString) return quoted;
  const kept = [...text].slice(0, longestString - 20).join('');
  return `${JSON.stringify(kept)}… (${text.length} characters)`;
}
