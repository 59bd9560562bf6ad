/**
 * What an object's fields are: names, types, and how values of two writers are merged (kubernetes docs: Server-Side Apply, "Merge strategy").
 * Built-in kinds have theirs from kube-schema.json, custom resources from the schema in their definition.
 */
export type FieldType = ScalarType | AnyType | ListType | MapType | StructType;

export type ScalarFormat =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  | 'time'
  | 'micro-time'
  | 'bytes'
  | 'quantity'
  | 'int-or-string';

export interface ScalarType {
  readonly type: 'scalar';
  readonly format: ScalarFormat;
}

/** No schema: lists are atomic, maps are merged key by key. */
export interface AnyType {
  readonly type: 'any';
}

export interface ListType {
  readonly type: 'list';
  readonly of: FieldType;
  /** `map`: items are told apart by `keys`; `set`: by their value; `atomic`: the list is one value. */
  readonly topology: 'atomic' | 'set' | 'map';
  readonly keys: readonly ListKey[];
}

export interface ListKey {
  readonly name: string;
  readonly default?: string;
}

export interface MapType {
  readonly type: 'map';
  readonly of: FieldType;
  readonly isAtomic: boolean;
}

export interface StructType {
  readonly type: 'struct';
  /** `apps.v1.DeploymentSpec`; empty for a struct inside a custom resource's schema. */
  readonly name: string;
  readonly isAtomic: boolean;
  readonly fields: ReadonlyMap<string, FieldSpec>;
  /** Type of the fields that are not in `fields`; without it they are unknown, and dropped. */
  readonly others?: FieldType;
}

export interface FieldSpec {
  readonly type: FieldType;
  readonly isRequired: boolean;
  readonly patch?: PatchStrategy;
}

/** How a strategic merge patch treats the field (k8s.io/api's `patchStrategy` and `patchMergeKey`). */
export interface PatchStrategy {
  /** `merge`: list items are merged by `key`, or as a set when the items are scalars. `replace`: the whole value is replaced. */
  readonly list?: 'merge' | 'replace';
  readonly key?: string;
  /** The patch may carry `$retainKeys`. */
  readonly retainKeys?: boolean;
}

export const anyType: AnyType = { type: 'any' };

/** The type of one field of a struct, an entry of a map, or anything inside an unknown. Undefined when the struct has no such field. */
export function typeOfField(type: FieldType, name: string): FieldType | undefined {
  switch (type.type) {
    case 'struct':
      return type.fields.get(name)?.type ?? type.others;
    case 'map':
      return type.of;
    default:
      return anyType;
  }
}
