import { defineKind } from '../../kinds/define-kind.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { SchemaSubresource } from '../../schema/kube-types.ts';
import type { KubeKind, KubeSubresource } from '../kube-kind.ts';
import type { ServedResource } from '../served-resource.ts';
import type { Definition, DefinitionVersion } from './definition.ts';
import { columnsOf } from './printer-columns.ts';
import { applySchemaDefaults, readCustomResource } from './prune.ts';
import { validateBySchema } from './schema-validation.ts';
import { customType, type StructuralSchema } from './structural-schema.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The served versions of a definition's resource. Objects of all versions are the same but for their apiVersion. */
export function servedVersions(definition: Definition): ServedResource[] {
  const storedVersion = definition.versions.find((version) => version.isStored) ?? definition.versions[0]!;
  const stored = serve(definition, storedVersion, undefined);
  return definition.versions
    .filter((version) => version.isServed)
    .map((version) => (version === storedVersion ? stored : serve(definition, version, stored)));
}

function serve(definition: Definition, version: DefinitionVersion, stored: ServedResource | undefined): ServedResource {
  const apiVersion = `${definition.group}/${version.name}`;
  const withVersion =
    (wanted: string) =>
    (object: KubeObject): KubeObject =>
      object.apiVersion === wanted ? object : { ...object, apiVersion: wanted };
  const resource: ServedResource = {
    kind: customKind(definition, version),
    apiVersion,
    type: customType(version.schema),
    verbs,
    subresources: subresourcesOf(definition, version),
    collection: `${definition.group}/${definition.names.plural}`,
    get stored() {
      return stored ?? resource;
    },
    toStored: withVersion(stored?.apiVersion ?? apiVersion),
    fromStored: withVersion(apiVersion),
    read: (raw) => readCustomResource(raw, version.schema),
    custom: { schema: version.schema, ...(version.scale !== undefined && { scale: version.scale }) },
  };
  return resource;
}

function customKind(definition: Definition, { name, schema, columns, hasStatus, scale }: DefinitionVersion): KubeKind {
  const { names } = definition;
  const subresources: KubeSubresource[] = [
    ...(hasStatus ? (['status'] as const) : []),
    ...(scale !== undefined ? (['scale'] as const) : []),
  ];
  const { metadata: _metadata, apiVersion: _version, kind: _kind, ...properties } = schema.properties ?? {};
  const content: StructuralSchema = { ...schema, properties };
  return defineKind({
    group: definition.group,
    version: name,
    kind: names.kind,
    resource: names.plural,
    singular: names.singular,
    shortNames: names.shortNames,
    categories: names.categories,
    isNamespaced: definition.isNamespaced,
    hasGeneration: true,
    allowsPlainFinalizers: true,
    subresources,
    columns: columnsOf(columns),
    applyDefaults: (object) => applySchemaDefaults(object, content),
    validate: ({ apiVersion: _apiVersion, kind: _objectKind, metadata: _objectMetadata, ...fields }) =>
      validateBySchema(fields, content, ''),
  });
}

function subresourcesOf(
  definition: Definition,
  { hasStatus, scale }: DefinitionVersion,
): Record<string, SchemaSubresource> {
  const verbs = ['get', 'patch', 'update'];
  return {
    ...(hasStatus && { status: { kind: definition.names.kind, type: '', verbs } }),
    ...(scale !== undefined && { scale: { kind: 'Scale', type: 'autoscaling.v1.Scale', verbs } }),
  };
}
