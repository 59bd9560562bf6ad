import {
  type Goal,
  isProviderType,
  OperationError,
  parseProviderReference,
  type ResourceState,
  type StepInfo,
  stackType,
  type Urn,
} from '@radiant/model';
import { decideStep } from '../decide/decide-step.ts';
import { heardMarker, sameMarker, skipMarker } from '../execute/same-step.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import { refreshOne } from '../operation/refresh.ts';
import { isDefaultProvider, stepInfo } from '../operation/reporter.ts';
import { assertPassingOverPlanned } from '../plan/planned.ts';
import { resolveProvider } from '../provider/resolve-provider.ts';
import { isMerelyHeard, onlyListens, refreshesOnDeclaration } from '../select/mode.ts';
import { newState } from './new-state.ts';
import { neutralFacts } from './plan-registration.ts';
import type { Executed, Registration } from './registration.ts';

/** Whether this operation may do anything about a declared resource. Asked after all that it leans on. */
export function mayTouch(operation: Operation, registration: Registration): boolean {
  if (isMerelyHeard(operation, registration.goal)) return false;
  return isSelected(operation, registration);
}

/** Whether the person has selected it. Asked after all that it leans on, which it may be selected by. */
export function isSelected(operation: Operation, registration: Registration): boolean {
  const { urn, goal } = registration;
  const isAdmitted = operation.reach.admits({ ...goal, urn });
  // Nothing could be recorded without the stack and what the engine itself declares.
  return (
    isAdmitted || goal.type === stackType || isDefaultProvider(urn, goal.type) || isImplied(operation, registration)
  );
}

/**
 * Targets are served by their providers as the program declares these now: with fresh credentials, and though they are
 * new. One that leans on what is not made is not made either, and neither is a new one for what is only to go.
 */
function isImplied(operation: Operation, { urn, goal }: Registration): boolean {
  if (!isProviderType(goal.type) || operation.selection.targets.isEmpty) return false;
  if (onlyListens(operation) && operation.ledger.live(urn) === undefined) return false;
  return skippedNeeds(operation, goal).length === 0;
}

/** Everything that a declared resource names and cannot be made without. */
export function needsOf(goal: Goal): ReadonlySet<Urn> {
  const needs = new Set([
    ...goal.dependencies,
    ...Object.values(goal.propertyDependencies).flat(),
    ...goal.replaceWith,
  ]);
  if (goal.parent !== undefined) needs.add(goal.parent);
  if (goal.deletedWith !== undefined) needs.add(goal.deletedWith);
  const server = goal.provider === undefined ? undefined : parseProviderReference(goal.provider)?.urn;
  if (server !== undefined) needs.add(server);
  return needs;
}

/** Whether it leans on what has failed; then it is neither made nor changed (`--continue-on-error`). */
export function isBlocked({ registrations }: Operation, goal: Goal): boolean {
  for (const needed of needsOf(goal)) {
    const absence = registrations.get(needed)?.absence;
    if (absence === 'failed' || absence === 'blocked') return true;
  }
  return false;
}

/** What it names and was not made, since this operation is not to touch it. */
export function skippedNeeds({ registrations }: Operation, goal: Goal): readonly Urn[] {
  return [...needsOf(goal)].filter((needed) => registrations.get(needed)?.absence === 'skipped');
}

/** Whether its provider was not made. */
export function isUnserved({ registrations }: Operation, { provider }: Goal): boolean {
  const server = provider === undefined ? undefined : parseProviderReference(provider)?.urn;
  return server !== undefined && registrations.get(server)?.absence === 'skipped';
}

/**
 * What is touched must not lean on what was not made (Pulumi: diagnostic 2013). Throws ReportedError in an update; in a
 * preview only when nobody could be asked what would come of it.
 */
export function assertNothingSkipped(operation: Operation, { urn, goal }: Registration): void {
  const { reporter, progress, isPreview } = operation;
  const skipped = skippedNeeds(operation, goal);
  if (skipped.length === 0) return;
  for (const needed of skipped) {
    const message = `Resource '${urn}' depends on '${needed}' which was was not specified in --target list.`;
    reporter.diagnose({ severity: 'error', message, urn });
  }
  progress.fail();
  if (!isPreview || isUnserved(operation, goal)) throw new ReportedError('it depends on what is not to be made');
}

