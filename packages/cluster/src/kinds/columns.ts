import type { KubeObject } from '../kube-object.ts';
import type { TableColumn } from '../registry/kube-kind.ts';
import { itemsOf, textOf } from './fields.ts';
import { ageOf } from './human-duration.ts';
import { formatSelector } from './label-selector.ts';

type Cell = TableColumn['value'];

/** Columns as the API server's own printers make them (kubernetes, pkg/printers/internalversion), so that kubectl shows what it always does. */
export function column(name: string, value: Cell, type: TableColumn['type'] = 'string'): TableColumn {
  return { name, type, priority: 0, value };
}

/** Shown by `-o wide` only. */
export function wideColumn(name: string, value: Cell, type: TableColumn['type'] = 'string'): TableColumn {
  return { name, type, priority: 1, value };
}

export const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
  value: (object) => object.metadata.name,
};

export const ageColumn: TableColumn = column('Age', (object, nowMs) => ageOf(object.metadata.creationTimestamp, nowMs));

/** What kinds without a printer of their own show (Role, LimitRange). */
export const createdAtColumn: TableColumn = {
  name: 'Created At',
  type: 'date',
  priority: 0,
  value: (object) => object.metadata.creationTimestamp ?? null,
};

/** Containers, images and selector of a workload, in `-o wide`. */
export function templateColumns(template: (object: KubeObject) => unknown): TableColumn[] {
  const containers = (object: KubeObject) =>
    itemsOf((template(object) as { spec?: { containers?: unknown } })?.spec?.containers);
  return [
    wideColumn('Containers', (object) =>
      containers(object)
        .map((container) => textOf(container.name))
        .join(','),
    ),
    wideColumn('Images', (object) =>
      containers(object)
        .map((container) => textOf(container.image))
        .join(','),
    ),
  ];
}

export const selectorColumn: TableColumn = wideColumn('Selector', (object) => formatSelector(object.spec?.selector));
