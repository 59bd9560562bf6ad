import type { StructType } from './field-types.ts';
import schemaFile from './kube-schema.json' with { type: 'json' };
import { structFromNotation } from './type-notation.ts';

/** A resource of the Kubernetes release that the schema was generated from. */
export interface SchemaResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  /** Name of its struct, for `structNamed`. */
  readonly type: string;
  readonly namespaced: boolean;
  /** Whether changes of spec raise metadata.generation. */
  readonly generation: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: Readonly<Record<string, SchemaSubresource>>;
}

export interface SchemaSubresource {
  readonly kind: string;
  readonly type: string;
  readonly verbs: readonly string[];
}

const schema = schemaFile as {
  readonly release: string;
  readonly types: Readonly<Record<string, string>>;
  readonly resources: readonly unknown[];
};

/** `1.36`. */
export const kubeRelease: string = schema.release;
export const schemaResources = schema.resources as readonly SchemaResource[];
export const structNames: readonly string[] = Object.keys(schema.types);

const structs = new Map<string, StructType>();

/** A built-in type by its name, such as `core.v1.Container`. Throws when there is none: names come from the schema itself. */
export function structNamed(name: string): StructType {
  const known = structs.get(name);
  if (known !== undefined) return known;
  const notation = schema.types[name];
  if (notation === undefined) throw new Error(`the Kubernetes schema has no type ${name}`);
  const struct = structFromNotation(name, notation, structNamed);
  structs.set(name, struct);
  return struct;
}

export const objectMetaType: StructType = structNamed('meta.v1.ObjectMeta');