/**
 * Leaves a declared resource alone: what is recorded stays so, whatever the program says now. Undefined when there is
 * nothing of it, and nothing is made.
 */
export async function passOver(
  operation: Operation,
  registration: Registration,
  recorded: Recorded | undefined,
): Promise<Executed | undefined> {
  const decision = decideStep({ ...neutralFacts(registration.goal, recorded?.state), scope: 'out' });
  assertPassingOverPlanned(operation, registration, recorded, decision);
  if (decision === 'skip' || recorded === undefined) return skip(operation, registration);
  const provider = await currentProvider(operation, registration, recorded.state);
  if (!onlyListens(operation)) assertSameProvider(operation, registration, recorded.state);
  const isRead = onlyListens(operation) && refreshesOnDeclaration(operation) && isToBeRead(operation, recorded);
  const state = isRead ? await refreshOne(operation, recorded, provider) : recorded.state;
  if (state === undefined) {
    registration.absence = 'skipped';
    return undefined;
  }
  // Who names it by what the program is told names what is recorded.
  if (state.urn !== registration.urn) {
    operation.registrations.set(state.urn, registration);
    operation.reach.keepsName(registration.urn, state.urn);
  }
  const isTold = isRead && operation.request.kind === 'refresh';
  const step = isTold ? stepInfo('same', { old: state, new: state }) : await leftAlone(operation, state);
  return { key: recorded.key, state, step, isReplaced: false, isPassedOver: true };
}

/** Nothing is made of it, and that is told (engine reference 7.2, skipped create). */
async function skip(operation: Operation, registration: Registration): Promise<undefined> {
  registration.absence = 'skipped';
  const { urn, goal } = registration;
  const ownership = goal.kind === 'custom' ? 'managed' : 'component';
  const provider = await providerToBe(operation, goal, urn);
  await skipMarker(operation, newState(urn, goal, provider, { ownership, id: '', inputs: goal.inputs }));
  return undefined;
}

/** A program that is heard declares its default providers for real; what is no target starts none. */
async function providerToBe(operation: Operation, goal: Goal, urn: Urn): Promise<string> {
  const { type: token, plugin, provider } = goal;
  if (provider !== undefined) return provider;
  if (!onlyListens(operation) || goal.kind !== 'custom' || isProviderType(token)) return '';
  return resolveProvider(operation, { token, name: urn, plugin });
}

function leftAlone(operation: Operation, state: ResourceState): Promise<StepInfo> {
  const isHeard = onlyListens(operation) && state.ownership !== 'component';
  return isHeard ? heardMarker(operation, state) : sameMarker(operation, state);
}

/** The provider that serves it now: declared for it when it is a default one. */
async function currentProvider(operation: Operation, { urn, goal }: Registration, old: ResourceState): Promise<string> {
  const { type: token, plugin, provider } = goal;
  if (old.provider === '' || goal.kind !== 'custom') return old.provider;
  if (provider === undefined) return resolveProvider(operation, { token, name: urn, plugin });
  return operation.providers.isKnown(provider) ? provider : old.provider;
}

/** Whether the person wants it touched, though it is only read. */
function isToBeRead({ reach }: Operation, { state }: Recorded): boolean {
  return reach.admits(state) && state.disposition === 'live' && state.ownership === 'managed';
}

/** What is left alone must not be left with a provider that this operation takes away. */
function assertSameProvider(operation: Operation, { urn }: Registration, old: ResourceState): void {
  const reference = parseProviderReference(old.provider);
  if (reference === undefined) return;
  const server = operation.registrations.get(reference.urn)?.result;
  if (server !== undefined && server.state.id === reference.id) return;
  throw new OperationError({
    code: 'PROVIDER_CHANGED',
    summary:
      `provider ${old.provider} for resource ${urn} has not been registered yet, this is due to a change of providers ` +
      'mixed with --target. Change your program back to the original providers',
    urn,
  });
}
