import {
  bareGoal,
  type Goal,
  isProviderType,
  type PropertyMap,
  type ResourceState,
  type Urn,
  urnParts,
} from '@radiant/model';
import { recordedProvider } from './recorded-plugin.ts';

/** What a record does not say by itself. */
export interface Surroundings {
  readonly inputs: PropertyMap;
  readonly parent: Urn | undefined;
  /** A provider of the program. */
  readonly provider: string | undefined;
  /** Of the default provider that serves it. */
  readonly plugin: Goal['plugin'];
  readonly aliases: Goal['aliases'];
  readonly importId: string | undefined;
  readonly replacementTrigger: Goal['replacementTrigger'];
  /** The URN of a resource that it refers to; undefined for one that is not declared. */
  readonly urnOf: (recorded: Urn) => Urn | undefined;
}

/**
 * What a program must have declared for a resource to be recorded so. Hooks and transforms are functions of the program
 * and are not in a record; transforms have left what they made of the inputs.
 */
export function goalOfRecord(state: ResourceState, surroundings: Surroundings): Goal {
  const { inputs, parent, provider, plugin, aliases, importId, replacementTrigger, urnOf } = surroundings;
  const isProvider = isProviderType(state.type);
  const own = isProvider ? recordedProvider(inputs) : { config: inputs, plugin, envVarMappings: {} };
  const declared = (urns: readonly Urn[]) => urns.map(urnOf).filter((urn) => urn !== undefined);
  const deletedWith = state.deletedWith === undefined ? undefined : urnOf(state.deletedWith);
  const kind = state.ownership === 'component' ? 'component' : 'custom';
  return {
    ...bareGoal(kind, state.type, nameOf(state), own.config),
    ...(parent !== undefined && { parent }),
    ...(provider !== undefined && { provider }),
    plugin: state.extension === undefined ? own.plugin : { ...own.plugin, extension: state.extension },
    dependencies: declared(state.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(state.propertyDependencies).map(([property, urns]) => [property, declared(urns)]),
    ),
    aliases,
    protect: state.isProtected,
    retainOnDelete: state.retainOnDelete,
    ...(deletedWith !== undefined && { deletedWith }),
    replaceWith: declared(state.replaceWith),
    ...(replacementTrigger !== undefined && { replacementTrigger }),
    ignoreChanges: state.ignoreChanges,
    replaceOnChanges: state.replaceOnChanges,
    hideDiffs: state.hideDiffs,
    additionalSecretOutputs: state.additionalSecretOutputs,
    customTimeouts: state.customTimeouts,
    ...(importId !== undefined && { importId }),
    envVarMappings: own.envVarMappings,
    ...(state.sourcePosition !== undefined && { sourcePosition: state.sourcePosition }),
    stackTrace: state.stackTrace,
    isRedeclared: true,
  };
}

/** The type of a component may hold what separates the parts of a URN, so the name is what follows the type. */
export function nameOf({ urn, type }: ResourceState): string {
  const { qualifiedType, name } = urnParts(urn);
  const rest = `${qualifiedType}::${name}`;
  if (rest.startsWith(`${type}::`)) return rest.slice(type.length + 2);
  const cut = rest.indexOf(`$${type}::`);
  return cut < 0 ? name : rest.slice(cut + type.length + 3);
}
