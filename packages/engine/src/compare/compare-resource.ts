import {
  type DetailedDiff,
  type DiffRequest,
  type DiffResult,
  type Goal,
  type PropertyMap,
  type Provider,
  propertyEquals,
  type ResourceState,
  type Urn,
} from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { type DiffAnswer, diffInputs, mustDeleteFirst } from '../provider/provider-calls.ts';
import type { ProviderHandle } from '../provider/provider-handle.ts';
import { providerConfig } from '../provider/provider-inputs.ts';
import { applyReplaceOnChanges, parseOptionPaths } from './replace-on-changes.ts';
import { structuralDiff, topLevelKeys } from './structural-diff.ts';

/** How what is declared differs from what is recorded. */
export interface Comparison {
  readonly difference: 'none' | 'update' | 'replace';
  /** Why it must be replaced: properties, or `id`, `provider`, `replaceWith`, `deletedWith`. */
  readonly replaceKeys: readonly string[];
  readonly diffs: readonly string[];
  readonly detailedDiff?: DetailedDiff;
  readonly deleteFirst: boolean;
}

export interface ComparisonSubject {
  readonly urn: Urn;
  readonly goal: Goal;
  readonly old: ResourceState;
  /** Checked. */
  readonly inputs: PropertyMap;
  /** Reference of the provider that is to serve it; empty for a component. */
  readonly provider: string;
  /** Undefined for a component. */
  readonly handle: ProviderHandle | undefined;
}

type SomeDiff = Extract<DiffResult, { kind: 'some' }>;

export const noDifference: Comparison = { difference: 'none', replaceKeys: [], diffs: [], deleteFirst: false };

/** Engine reference 7.4, "Order of tests". Asks the provider where the answer is the provider's. */
export async function compareResource(operation: Operation, subject: ComparisonSubject): Promise<Comparison> {
  const forced = forcedReplacement(operation, subject);
  if (forced !== undefined) return replaceBecause(operation, subject, forced);
  if (await isServedAnew(operation, subject)) return replaceBecause(operation, subject, 'provider');
  const found = subject.handle === undefined ? componentDiff(subject) : await providerDiff(operation, subject);
  if (isTriggered(subject)) {
    if (found !== undefined && isReplacement(found)) return asComparison(found, subject);
    return replaceBecause(operation, subject, undefined, found);
  }
  const paths = parseOptionPaths(subject.goal.replaceOnChanges, 'replaceOnChanges', subject.urn);
  const inputs = { olds: subject.old.inputs, news: subject.inputs };
  const diff = applyReplaceOnChanges(found, paths, inputs, subject.old.initErrors.length > 0);
  if (diff === undefined) return noDifference;
  if (!isReplacement(diff) || (found !== undefined && isReplacement(found))) return asComparison(diff, subject);
  // The provider did not know that it would be a replacement when it was asked.
  return { ...(await replaceBecause(operation, subject, undefined, diff)), replaceKeys: diff.replaceKeys };
}

/** Reasons that ask no provider, in Pulumi's order. Returns the replace key. */
function forcedReplacement(
  { registrations, selection }: Operation,
  { urn, goal, old }: ComparisonSubject,
): string | undefined {
  const isReplaced = (urn: Urn) => registrations.get(urn)?.result?.isReplaced === true;
  if (old.isTainted || selection.replaces.matches(urn)) return 'id';
  if (goal.replaceWith.some(isReplaced)) return 'replaceWith';
  if (goal.deletedWith !== undefined && isReplaced(goal.deletedWith)) return 'deletedWith';
  return undefined;
}

/** Whether another provider serves it from now on, and says that what the old one made is none of its own. */
async function isServedAnew(operation: Operation, subject: ComparisonSubject): Promise<boolean> {
  const { old, provider, handle } = subject;
  if (old.provider === provider || old.ownership === 'component' || handle === undefined) return false;
  const before = operation.ledger.provider(old.provider);
  const after = operation.ledger.provider(provider);
  if (before === undefined || after === undefined || !handle.isConfigured) return false;
  const pair = `${old.provider} ${provider}`;
  let verdict = operation.handovers.get(pair);
  if (verdict === undefined) {
    verdict = operation.planning.run(() => isReplacedByHandover(handle.provider, before, after));
    operation.handovers.set(pair, verdict);
  }
  return verdict;
}

