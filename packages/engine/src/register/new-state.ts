import {
  emptyMap,
  type Goal,
  type HookBindings,
  type Ownership,
  type PropertyMap,
  propertyEquals,
  type ResourceState,
  type Urn,
} from '@radiant/model';

/** What is to be recorded of a declared resource. */
export function newState(
  urn: Urn,
  goal: Goal,
  provider: string,
  facts: {
    readonly ownership: Ownership;
    readonly id: string;
    readonly inputs: PropertyMap;
    readonly outputs?: PropertyMap;
    readonly initErrors?: readonly string[];
    readonly created?: string | undefined;
    readonly modified?: string | undefined;
    readonly refreshBeforeUpdate?: boolean;
    readonly extra?: ResourceState['extra'];
  },
): ResourceState {
  return {
    urn,
    type: goal.type,
    ownership: facts.ownership,
    disposition: 'live',
    id: facts.id,
    inputs: facts.inputs,
    outputs: facts.outputs ?? emptyMap,
    ...(goal.parent === undefined ? {} : { parent: goal.parent }),
    provider,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    ...(goal.deletedWith === undefined ? {} : { deletedWith: goal.deletedWith }),
    replaceWith: goal.replaceWith,
    ...(goal.replacementTrigger === undefined ? {} : { replacementTrigger: goal.replacementTrigger }),
    isProtected: goal.protect ?? false,
    isTainted: false,
    refreshBeforeUpdate: facts.refreshBeforeUpdate ?? false,
    retainOnDelete: goal.retainOnDelete ?? false,
    initErrors: facts.initErrors ?? [],
    additionalSecretOutputs: goal.additionalSecretOutputs,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    hideDiffs: goal.hideDiffs,
    customTimeouts: goal.customTimeouts,
    ...(goal.importId === undefined ? {} : { importId: goal.importId }),
    ...(goal.hooks === undefined ? {} : { hooks: goal.hooks }),
    ...(goal.plugin.extension === undefined ? {} : { extension: goal.plugin.extension }),
    ...(goal.sourcePosition === undefined ? {} : { sourcePosition: goal.sourcePosition }),
    stackTrace: goal.stackTrace,
    ...(facts.created === undefined ? {} : { created: facts.created }),
    ...(facts.modified === undefined ? {} : { modified: facts.modified }),
    ...(facts.extra === undefined ? {} : { extra: facts.extra }),
  };
}

/**
 * Whether two records say the same. Where the program declared it and when it was written do not count (Pulumi: what
 * elides the write of a same step).
 */
export function isSameRecord(a: ResourceState, b: ResourceState): boolean {
  if (a === b) return true;
  return (
    a.urn === b.urn &&
    a.ownership === b.ownership &&
    a.disposition === b.disposition &&
    a.id === b.id &&
    a.parent === b.parent &&
    a.provider === b.provider &&
    a.isProtected === b.isProtected &&
    a.isTainted === b.isTainted &&
    a.refreshBeforeUpdate === b.refreshBeforeUpdate &&
    a.retainOnDelete === b.retainOnDelete &&
    a.deletedWith === b.deletedWith &&
    a.importId === b.importId &&
    isSameList(a.dependencies, b.dependencies) &&
    isSameList(a.replaceWith, b.replaceWith) &&
    isSameList(a.initErrors, b.initErrors) &&
    isSameList(a.additionalSecretOutputs, b.additionalSecretOutputs) &&
    isSameList(a.ignoreChanges, b.ignoreChanges) &&
    isSameList(a.replaceOnChanges, b.replaceOnChanges) &&
    isSameList(a.hideDiffs, b.hideDiffs) &&
    isSamePropertyDependencies(a.propertyDependencies, b.propertyDependencies) &&
    isSameTimeouts(a, b) &&
    areSameHooks(a.hooks, b.hooks) &&
    a.extension?.ref === b.extension?.ref &&
    isSameValue(a.replacementTrigger, b.replacementTrigger) &&
    propertyEquals(a.inputs, b.inputs) &&
    propertyEquals(a.outputs, b.outputs)
  );
}

function isSameValue(a: ResourceState['replacementTrigger'], b: ResourceState['replacementTrigger']): boolean {
  return (a === undefined && b === undefined) || propertyEquals(a, b);
}

function isSameTimeouts({ customTimeouts: a }: ResourceState, { customTimeouts: b }: ResourceState): boolean {
  return a.create === b.create && a.update === b.update && a.delete === b.delete && a.read === b.read;
}

function areSameHooks(a: ResourceState['hooks'], b: ResourceState['hooks']): boolean {
  if (a === undefined || b === undefined) return a === b;
  return hookMoments.every((moment) => isSameList(a[moment], b[moment]));
}

const hookMoments = [
  'beforeCreate',
  'afterCreate',
  'beforeUpdate',
  'afterUpdate',
  'beforeDelete',
  'afterDelete',
  'onError',
] as const satisfies readonly (keyof HookBindings)[];

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}

type Lists = ResourceState['propertyDependencies'];

function isSamePropertyDependencies(a: Lists, b: Lists): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameList(a[key]!, b[key]!));
}
