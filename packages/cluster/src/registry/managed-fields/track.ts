import { ApiError } from '../../api-error.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { StructType } from '../../schema/field-types.ts';
import { type Comparison, compareFields, isSame } from './compare.ts';
import {
  difference,
  emptySet,
  equalSets,
  type FieldSet,
  intersection,
  isEmptySet,
  paths,
  pathText,
  union,
  withNamedFields,
  withoutSubtrees,
} from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { fieldsAppliedByClient, withLastApplied } from './last-applied.ts';
import { type Manager, type Managers, managerKey, readManagers } from './managers.ts';
import { mergeFields, removeFields } from './merge.ts';

/** Who writes, and through which door. */
export interface Writer {
  readonly name: string;
  readonly apiVersion: string;
  /** Empty for the object's own endpoint. */
  readonly subresource: string;
  /** RFC 3339. */
  readonly now: string;
  /** Fields that this door never writes, and so nobody owns through it: `f:status` on the main endpoint. */
  readonly resetFields: FieldSet;
}

/** Never owned: the server's, or the object's identity (kubernetes docs: Server-Side Apply; stripMeta of the API server). */
const unowned: FieldSet = {
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': Object.fromEntries(
    'name namespace uid creationTimestamp generation resourceVersion managedFields selfLink clusterName'
      .split(' ')
      .map((field) => [`f:${field}`, {}]),
  ),
};

/** What the object's managers are after a write that is not an apply. `live` is undefined on creation. */
export function trackUpdate(
  live: KubeObject | undefined,
  object: KubeObject,
  type: StructType,
  writer: Writer,
): Managers {
  const managers = managersBeforeUpdate(live, object, writer);
  if (managers.size === 0 && live !== undefined) return managers;
  const comparison = compareFields(
    live === undefined ? emptyObject(object) : withoutManagers(live),
    withoutManagers(object),
    type,
  );
  if (isSame(comparison)) return managers;
  const taken = withoutSubtrees(
    withoutSubtrees(union(comparison.modified, comparison.added), unowned),
    writer.resetFields,
  );
  const result = releaseFromOthers(managers, undefined, comparison);
  if (isEmptySet(taken)) return result;
  const self: Omit<Manager, 'fields'> = {
    name: writer.name,
    operation: 'Update',
    apiVersion: writer.apiVersion,
    subresource: writer.subresource,
    time: writer.now,
  };
  const key = managerKey(self);
  result.set(key, { ...self, fields: union(result.get(key)?.fields ?? emptySet, taken) });
  return result;
}

/**
 * A client may rewrite managedFields itself; `[{}]` clears them, an empty list means it does not know about them. Through a subresource
 * it may not.
 */
function managersBeforeUpdate(live: KubeObject | undefined, object: KubeObject, writer: Writer): Managers {
  const current = readManagers(live?.metadata.managedFields);
  if (writer.subresource !== '') return current;
  const given = object.metadata.managedFields;
  if (given?.length === 1 && Object.keys(given[0]!).length === 0) return new Map();
  const managers = readManagers(given);
  return managers.size === 0 ? current : managers;
}

/** Takes what has changed away from everybody but `self`, and what is gone from everybody. */
function releaseFromOthers(
  managers: Managers,
  self: string | undefined,
  { added, removed, modified }: Comparison,
): Map<string, Manager> {
  const changed = union(added, modified);
  const result = new Map<string, Manager>();
  for (const [key, manager] of managers) {
    const fields =
      key === self
        ? manager.fields
        : difference(difference(manager.fields, intersection(manager.fields, changed)), removed);
    if (!isEmptySet(fields)) result.set(key, { ...manager, fields });
  }
  return result;
}

export interface Applied {
  /** Without managedFields; equal to the live object when nothing changed. */
  readonly object: KubeObject;
  readonly managers: Managers;
}

/**
 * Merges an applied configuration into the live object (kubernetes docs: Server-Side Apply). Fields that this manager applied before and
 * has now left out are removed unless somebody else owns them. Throws ApiError 409 naming each conflicting manager and field,
 * and ListItemError for lists that cannot be merged.
 */
