import type { HookBindings, ResourceState } from '@radiant/model';
import { maskedMapJson } from './masked-values.ts';

/** A resource as a deployment has it (ResourceV3), secrets as the text `[secret]`. */
export function resourceJson(state: ResourceState): object {
  const fields: { readonly [field: string]: unknown } = {
    urn: state.urn,
    custom: state.ownership !== 'component',
    delete: state.disposition === 'superseded',
    id: state.id,
    type: state.type,
    inputs: maskedMapJson(state.inputs, 'text'),
    outputs: maskedMapJson(state.outputs, 'text'),
    parent: state.parent,
    protect: state.isProtected,
    taint: state.isTainted,
    external: state.ownership === 'external',
    dependencies: state.dependencies,
    initErrors: state.initErrors,
    provider: state.provider,
    propertyDependencies: state.propertyDependencies,
    pendingReplacement: state.disposition === 'awaiting-recreate',
    additionalSecretOutputs: state.additionalSecretOutputs,
    customTimeouts: state.customTimeouts,
    importID: state.importId,
    retainOnDelete: state.retainOnDelete,
    deletedWith: state.deletedWith,
    replaceWith: state.replaceWith,
    created: state.created,
    modified: state.modified,
    sourcePosition: state.sourcePosition,
    stackTrace: state.stackTrace,
    ignoreChanges: state.ignoreChanges,
    hideDiff: state.hideDiffs,
    replaceOnChanges: state.replaceOnChanges,
    resourceHooks: state.hooks === undefined ? undefined : hooksJson(state.hooks),
  };
  return Object.fromEntries(Object.entries(fields).filter(([field, value]) => field === 'custom' || !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function hooksJson(hooks: HookBindings): object {
  const entries = Object.entries(hooks).filter(([, names]) => names.length > 0);
  return Object.fromEntries(entries.map(([name, names]) => [name.slice(0, 1).toUpperCase() + name.slice(1), names]));
}
