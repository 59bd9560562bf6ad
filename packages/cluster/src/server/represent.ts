import type { KubeObject } from '../kube-object.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import { objectText } from '../storage/object-text.ts';
import type { Accepted } from './accept.ts';
import { type KubeResponse, textResponse, warningHeaders } from './http-messages.ts';
import { partialOf, tableOf } from './table.ts';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface View {
  readonly accepted: Accepted;
  readonly query: URLSearchParams;
  readonly nowMs: number;
}

/** One object as the client wants it, `object` being in the version of `resource`. */
export function objectResponse(
  status: number,
  resource: ServedResource,
  object: KubeObject,
  view: View,
  warnings: readonly string[] = [],
): KubeResponse {
  return textResponse(status, objectBody(resource, object, view), 'application/json', warningHeaders(warnings));
}

export function objectBody(
  resource: ServedResource,
  object: KubeObject,
  { accepted, query, nowMs }: View,
  withColumns = true,
): string {
  switch (accepted.representation) {
    case 'object':
      return objectText(object);
    case 'metadata':
      return JSON.stringify(partialOf(object));
    case 'table': {
      const metadata = { resourceVersion: object.metadata.resourceVersion };
      const includeObject = query.get('includeObject') ?? 'Metadata';
      return JSON.stringify(tableOf(resource, [object], { includeObject, nowMs, metadata, withColumns }));
    }
  }
}

export function listResponse(
  resource: ServedResource,
  objects: readonly KubeObject[],
  meta: ListMeta,
  view: View,
): KubeResponse {
  return textResponse(200, listBody(resource, objects, meta, view), 'application/json');
}

function listBody(
  resource: ServedResource,
  objects: readonly KubeObject[],
  meta: ListMeta,
  { accepted, query, nowMs }: View,
): string {
  switch (accepted.representation) {
    case 'object': {
      const items = objects.map((object) => itemText(resource, object)).join(',');
      return `{"kind":"${resource.kind.kind}List","apiVersion":"${resource.apiVersion}","metadata":${JSON.stringify(meta)},"items":[${items}]}`;
    }
    case 'metadata':
      return JSON.stringify({
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata: meta,
        items: objects.map(partialOf),
      });
    case 'table': {
      const includeObject = query.get('includeObject') ?? 'Metadata';
      return JSON.stringify(
        tableOf(resource, objects, { includeObject, nowMs, metadata: { ...meta }, withColumns: true }),
      );
    }
  }
}

/** Items of built-in kinds carry neither kind nor apiVersion; both are at the start of the stored text. */
function itemText({ custom }: ServedResource, object: KubeObject): string {
  const text = objectText(object);
  if (custom !== undefined) return text;
  const identity = `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},`;
  return text.startsWith(identity) ? `{${text.slice(identity.length)}` : text;
}
