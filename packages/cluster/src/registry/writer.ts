import type { StructType } from '../schema/field-types.ts';
import { type RegistryContext, timestamp } from './context.ts';
import type { ServedResource } from './kind-table.ts';
import type { FieldSet } from './managed-fields/field-set.ts';
import type { Writer } from './managed-fields/track.ts';

export function writerOf(
  context: RegistryContext,
  resource: ServedResource,
  manager: string,
  subresource: string,
): Writer {
  return {
    name: manager,
    apiVersion: resource.apiVersion,
    subresource,
    now: timestamp(context),
    resetFields: resetFieldsOf(resource, subresource),
  };
}

const resetFields = new WeakMap<StructType, Map<string, FieldSet>>();

/** What a write through this door leaves alone, and so cannot come to own: status on the main endpoint, all else on `/status`. */
export function resetFieldsOf(resource: ServedResource, subresource: string): FieldSet {
  const byDoor = resetFields.get(resource.type) ?? new Map<string, FieldSet>();
  resetFields.set(resource.type, byDoor);
  const known = byDoor.get(subresource);
  if (known !== undefined) return known;
  const made = makeResetFields(resource, subresource);
  byDoor.set(subresource, made);
  return made;
}

function makeResetFields({ type, kind }: ServedResource, subresource: string): FieldSet {
  if (subresource !== 'status') return kind.subresources.includes('status') ? { 'f:status': {} } : {};
  const identity = new Set(['apiVersion', 'kind', 'metadata', 'status']);
  const others = [...type.fields.keys()].filter((field) => !identity.has(field));
  return Object.fromEntries([
    ...others.map((field) => [`f:${field}`, {}]),
    ['f:metadata', { 'f:labels': {}, 'f:annotations': {}, 'f:finalizers': {}, 'f:ownerReferences': {} }],
  ]);
}
