import type { FieldSpec, FieldType, ListKey, ScalarFormat, StructType } from '../../schema/field-types.ts';
import { anyType } from '../../schema/field-types.ts';
import { objectMetaType } from '../../schema/kube-types.ts';

/** The schema in a CustomResourceDefinition's version (kubernetes docs: "Specifying a structural schema"). */
export interface StructuralSchema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: boolean | StructuralSchema;
  readonly items?: StructuralSchema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly StructuralSchema[];
  readonly anyOf?: readonly StructuralSchema[];
  readonly oneOf?: readonly StructuralSchema[];
  readonly not?: StructuralSchema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
}

const identity: FieldSpec = { type: { type: 'scalar', format: 'string' }, isRequired: false };

/** The type of a custom resource, as server-side apply and patches need it. */
export function customType(schema: StructuralSchema): StructType {
  const struct = structOf(schema);
  return {
    ...struct,
    fields: new Map<string, FieldSpec>([
      ...struct.fields,
      ['apiVersion', identity],
      ['kind', identity],
      ['metadata', { type: objectMetaType, isRequired: false }],
    ]),
  };
}

function structOf(schema: StructuralSchema): StructType {
  const required = new Set(schema.required ?? []);
  const fields = new Map(
    Object.entries(schema.properties ?? {}).map(([name, property]) => {
      return [name, { type: typeOf(property), isRequired: required.has(name) }] as const;
    }),
  );
  const others = schema['x-kubernetes-preserve-unknown-fields'] === true ? anyType : undefined;
  return {
    type: 'struct',
    name: '',
    isAtomic: schema['x-kubernetes-map-type'] === 'atomic',
    fields,
    ...(others !== undefined && { others }),
  };
}

const scalars: Record<string, ScalarFormat> = {
  string: 'string',
  integer: 'int64',
  number: 'double',
  boolean: 'boolean',
};

function typeOf(schema: StructuralSchema): FieldType {
  if (schema['x-kubernetes-int-or-string'] === true) return { type: 'scalar', format: 'int-or-string' };
  switch (schema.type) {
    case 'array':
      return {
        type: 'list',
        of: schema.items === undefined ? anyType : typeOf(schema.items),
        topology: schema['x-kubernetes-list-type'] ?? 'atomic',
        keys: (schema['x-kubernetes-list-map-keys'] ?? []).map((name) => keyOf(name, schema.items)),
      };
    case 'object': {
      if (schema.properties !== undefined) return structOf(schema);
      const { additionalProperties } = schema;
      if (additionalProperties === undefined || additionalProperties === false) {
        return schema['x-kubernetes-preserve-unknown-fields'] === true ? anyType : structOf(schema);
      }
      const of = additionalProperties === true ? anyType : typeOf(additionalProperties);
      return { type: 'map', of, isAtomic: schema['x-kubernetes-map-type'] === 'atomic' };
    }
    default: {
      const format = scalars[schema.type ?? ''];
      return format === undefined ? anyType : { type: 'scalar', format };
    }
  }
}

function keyOf(name: string, items: StructuralSchema | undefined): ListKey {
  const byDefault = items?.properties?.[name]?.default;
  return byDefault === undefined ? { name } : { name, default: byDefault as string };
}
