import type { KindTable, ServedResource } from '../registry/kind-table.ts';
import { structNamed } from '../schema/kube-types.ts';
import { resourcePaths } from './open-api-paths.ts';
import { type Descriptions, SchemaCollector } from './open-api-schemas.ts';
import { serverVersion } from './version.ts';

export const documentInfo = { title: 'Kubernetes', version: serverVersion.gitVersion };

/** The OpenAPI v3 document of one group and version. */
export function openApiDocument(
  table: KindTable,
  group: string,
  version: string,
  descriptions: Descriptions,
): Record<string, unknown> {
  const resources = table.all().filter(({ kind }) => kind.group === group && kind.version === version);
  const collector = new SchemaCollector('#/components/schemas/', descriptions);
  for (const resource of resources) addKind(collector, resource);
  const paths = resources.map((resource) =>
    resourcePaths(resource, (name, type) => ({ name, in: 'query', schema: { type, uniqueItems: true } })),
  );
  return {
    openapi: '3.0.0',
    info: documentInfo,
    paths: Object.assign({}, ...paths),
    components: { schemas: collector.schemas },
  };
}

/** A kind's schema, its list's, and those of what its subresources take. */
export function addKind(collector: SchemaCollector, { kind, type, subresources, verbs, custom }: ServedResource): void {
  const { group, version } = kind;
  const extra = { 'x-kubernetes-group-version-kind': [{ group, kind: kind.kind, version }] };
  const name =
    custom === undefined
      ? collector.addStruct(type, extra)
      : collector.addCustom(`${group.split('.').reverse().join('.')}.${version}.${kind.kind}`, {
          ...custom.schema,
          ...extra,
        });
  for (const { type: subType } of Object.values(subresources)) {
    if (subType !== '') collector.addStruct(structNamed(subType));
  }
  if (!verbs.includes('list')) return;
  const listMeta = collector.addStruct(structNamed('meta.v1.ListMeta'));
  collector.schemas[`${name}List`] = {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: collector.reference(listMeta),
      items: { type: 'array', items: collector.reference(name) },
    },
    'x-kubernetes-group-version-kind': [{ group, kind: `${kind.kind}List`, version }],
  };
}
