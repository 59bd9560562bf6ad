import { deepEqual } from '../deep-equal.ts';
import type { FieldError } from '../kube-kind.ts';
import type { StructuralSchema } from './structural-schema.ts';

/** What is wrong with a custom resource's values, in the words of the API server (kubernetes docs: "Validation"). */
export function validateBySchema(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  if (value === null && schema.nullable === true) return [];
  const typeError = validateType(value, schema, path);
  if (typeError !== undefined) return [typeError];
  return [
    ...validateValue(value, schema, path),
    ...validateInside(value, schema, path),
    ...validateCombined(value, schema, path),
  ];
}

function invalid(path: string, value: unknown, why: string): FieldError {
  return { field: path, reason: 'FieldValueInvalid', detail: `Invalid value: ${shown(value)}: ${why}` };
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

function validateType(value: unknown, schema: StructuralSchema, path: string): FieldError | undefined {
  const actual = jsonType(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    return actual === 'integer' || actual === 'string' ? undefined : wrongType(path, 'integer,string', actual);
  }
  const { type } = schema;
  if (type === undefined || type === actual || (type === 'number' && actual === 'integer')) return undefined;
  return wrongType(path, type, actual);
}

function wrongType(path: string, wanted: string, actual: string): FieldError {
  return invalid(path, actual, `${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`);
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function validateValue(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.enum !== undefined && !schema.enum.some((allowed) => deepEqual(allowed, value))) {
    const list = schema.enum.map(shown).join(', ');
    errors.push({
      field: path,
      reason: 'FieldValueNotSupported',
      detail: `Unsupported value: ${shown(value)}: supported values: ${list}`,
    });
  }
  if (typeof value === 'string') errors.push(...validateText(value, schema, path));
  if (typeof value === 'number') errors.push(...validateNumber(value, schema, path));
  return errors;
}

function validateText(value: string, schema: StructuralSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    errors.push({
      field: path,
      reason: 'FieldValueTooLong',
      detail: `Too long: may not be more than ${schema.maxLength} bytes`,
    });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    errors.push(invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  }
  if (schema.pattern !== undefined && patternOf(schema.pattern)?.test(value) === false) {
    errors.push(invalid(path, value, `${path} in body should match '${schema.pattern}'`));
  }
  if (schema.format !== undefined && formats[schema.format]?.test(value) === false) {
    errors.push(invalid(path, value, `${path} in body must be of type ${schema.format}: ${shown(value)}`));
  }
  return errors;
}

/** Go's syntax differs from JavaScript's in details; a pattern that only Go can read is not checked. */
function patternOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

const formats: Record<string, RegExp> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  duration: /^([+-]?(\d+(\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|w))+$|^0$/,
  ipv4: /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/,
  ipv6: /^[\da-fA-F:.]*:[\da-fA-F:.]*$/,
  uuid: /^[\da-fA-F]{8}-?([\da-fA-F]{4}-?){3}[\da-fA-F]{12}$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
  email: /^[^@\s]+@[^@\s]+$/,
  uri: /^[a-zA-Z][a-zA-Z0-9+.-]*:/,
};

function validateNumber(value: number, schema: StructuralSchema, path: string): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const errors: FieldError[] = [];
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    errors.push(
      invalid(
        path,
        value,
        `${path} in body should be less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`,
      ),
    );
  }
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    errors.push(
      invalid(
        path,
        value,
        `${path} in body should be greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`,
      ),
    );
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    errors.push(invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  }
  return errors;
}

function validateInside(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  if (Array.isArray(value)) return validateItems(value, schema, path);
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const errors: FieldError[] = [];
  const inner = (key: string) => (path === '' ? key : `${path}.${key}`);
  for (const key of schema.required ?? []) {
    if (fields[key] === undefined)
      errors.push({ field: inner(key), reason: 'FieldValueRequired', detail: 'Required value' });
  }
  const count = Object.keys(fields).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    errors.push({
      field: path,
      reason: 'FieldValueTooMany',
      detail: `Too many: ${count}: must have at most ${schema.maxProperties} items`,
    });
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    errors.push(invalid(path, count, `${path} in body should have at least ${schema.minProperties} properties`));
  }
  for (const [key, field] of Object.entries(fields)) {
    const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties![key] : undefined;
    const fieldSchema =
      property ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined);
    if (fieldSchema !== undefined) errors.push(...validateBySchema(field, fieldSchema, inner(key)));
  }
  return errors;
}

function validateItems(items: readonly unknown[], schema: StructuralSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.maxItems !== undefined && items.length > schema.maxItems) {
    errors.push({
      field: path,
      reason: 'FieldValueTooMany',
      detail: `Too many: ${items.length}: must have at most ${schema.maxItems} items`,
    });
  }
  if (schema.minItems !== undefined && items.length < schema.minItems) {
    errors.push(invalid(path, items.length, `${path} in body should have at least ${schema.minItems} items`));
  }
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (schema.items !== undefined) errors.push(...validateBySchema(item, schema.items, `${path}[${index}]`));
    const key = listKey(item, schema);
    if (key === undefined) continue;
    if (seen.has(key))
      errors.push({ field: `${path}[${index}]`, reason: 'FieldValueDuplicate', detail: `Duplicate value: ${key}` });
    seen.add(key);
  }
  return errors;
}

/** What must be unique in the list; undefined for atomic lists. */
function listKey(item: unknown, schema: StructuralSchema): string | undefined {
  if (schema['x-kubernetes-list-type'] === 'set') return shown(item);
  if (schema['x-kubernetes-list-type'] !== 'map' || typeof item !== 'object' || item === null) return undefined;
  const fields = item as Record<string, unknown>;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return JSON.stringify(
    Object.fromEntries(keys.map((key) => [key, fields[key] ?? schema.items?.properties?.[key]?.default])),
  );
}

function validateCombined(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  const errors = (schema.allOf ?? []).flatMap((one) => validateBySchema(value, one, path));
  const isValid = (one: StructuralSchema) => validateBySchema(value, one, path).length === 0;
  if (schema.anyOf !== undefined && !schema.anyOf.some(isValid)) {
    errors.push(invalid(path, value, `${JSON.stringify(path)} must validate at least one schema (anyOf)`));
  }
  if (schema.oneOf !== undefined) {
    const count = schema.oneOf.filter(isValid).length;
    const found = count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`;
    if (count !== 1)
      errors.push(
        invalid(path, value, `${JSON.stringify(path)} must validate one and only one schema (oneOf). ${found}`),
      );
  }
  if (schema.not !== undefined && isValid(schema.not)) {
    errors.push(invalid(path, value, `${JSON.stringify(path)} must not validate the schema (not)`));
  }
  return errors;
}
