import { ApiError } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import type { FieldType } from '../schema/field-types.ts';
import { conflict, modifiedText, type RegistryContext, type WriteOptions } from './context.ts';
import type { ServedResource } from './kind-table.ts';
import { applyJsonPatch } from './patch/json-patch.ts';
import { mergePatch } from './patch/merge-patch.ts';
import { strategicMerge } from './patch/strategic-merge.ts';
import { type FieldValidation, readObject } from './read-body.ts';
import { requireSameIdentity, updateObject } from './update.ts';

/** The patches that are computed from the object; server-side apply is `applyObject`. */
export type PatchType = 'json' | 'merge' | 'strategic';

export interface PatchOptions extends WriteOptions {
  readonly validation: FieldValidation;
}

/** Patches the stored object `live`. Throws ApiError 400 or 422 for a patch that does not fit, and what update throws. */
export function patchObject(
  context: RegistryContext,
  resource: ServedResource,
  live: KubeObject,
  patch: unknown,
  patchType: PatchType,
  subresource: '' | 'status',
  options: PatchOptions,
): KubeObject {
  const { name, namespace } = live.metadata;
  const patched = patchDocument(resource.fromStored(live), patch, patchType, resource.type);
  const desired = readObject(resource, patched, options.validation, options.warnings ?? []);
  requireSameIdentity(resource, namespace, name, desired);
  if (desired.metadata.resourceVersion !== live.metadata.resourceVersion && desired.metadata.resourceVersion) {
    throw conflict(resource, name, modifiedText);
  }
  const updated = updateObject(context, resource.stored, live, resource.toStored(desired), subresource, options);
  return resource.fromStored(updated);
}

export function patchDocument(document: unknown, patch: unknown, patchType: PatchType, type: FieldType): unknown {
  switch (patchType) {
    case 'json':
      return applyJsonPatch(document, patch);
    case 'merge':
      if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
        throw new ApiError(400, 'BadRequest', 'a merge patch must be an object');
      }
      return mergePatch(document, patch);
    case 'strategic':
      return strategicMerge(document, patch, type);
  }
}
