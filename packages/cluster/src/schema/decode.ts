import { formatQuantity, parseQuantity } from '../kinds/quantity.ts';
import { setOwnField } from '../own-field.ts';
import type { FieldSpec, FieldType, ScalarFormat, StructType } from './field-types.ts';

export interface Decoded {
  /** A copy with only known fields, no nulls, optional lists and maps that are empty left out, quantities in canonical form. */
  readonly value: Record<string, unknown>;
  /** `spec.template.spec.containers[0].imagee`. */
  readonly unknownFields: readonly string[];
}

/** A value of the wrong type, in the words of Go's JSON decoder, which clients see from a real API server. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** Reads `raw` as the API server reads a request body. Throws DecodeError. */
export function decodeStruct(raw: unknown, type: StructType): Decoded {
  const unknownFields: string[] = [];
  const value = decode(raw, type, { unknownFields, path: '', goPath: [], structName: '' });
  return { value: (value ?? {}) as Record<string, unknown>, unknownFields };
}

interface Place {
  readonly unknownFields: string[];
  /** With list indexes, as strict decoding reports. */
  readonly path: string;
  /** Without, as Go's decoder reports. */
  readonly goPath: readonly string[];
  readonly structName: string;
}

function decode(raw: unknown, type: FieldType, place: Place): unknown {
  switch (type.type) {
    case 'any':
      return structuredClone(raw);
    case 'scalar':
      return decodeScalar(raw, type.format, place);
    case 'list':
      if (!Array.isArray(raw)) throw mismatch(raw, `[]${goName(type.of)}`, place);
      return raw.map((item, index) =>
        item === null && type.of.type !== 'struct'
          ? null
          : decode(item ?? {}, type.of, { ...place, path: `${place.path}[${index}]` }),
      );
    case 'map':
      return decodeMap(raw, type.of, place);
    case 'struct':
      return decodeFields(raw, type, place);
  }
}

function decodeMap(raw: unknown, of: FieldType, place: Place): Record<string, unknown> {
  if (!isRecord(raw)) throw mismatch(raw, `map[string]${goName(of)}`, place);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (value === null && of.type !== 'scalar') continue;
    setOwnField(result, key, decode(value ?? '', of, inside(place, key, place.structName)));
  }
  return result;
}

function decodeFields(raw: unknown, type: StructType, place: Place): Record<string, unknown> {
  const bareName = type.name.slice(type.name.lastIndexOf('.') + 1);
  if (!isRecord(raw)) throw mismatch(raw, bareName === '' ? 'object' : goTypeName(type.name), place);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    const field: FieldSpec | undefined =
      type.fields.get(key) ?? (type.others === undefined ? undefined : { type: type.others, isRequired: false });
    if (field === undefined) {
      place.unknownFields.push(place.path === '' ? key : `${place.path}.${key}`);
      continue;
    }
    if (value === null || value === undefined) continue;
    const decoded = decode(value, field.type, inside(place, key, bareName));
    if (!field.isRequired && isLeftOutWhenEmpty(field.type) && isEmpty(decoded)) continue;
    setOwnField(result, key, decoded);
  }
  return result;
}

/** Go's `omitempty` leaves out empty lists and maps; structs behind pointers stay, because `emptyDir: {}` means something. */
function isLeftOutWhenEmpty(type: FieldType): boolean {
  return type.type === 'list' || type.type === 'map';
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

function decodeScalar(raw: unknown, format: ScalarFormat, place: Place): unknown {
  switch (format) {
    case 'string':
      if (typeof raw !== 'string') throw mismatch(raw, 'string', place);
      return raw;
    case 'boolean':
      if (typeof raw !== 'boolean') throw mismatch(raw, 'bool', place);
      return raw;
    case 'double':
      if (typeof raw !== 'number') throw mismatch(raw, 'float64', place);
      return raw;
    case 'int32':
    case 'int64':
      return decodeInteger(raw, format, place);
    case 'int-or-string':
      if (typeof raw === 'number') return decodeInteger(raw, 'int32', place);
      if (typeof raw !== 'string') throw mismatch(raw, 'intstr.IntOrString', place);
      return raw;
    case 'quantity':
      return decodeQuantity(raw);
    case 'time':
    case 'micro-time':
      return decodeTime(raw, format, place);
    case 'bytes':
      return decodeBytes(raw, place);
  }
}

function decodeInteger(raw: unknown, format: 'int32' | 'int64', place: Place): number {
  if (typeof raw !== 'number') throw mismatch(raw, format, place);
  const isInRange = format === 'int32' ? raw >= -(2 ** 31) && raw < 2 ** 31 : Math.abs(raw) < 2 ** 63;
  if (!Number.isInteger(raw) || !isInRange) throw mismatch(raw, format, place, `number ${raw}`);
  return raw;
}

function decodeQuantity(raw: unknown): string {
  if (typeof raw !== 'string' && typeof raw !== 'number') throw new DecodeError(quantityText);
  const quantity = parseQuantity(raw);
  if (quantity === undefined) throw new DecodeError(quantityText);
  return formatQuantity(quantity);
}

const quantityText = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function decodeTime(raw: unknown, format: 'time' | 'micro-time', place: Place): string {
  if (typeof raw !== 'string') throw mismatch(raw, 'string', place);
  const ms = Date.parse(raw);
  if (!rfc3339.test(raw) || Number.isNaN(ms)) {
    throw new DecodeError(
      `parsing time ${JSON.stringify(raw)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(raw)} as "2006"`,
    );
  }
  if (format === 'micro-time') return raw;
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function decodeBytes(raw: unknown, place: Place): string {
  if (typeof raw !== 'string') throw mismatch(raw, '[]uint8', place);
  const text = raw.replaceAll(/[\r\n]/g, '');
  const bad =
    /[^A-Za-z0-9+/=]/.exec(text)?.index ?? (text.length % 4 === 0 ? /=(?!=?$)/.exec(text)?.index : text.length);
  if (bad !== undefined) throw new DecodeError(`illegal base64 data at input byte ${bad}`);
  return text;
}

function mismatch(raw: unknown, wanted: string, place: Place, given = goKindOf(raw)): DecodeError {
  const where =
    place.goPath.length === 0 ? 'Go value' : `Go struct field ${place.structName}.${place.goPath.join('.')}`;
  return new DecodeError(`json: cannot unmarshal ${given} into ${where} of type ${wanted}`);
}

function goKindOf(raw: unknown): string {
  if (Array.isArray(raw)) return 'array';
  return typeof raw === 'boolean' ? 'bool' : typeof raw === 'object' ? 'object' : typeof raw;
}

function goName(type: FieldType): string {
  switch (type.type) {
    case 'list':
      return `[]${goName(type.of)}`;
    case 'map':
      return `map[string]${goName(type.of)}`;
    case 'struct':
      return goTypeName(type.name);
    case 'any':
      return 'interface {}';
    default: {
      const names: Partial<Record<ScalarFormat, string>> = {
        boolean: 'bool',
        double: 'float64',
        bytes: '[]uint8',
        quantity: 'resource.Quantity',
      };
      return names[type.format] ?? type.format;
    }
  }
}

/** `core.v1.Container` is `v1.Container` to Go. */
function goTypeName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

function inside(place: Place, key: string, structName: string): Place {
  return {
    unknownFields: place.unknownFields,
    path: place.path === '' ? key : `${place.path}.${key}`,
    goPath: [...place.goPath, key],
    structName,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
