import {
  isProviderType,
  mapEntries,
  type PropertyMap,
  parseProviderReference,
  type ResourceState,
  Unknown,
  type Urn,
} from '@radiant/model';
import { isReplacement, resolveDiff } from '../compare/compare-resource.ts';
import { applyReplaceOnChanges, parseOptionPaths } from '../compare/replace-on-changes.ts';
import type { Operation } from '../operation/operation.ts';
import { diffInputs } from '../provider/provider-calls.ts';

/**
 * The properties for which a dependent must be replaced when others are: those that its provider, or an option, names.
 * Undefined when it can stay. Components and reads always can.
 */
export async function replaceKeys(
  operation: Operation,
  state: ResourceState,
  replaced: ReadonlySet<Urn>,
): Promise<readonly string[] | undefined> {
  if (state.ownership !== 'managed') return undefined;
  const provider = parseProviderReference(state.provider);
  if (provider !== undefined && replaced.has(provider.urn)) return ['provider'];
  if (state.deletedWith !== undefined && replaced.has(state.deletedWith)) return ['deletedWith'];
  if (state.replaceWith.some((urn) => replaced.has(urn))) return ['replaceWith'];
  const affected = Object.keys(state.inputs).filter((property) =>
    (Object.hasOwn(state.propertyDependencies, property) ? state.propertyDependencies[property]! : []).some((urn) =>
      replaced.has(urn),
    ),
  );
  if (affected.length === 0 || isProviderType(state.type)) return undefined;
  return replaceKeysOfDiff(operation, state, withUnknown(state.inputs, affected));
}

/** Asks the provider what would happen if those inputs came to be something else. */
async function replaceKeysOfDiff(
  operation: Operation,
  state: ResourceState,
  newInputs: PropertyMap,
): Promise<readonly string[] | undefined> {
  const handle = await operation.providers.handle(state.provider, state.extension);
  const answer = await operation.planning.run(() =>
    diffInputs(handle, {
      urn: state.urn,
      type: state.type,
      id: state.id,
      oldInputs: state.inputs,
      oldOutputs: state.outputs,
      newInputs,
      ignoreChanges: state.ignoreChanges,
    }),
  );
  const paths = parseOptionPaths(state.replaceOnChanges, 'replaceOnChanges', state.urn);
  const found = resolveDiff(answer, state.inputs, newInputs);
  const diff = applyReplaceOnChanges(found, paths, { olds: state.inputs, news: newInputs }, false);
  return diff !== undefined && isReplacement(diff) ? diff.replaceKeys : undefined;
}

function withUnknown(inputs: PropertyMap, properties: readonly string[]): PropertyMap {
  return mapEntries(inputs, (value, key) => (properties.includes(key) ? new Unknown() : value));
}
