import { type DetailedDiff, type DiffKind, propertyEquals, type ResourceState } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { diffInputs } from '../provider/provider-calls.ts';
import { resolveDiff } from './compare-resource.ts';
import { structuralDiff, topLevelKeys } from './structural-diff.ts';

/** How a thing has changed since it was recorded. */
export interface FoundDifference {
  readonly diffs: readonly string[];
  readonly detailedDiff: DetailedDiff;
}

/**
 * What a refresh has found to be changed, in the eyes of the provider: it is asked what the recorded inputs would change
 * of the thing as it is now, and that is turned round (engine reference 7.7). Undefined when that is nothing.
 */
export async function compareFound(
  operation: Operation,
  old: ResourceState,
  current: ResourceState,
  provider: string,
): Promise<FoundDifference | undefined> {
  if (operation.request.options?.legacyRefreshDiff === true)
    return propertyEquals(old.outputs, current.outputs) ? undefined : outputDifference(old, current);
  const handle = await operation.providers.handle(provider, old.extension);
  const { urn, type, id, inputs, outputs, ignoreChanges } = current;
  const request = { urn, type, id, oldInputs: inputs, oldOutputs: outputs, newInputs: old.inputs, ignoreChanges };
  const answer = await operation.planning.run(() => operation.progress.untilTerminated(diffInputs(handle, request)));
  if (answer.kind === 'unavailable') return outputDifference(old, current);
  const found = resolveDiff(answer, current.inputs, old.inputs);
  if (found === undefined) return undefined;
  if (found.detailedDiff === undefined) return outputDifference(old, current);
  return { diffs: found.diffs, detailedDiff: inverted(found.detailedDiff) };
}

function outputDifference(old: ResourceState, current: ResourceState): FoundDifference {
  const found = Object.entries(structuralDiff(old.outputs, current.outputs));
  const detailedDiff = Object.fromEntries(found.map(([path, { kind }]) => [path, { kind, isInputDiff: false }]));
  return { diffs: topLevelKeys(detailedDiff), detailedDiff };
}

const opposites: { readonly [kind in DiffKind]: DiffKind } = {
  add: 'delete',
  'add-replace': 'delete-replace',
  delete: 'add',
  'delete-replace': 'add-replace',
  update: 'update',
  'update-replace': 'update-replace',
};

function inverted(diff: DetailedDiff): DetailedDiff {
  const entries = Object.entries(diff).map(([path, { kind, isInputDiff }]) => [
    path,
    { kind: opposites[kind], isInputDiff },
  ]);
  return Object.fromEntries(entries) as DetailedDiff;
}
