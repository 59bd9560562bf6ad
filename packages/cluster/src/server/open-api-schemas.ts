import type { FieldSpec, FieldType, ScalarFormat, StructType } from '../schema/field-types.ts';
import { structNamed } from '../schema/kube-types.ts';

type Json = Record<string, unknown>;

/** Where a document keeps its schemas: `#/components/schemas/` in OpenAPI v3, `#/definitions/` in v2. */
export type ReferencePrefix = '#/components/schemas/' | '#/definitions/';

/** `io.k8s.api.apps.v1.Deployment`, as Kubernetes names the schema of `apps.v1.Deployment`. */
export function schemaName(structName: string): string {
  const [group, version, name] = structName.split('.');
  switch (group) {
    case 'meta':
      return `io.k8s.apimachinery.pkg.apis.meta.${version}.${name}`;
    case 'apiextensions':
      return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${name}`;
    case 'apiregistration':
      return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}.${name}`;
    default:
      return `io.k8s.api.${group}.${version}.${name}`;
  }
}

const scalarNames: Partial<Record<ScalarFormat, string>> = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  'int-or-string': 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  'micro-time': 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
};

const scalarSchemas: Record<ScalarFormat, Json> = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  boolean: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  'micro-time': { type: 'string', format: 'date-time' },
  quantity: { type: 'string' },
  'int-or-string': { type: 'string', format: 'int-or-string' },
};

/** By type and field; a type's own under the empty name (schema/kube-descriptions.json). */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const noExtra: Json = {};

/** What the fields of every kind mean. */
const common: Record<string, string> = {
  apiVersion:
    'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values.',
  kind: 'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase.',
  metadata: "Standard object's metadata.",
  spec: 'Specification of the desired state.',
  status: 'Most recently observed state, filled in by the cluster. Read-only.',
};

function described(description: string | undefined): Json {
  return description === undefined ? {} : { description };
}

/** Collects the schemas that a document's kinds are made of. */
export class SchemaCollector {
  readonly schemas: Record<string, Json> = {};
  readonly #prefix: ReferencePrefix;
  readonly #descriptions: Descriptions;

  constructor(prefix: ReferencePrefix, descriptions: Descriptions = {}) {
    this.#prefix = prefix;
    this.#descriptions = descriptions;
  }

  /** Adds the struct and everything below it; `extra` is for the schema of a kind. */
  addStruct(struct: StructType, extra: Json = noExtra): string {
    const name = schemaName(struct.name);
    if (this.schemas[name] !== undefined) {
      Object.assign(this.schemas[name], extra);
      return name;
    }
    const descriptions = this.#descriptions[struct.name] ?? {};
    const schema: Json = { ...described(descriptions['']), type: 'object', ...extra };
    this.schemas[name] = schema;
    const required = [...struct.fields].filter(([, field]) => field.isRequired).map(([field]) => field);
    if (required.length > 0) schema.required = required;
    if (struct.isAtomic) schema['x-kubernetes-map-type'] = 'atomic';
    if (struct.fields.size > 0) {
      schema.properties = Object.fromEntries(
        [...struct.fields].map(([field, spec]) => {
          const text = descriptions[field] ?? (extra === noExtra ? undefined : common[field]);
          return [field, { ...described(text), ...this.#property(spec) }];
        }),
      );
    }
    return name;
  }

  /** Adds the schema of a custom resource as its definition has it, with the metadata that every object has. */
  addCustom(name: string, schema: Json): string {
    const metadata = this.reference(this.addStruct(structNamed('meta.v1.ObjectMeta')));
    const identity = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata };
    this.schemas[name] = { ...schema, properties: { ...(schema.properties as Json | undefined), ...identity } };
    return name;
  }

  reference(name: string): Json {
    return { $ref: `${this.#prefix}${name}` };
  }

  #property({ type, patch }: FieldSpec): Json {
    const strategies = [
      ...(patch?.list !== undefined ? [patch.list] : []),
      ...(patch?.retainKeys ? ['retainKeys'] : []),
    ];
    const extensions = {
      ...(strategies.length > 0 && { 'x-kubernetes-patch-strategy': strategies.join(',') }),
      ...(patch?.key !== undefined && { 'x-kubernetes-patch-merge-key': patch.key }),
    };
    const schema = this.#schema(type);
    if (schema.$ref === undefined) return { ...schema, ...extensions };
    // A reference stands alone; v3 wraps it so that it can carry more.
    return this.#prefix === '#/definitions/' ? schema : { default: {}, allOf: [schema], ...extensions };
  }

  #schema(type: FieldType): Json {
    switch (type.type) {
      case 'any':
        return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
      case 'scalar':
        return this.#scalar(type.format);
      case 'list':
        return {
          type: 'array',
          items: this.#schema(type.of),
          'x-kubernetes-list-type': type.topology,
          ...(type.topology === 'map' && { 'x-kubernetes-list-map-keys': type.keys.map((key) => key.name) }),
        };
      case 'map':
        return {
          type: 'object',
          additionalProperties: this.#schema(type.of),
          ...(type.isAtomic && { 'x-kubernetes-map-type': 'atomic' }),
        };
      case 'struct':
        return this.reference(this.addStruct(type));
    }
  }

  #scalar(format: ScalarFormat): Json {
    const name = scalarNames[format];
    if (name === undefined) return scalarSchemas[format];
    this.schemas[name] ??= scalarSchemas[format];
    return this.reference(name);
  }
}
