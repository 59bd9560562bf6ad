import type { ManagedFieldsEntry } from '../../kube-object.ts';
import { type FieldSet, isEmptySet, union } from './field-set.ts';

/** One writer of an object, with what it owns. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** By identity: name, operation and subresource, and for updates the version too. */
export type Managers = ReadonlyMap<string, Manager>;

export function managerKey(manager: Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>): string {
  return JSON.stringify([
    manager.operation,
    manager.name,
    manager.subresource,
    manager.operation === 'Apply' ? '' : manager.apiVersion,
  ]);
}

/** Entries that cannot be understood are left out: they would otherwise block every later write. */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined): Map<string, Manager> {
  const managers = new Map<string, Manager>();
  for (const entry of entries ?? []) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') continue;
    if (entry.fieldsType !== 'FieldsV1' || typeof entry.apiVersion !== 'string') continue;
    const manager: Manager = {
      name: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource ?? '',
      time: entry.time,
      fields: isTrie(entry.fieldsV1) ? entry.fieldsV1 : {},
    };
    managers.set(managerKey(manager), manager);
  }
  return managers;
}

function isTrie(value: unknown): value is FieldSet {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([element, node]) => (element === '.' || isElement(element)) && isTrie(node));
}

function isElement(element: string): boolean {
  if (element.startsWith('f:')) return true;
  if (!/^[kvi]:/.test(element)) return false;
  try {
    const value: unknown = JSON.parse(element.slice(2));
    return !element.startsWith('k:') || (typeof value === 'object' && value !== null);
  } catch {
    return false;
  }
}

const maxUpdateManagers = 10;
const mergedManagerName = 'ancient-changes';

/** In the API server's order: applies first, then by time, then by name. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] {
  const entries = [...cap(managers).values()]
    .filter((manager) => !isEmptySet(manager.fields))
    .sort(
      (a, b) =>
        compareText(a.operation, b.operation) ||
        compareText(a.time ?? '', b.time ?? '') ||
        compareText(a.name, b.name) ||
        compareText(a.apiVersion, b.apiVersion) ||
        compareText(a.subresource, b.subresource),
    );
  return entries.map((manager) => ({
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time !== undefined && { time: manager.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: manager.fields,
    ...(manager.subresource !== '' && { subresource: manager.subresource }),
  }));
}

/** At most ten updaters are told apart; the oldest become one entry. */
function cap(managers: Managers): Managers {
  const updates = [...managers].filter(([, manager]) => manager.operation === 'Update' && !isEmptySet(manager.fields));
  if (updates.length <= maxUpdateManagers) return managers;
  const result = new Map(managers);
  updates.sort(([, a], [, b]) => compareText(a.time ?? '', b.time ?? ''));
  const excess = updates.slice(0, updates.length - maxUpdateManagers + 1);
  for (const [key, manager] of excess) {
    result.delete(key);
    const bucket: Manager = { ...manager, name: mergedManagerName, subresource: '' };
    const bucketKey = managerKey(bucket);
    result.set(bucketKey, { ...bucket, fields: union(result.get(bucketKey)?.fields ?? {}, manager.fields) });
  }
  return result;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
