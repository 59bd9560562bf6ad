import { ageOf } from '../../kinds/human-duration.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { TableColumn } from '../kube-kind.ts';
import { parseJsonPath } from './json-path.ts';

/** One of a CustomResourceDefinition's `additionalPrinterColumns`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly description?: string;
  readonly format?: string;
  readonly priority?: number;
}

const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  value: ({ metadata }) => metadata.name,
};
const ageColumn: TableColumn = {
  name: 'Age',
  type: 'date',
  priority: 0,
  value: ({ metadata }, nowMs) => ageOf(metadata.creationTimestamp, nowMs),
};

/** Name, then what the definition asks for; age when it asks for nothing. */
export function columnsOf(printerColumns: readonly PrinterColumn[] | undefined): readonly TableColumn[] {
  if (printerColumns === undefined || printerColumns.length === 0) return [nameColumn, ageColumn];
  return [nameColumn, ...printerColumns.map(columnOf)];
}

const types = new Set(['string', 'integer', 'date', 'boolean', 'number']);

function columnOf(column: PrinterColumn): TableColumn {
  const read = parseJsonPath(column.jsonPath);
  return {
    name: column.name,
    type: (types.has(column.type) ? column.type : 'string') as TableColumn['type'],
    ...(column.format !== undefined && { format: column.format }),
    ...(column.description !== undefined && { description: column.description }),
    priority: (column.priority ?? 0) > 0 ? 1 : 0,
    value: (object, nowMs) => cell(column.type, read?.(object) ?? [], object, nowMs),
  };
}

function cell(
  type: string,
  values: readonly unknown[],
  _object: KubeObject,
  nowMs: number,
): string | number | boolean | null {
  const [value] = values;
  if (value === undefined || value === null) return null;
  if (type === 'date') return ageOf(String(value), nowMs);
  if (typeof value === 'number' || typeof value === 'boolean') return type === 'string' ? String(value) : value;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
