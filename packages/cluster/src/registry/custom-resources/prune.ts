import { type Decoded, decodeStruct } from '../../schema/decode.ts';
import { objectMetaType } from '../../schema/kube-types.ts';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * Reads a custom resource: fields the schema does not have are left out and named (kubernetes docs: "Field pruning"). Types are for
 * validation to judge; those of metadata are not, and throw DecodeError.
 */
export function readCustomResource(raw: unknown, schema: StructuralSchema): Decoded {
  const unknownFields: string[] = [];
  const { apiVersion, kind, metadata, ...content } = raw as Record<string, unknown>;
  const meta = decodeStruct({ metadata: metadata ?? {} }, withMetadata);
  unknownFields.push(...meta.unknownFields);
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...properties } = schema.properties ?? {};
  const pruned = prune(content, { ...schema, properties }, '', unknownFields) as Record<string, unknown>;
  return { value: { apiVersion, kind, metadata: meta.value.metadata ?? {}, ...pruned }, unknownFields };
}

/** Reads metadata at its own place, so that complaints name it. */
const withMetadata = {
  type: 'struct',
  name: '',
  isAtomic: false,
  fields: new Map([['metadata', { type: objectMetaType, isRequired: true }]]),
} as const;

function prune(value: unknown, schema: StructuralSchema, path: string, unknownFields: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => prune(item, schema.items ?? keepAll, `${path}[${index}]`, unknownFields));
  }
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    const inner = path === '' ? key : `${path}.${key}`;
    const fieldSchema = schemaOfField(schema, key);
    if (fieldSchema === undefined) {
      unknownFields.push(inner);
      continue;
    }
    if (field === null && fieldSchema.nullable !== true && fieldSchema !== keepAll) continue;
    if (key === '__proto__') continue;
    result[key] = prune(field, fieldSchema, inner, unknownFields);
  }
  return result;
}

const keepAll: StructuralSchema = { 'x-kubernetes-preserve-unknown-fields': true };
const embedded = new Set(['apiVersion', 'kind', 'metadata']);

function schemaOfField(schema: StructuralSchema, key: string): StructuralSchema | undefined {
  const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties![key] : undefined;
  if (property !== undefined) return property;
  if (schema['x-kubernetes-embedded-resource'] === true && embedded.has(key)) return keepAll;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  if (schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true) return keepAll;
  return undefined;
}

/** Fills in the schema's defaults, in place (kubernetes docs: "Defaulting"). */
export function applySchemaDefaults(value: unknown, schema: StructuralSchema): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items !== undefined) applySchemaDefaults(item, schema.items);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const isMissing = fields[key] === undefined || (fields[key] === null && property.nullable !== true);
    if (isMissing && property.default !== undefined) fields[key] = structuredClone(property.default);
    if (fields[key] !== undefined) applySchemaDefaults(fields[key], property);
  }
  const { additionalProperties } = schema;
  if (typeof additionalProperties !== 'object') return;
  for (const [key, field] of Object.entries(fields)) {
    if (schema.properties?.[key] === undefined) applySchemaDefaults(field, additionalProperties);
  }
}
