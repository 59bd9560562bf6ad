import type { PropertyMap, ResourceState, Urn } from '@radiant/model';

/** A record that no program declared: a provider that is put back, the stack of what is moved to an empty one. */
export function newRecord(
  identity: Pick<ResourceState, 'type' | 'ownership' | 'id'> & { readonly urn: Urn; readonly inputs: PropertyMap },
): ResourceState {
  return {
    ...identity,
    disposition: 'live',
    outputs: identity.inputs,
    provider: '',
    dependencies: [],
    propertyDependencies: {},
    replaceWith: [],
    isProtected: false,
    isTainted: false,
    refreshBeforeUpdate: false,
    retainOnDelete: false,
    initErrors: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    hideDiffs: [],
    customTimeouts: {},
    stackTrace: [],
  };
}
