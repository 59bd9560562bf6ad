import type { KubeObject } from '../kube-object.ts';
import type { ServedResource } from '../registry/kind-table.ts';

/** What kubectl get prints (kubernetes docs: API concepts, "Receiving resources as Tables"). */
export interface TableOptions {
  readonly includeObject: string;
  readonly nowMs: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** A watch repeats the columns only in its first event. */
  readonly withColumns: boolean;
}

export function tableOf(
  resource: ServedResource,
  objects: readonly KubeObject[],
  options: TableOptions,
): Record<string, unknown> {
  const { columns } = resource.kind;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata,
    columnDefinitions: options.withColumns
      ? columns.map(({ name, type, format = '', description = '', priority }) => ({
          name,
          type,
          format,
          description,
          priority,
        }))
      : null,
    rows: objects.map((object) => ({
      cells: columns.map((column) => cell(column.value, object, options.nowMs)),
      ...rowObject(object, options.includeObject),
    })),
  };
}

function cell(value: (object: KubeObject, nowMs: number) => unknown, object: KubeObject, nowMs: number): unknown {
  return value(object, nowMs) ?? '';
}

function rowObject(object: KubeObject, includeObject: string): Record<string, unknown> {
  if (includeObject === 'None') return {};
  return { object: includeObject === 'Object' ? object : partialOf(object) };
}

export function partialOf(object: KubeObject): Record<string, unknown> {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