async function isReplacedByHandover(provider: Provider, before: ResourceState, after: ResourceState): Promise<boolean> {
  const answer = await provider.diffConfig({
    urn: after.urn,
    type: after.type,
    id: after.id,
    oldInputs: providerConfig(before.inputs),
    oldOutputs: before.outputs,
    newInputs: providerConfig(after.inputs),
    ignoreChanges: [],
  });
  return answer.kind === 'some' && isReplacement(answer);
}

/** Nobody gives an account of it: events leave what differs to be seen from the inputs. */
function componentDiff({ old, inputs }: ComparisonSubject): SomeDiff | undefined {
  if (propertyEquals(old.inputs, inputs)) return undefined;
  return { kind: 'some', replaceKeys: [], deleteBeforeReplace: false, diffs: [] };
}

async function providerDiff(operation: Operation, subject: ComparisonSubject): Promise<SomeDiff | undefined> {
  const { handle, urn, old, inputs } = subject;
  if (operation.request.options?.legacyDiff === true && propertyEquals(old.inputs, inputs)) return undefined;
  const answer = await operation.planning.run(() => diffInputs(handle!, diffRequest(subject)));
  if (answer.kind === 'unavailable') {
    operation.reporter.diagnose({ severity: 'warning', message: unavailableText, urn });
    return inputDiff(old.inputs, inputs, 'declared');
  }
  return resolveDiff(answer, old.inputs, inputs);
}

const unavailableText =
  'The provider for this resource has inputs that are not known during preview.\n' +
  'This preview may not correctly represent the changes that will be applied during an update.';

/** What the provider says, and where it leaves the comparison to us, what the inputs say. */
export function resolveDiff(answer: DiffAnswer, oldInputs: PropertyMap, newInputs: PropertyMap): SomeDiff | undefined {
  if (answer.kind === 'some') return answer;
  return answer.kind === 'none' ? undefined : inputDiff(oldInputs, newInputs);
}

/**
 * `declared`: the new inputs are as the program declares them, without what a check would add; what they lack says nothing.
 */
function inputDiff(olds: PropertyMap, news: PropertyMap, extent: 'all' | 'declared' = 'all'): SomeDiff | undefined {
  const found = Object.entries(structuralDiff(olds, news));
  const detailedDiff = Object.fromEntries(found.filter(([, { kind }]) => extent === 'all' || kind !== 'delete'));
  const diffs = topLevelKeys(detailedDiff);
  return diffs.length === 0
    ? undefined
    : { kind: 'some', replaceKeys: [], deleteBeforeReplace: false, diffs, detailedDiff };
}

/** A trigger that changed; a missing one on either side triggers nothing, an unknown one always does. */
function isTriggered({ goal, old }: ComparisonSubject): boolean {
  const before = old.replacementTrigger ?? undefined;
  const after = goal.replacementTrigger ?? undefined;
  return before !== undefined && after !== undefined && !propertyEquals(before, after);
}

async function replaceBecause(
  operation: Operation,
  subject: ComparisonSubject,
  key: string | undefined,
  found?: SomeDiff,
): Promise<Comparison> {
  const { goal, handle } = subject;
  const isAsked = goal.deleteBeforeReplace === undefined && handle !== undefined;
  const deleteFirst = isAsked
    ? await operation.planning.run(() => mustDeleteFirst(handle, diffRequest(subject)))
    : (goal.deleteBeforeReplace ?? false);
  return {
    difference: 'replace',
    replaceKeys: key === undefined ? [] : [key],
    diffs: found?.diffs ?? [],
    ...(found?.detailedDiff === undefined ? {} : { detailedDiff: found.detailedDiff }),
    deleteFirst,
  };
}

function asComparison(diff: SomeDiff, { goal }: ComparisonSubject): Comparison {
  return {
    difference: isReplacement(diff) ? 'replace' : 'update',
    replaceKeys: diff.replaceKeys,
    diffs: diff.diffs,
    ...(diff.detailedDiff === undefined ? {} : { detailedDiff: diff.detailedDiff }),
    deleteFirst: goal.deleteBeforeReplace ?? diff.deleteBeforeReplace,
  };
}

export function isReplacement(diff: SomeDiff): boolean {
  if (diff.replaceKeys.length > 0) return true;
  return Object.values(diff.detailedDiff ?? {}).some(({ kind }) => kind.endsWith('-replace'));
}

function diffRequest({ urn, goal, old, inputs }: ComparisonSubject): DiffRequest {
  return {
    urn,
    type: goal.type,
    id: old.id,
    oldInputs: old.inputs,
    oldOutputs: old.outputs,
    newInputs: inputs,
    ignoreChanges: goal.ignoreChanges,
  };
}