export function trackApply(
  live: KubeObject | undefined,
  config: KubeObject,
  type: StructType,
  writer: Writer,
  force: boolean,
): Applied {
  const before = live === undefined ? emptyObject(config) : withoutManagers(live);
  const managers = new Map(readManagers(live?.metadata.managedFields));
  if (live !== undefined && managers.size === 0) addBeforeFirstApply(managers, before, type, writer);

  const self: Omit<Manager, 'fields'> = {
    name: writer.name,
    operation: 'Apply',
    apiVersion: writer.apiVersion,
    subresource: writer.subresource,
    time: writer.now,
  };
  const key = managerKey(self);
  const previous = managers.get(key);
  const effective = withoutManagers(removeFields(config, writer.resetFields, type) as KubeObject);
  const fields = withoutSubtrees(fieldsOf(effective, type), unowned);
  const merged = mergeFields(before, effective, type) as KubeObject;
  managers.set(key, { ...self, fields });
  const object = prune(merged, previous?.fields ?? emptySet, managers, type);

  const comparison = compareFields(before, object, type);
  const allowed = force || live === undefined ? emptySet : fieldsAppliedByClient(live, writer.name, type);
  if (!force) refuseConflicts(managers, key, comparison, allowed);
  const result = releaseFromOthers(managers, key, comparison);
  const hasChanged = previous === undefined || !isSame(comparison) || !equalSets(previous.fields, fields);
  if (isEmptySet(fields)) result.delete(key);
  else if (!hasChanged) result.set(key, previous);
  return { object: withLastApplied(object, config, writer.name), managers: result };
}

/** Objects that nobody has tracked so far belong to whoever wrote them before. */
function addBeforeFirstApply(managers: Map<string, Manager>, live: KubeObject, type: StructType, writer: Writer): void {
  const first: Omit<Manager, 'fields'> = {
    name: 'before-first-apply',
    operation: 'Update',
    apiVersion: writer.apiVersion,
    subresource: '',
    time: writer.now,
  };
  managers.set(managerKey(first), { ...first, fields: withoutSubtrees(fieldsOf(live, type), unowned) });
}

/** structured-merge-diff's prune: what was applied last time, is not applied now, and is owned by nobody else. */
function prune(merged: KubeObject, previous: FieldSet, managers: Managers, type: StructType): KubeObject {
  if (isEmptySet(previous)) return merged;
  const named = (set: FieldSet) => withNamedFields(set, type);
  const last = named(previous);
  const pruned = removeFields(merged, last, type);
  const mergedSet = named(fieldsOf(merged, type));
  const owned = [...managers.values()].reduce((all, manager) => union(all, manager.fields), emptySet);
  const prunedSet = named(fieldsOf(pruned ?? {}, type));
  const withOwned = removeFields(merged, difference(mergedSet, union(prunedSet, named(owned))), type);
  const withOwnedSet = named(fieldsOf(withOwned ?? {}, type));
  const gone = intersection(difference(mergedSet, withOwnedSet), last);
  return (removeFields(merged, gone, type) ?? {}) as KubeObject;
}

function refuseConflicts(managers: Managers, self: string, { added, modified }: Comparison, allowed: FieldSet): void {
  const changed = difference(union(added, modified), allowed);
  const conflicts = [...managers].flatMap(([key, manager]) => {
    if (key === self) return [];
    return paths(intersection(manager.fields, changed)).map((path) => ({ manager, field: pathText(path) }));
  });
  if (conflicts.length > 0) throw conflictError(conflicts);
}

function conflictError(conflicts: readonly { manager: Manager; field: string }[]): ApiError {
  const described = conflicts.map(({ manager, field }) => ({ who: describe(manager), field }));
  const details = {
    causes: described.map(({ who, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${who}`,
      field,
    })),
  };
  if (described.length === 1) {
    const { who, field } = described[0]!;
    return new ApiError(409, 'Conflict', `Apply failed with 1 conflict: conflict with ${who}: ${field}`, details);
  }
  const parts = [...new Set(described.map(({ who }) => who))].sort().map((who) => {
    const fields = described.filter((conflict) => conflict.who === who).map(({ field }) => `- ${field}`);
    return [`conflicts with ${who}:`, ...fields].join('\n');
  });
  return new ApiError(409, 'Conflict', `Apply failed with ${described.length} conflicts: ${parts.join('\n')}`, details);
}

function describe(manager: Manager): string {
  const subresource = manager.subresource === '' ? '' : ` with subresource ${JSON.stringify(manager.subresource)}`;
  const version = manager.operation === 'Update' ? ` using ${manager.apiVersion}` : '';
  return `${JSON.stringify(manager.name)}${subresource}${version}`;
}

function emptyObject(object: KubeObject): KubeObject {
  const { name, namespace } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  };
}

function withoutManagers(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
