import type { KindTable } from '../registry/kind-table.ts';
import { addKind, documentInfo } from './open-api-document.ts';
import { resourcePaths } from './open-api-paths.ts';
import { SchemaCollector } from './open-api-schemas.ts';

/** Everything in one document, as OpenAPI v2 has it. */
export function swaggerDocument(table: KindTable): Record<string, unknown> {
  const collector = new SchemaCollector('#/definitions/');
  for (const resource of table.all()) addKind(collector, resource);
  const paths = table
    .all()
    .map((resource) => resourcePaths(resource, (name, type) => ({ name, in: 'query', type, uniqueItems: true })));
  return { swagger: '2.0', info: documentInfo, paths: Object.assign({}, ...paths), definitions: collector.schemas };
}
