import { type Goal, isProviderType, type ResourceState } from '@radiant/model';
import { runsAnyway } from '../decide/decide-step.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { refreshOne, tellUnread } from '../operation/refresh.ts';
import { assertDecisionPlanned } from '../plan/planned.ts';
import { resolveProvider } from '../provider/resolve-provider.ts';
import { isReadBeforeUpdate, onlyListens, refreshesOnDeclaration } from '../select/mode.ts';
import { claimRecord } from './claim-record.ts';
import { executePlan } from './execute-plan.ts';
import { assertNothingSkipped, isBlocked, mayTouch, passOver, skippedNeeds } from './pass-over.ts';
import { planRegistration, type RegistrationPlan, type Served } from './plan-registration.ts';
import { soundGoal } from './recorded-circle.ts';
import type { Executed, Registration } from './registration.ts';
import { renameRecords } from './rename-records.ts';

/**
 * Takes one declared resource through all it needs: record, provider, check, diff, decision, steps. Resources are worked on
 * beside one another; they meet only where two claim one record, and in delete-before-replace cascades. Undefined when it
 * is new and not to be touched.
 */
export async function workOn(operation: Operation, registration: Registration): Promise<Executed | undefined> {
  try {
    return await serveAndExecute(operation, registration);
  } catch (error) {
    // What is recorded of it is declared all the same.
    if (registration.found === undefined) await claimRecord(operation, registration);
    throw error;
  }
}

async function serveAndExecute(operation: Operation, registration: Registration) {
  if (!mayTouch(operation, registration)) {
    const recorded = await claimRecord(operation, registration);
    return isCascaded(operation, recorded)
      ? serveAndPlan(operation, registration, recorded)
      : passOver(operation, registration, recorded);
  }
  const absence = absenceOf(operation, registration.goal);
  if (absence !== undefined) {
    registration.absence = absence;
    // What is recorded of it is declared all the same.
    await claimRecord(operation, registration);
    return undefined;
  }
  assertNothingSkipped(operation, registration);
  // The provider comes first: while a resource waits for it, a cascade may still decide on its record.
  const served = await serve(operation, registration);
  return planAndExecute(operation, registration, await claimRecord(operation, registration), served);
}

/** Why nothing is to come of it, whatever its record says. */
function absenceOf(operation: Operation, goal: Goal): Registration['absence'] {
  if (isBlocked(operation, goal)) return 'blocked';
  return onlyListens(operation) && skippedNeeds(operation, goal).length > 0 ? 'skipped' : undefined;
}

/** Who was deleted with another, whom this operation may touch, is made again, whoever he is. */
function isCascaded({ cascaded }: Operation, recorded: Recorded | undefined): boolean {
  return recorded?.state.disposition === 'awaiting-recreate' && cascaded.has(recorded.state.urn);
}

async function serveAndPlan(operation: Operation, registration: Registration, recorded: Recorded | undefined) {
  if (isBlocked(operation, registration.goal)) {
    registration.absence = 'blocked';
    return undefined;
  }
  assertNothingSkipped(operation, registration);
  return planAndExecute(operation, registration, recorded, await serve(operation, registration));
}

async function planAndExecute(
  operation: Operation,
  declared: Registration,
  recorded: Recorded | undefined,
  served: Served,
): Promise<Executed> {
  const current = await asFound(operation, declared, recorded, served);
  const goal = soundGoal(operation, declared, recorded);
  const registration = goal === declared.goal ? declared : { ...declared, goal };
  const plan = await planRegistration(operation, registration, current, served);
  operation.progress.assertMayBegin();
  assertDecisionPlanned(operation, registration.urn, plan.decision);
  const isRenamed = current !== undefined && registration.aliasOf !== undefined;
  const mayRun = operation.isPreview || runsAnyway(plan.decision);
  if (!isRenamed || !mayRun) return executePlan(operation, registration, plan);
  return executePlan(operation, registration, await renamed(operation, registration, plan, current));
}

/**
 * The record as its provider finds the thing now, where the person or the provider asks for that. Of one that is gone
 * nothing is left but a place for the record of its successor.
 */
async function asFound(
  operation: Operation,
  registration: Registration,
  recorded: Recorded | undefined,
  { provider }: Served,
): Promise<Recorded | undefined> {
  if (recorded === undefined) return recorded;
  const { key, state: old } = recorded;
  if (!refreshesOnDeclaration(operation) && !isReadBeforeUpdate(operation, old)) return recorded;
  if (old.disposition !== 'live' || old.ownership === 'external') return recorded;
  if (provider === '') {
    await tellUnread(operation, old);
    return recorded;
  }
  const state = await refreshOne(operation, recorded, provider);
  if (state !== undefined) return { key, state };
  operation.vanished.delete(key);
  registration.vacated = key;
  const gone: ResourceState = { ...operation.ledger.current(key), disposition: 'awaiting-recreate' };
  await operation.ledger.change([{ kind: 'put', key, state: gone }]);
  // What stands in its place is made under the new URN, and who refers to it must find it there.
  if (registration.aliasOf !== undefined) await renameRecords(operation, registration, old.urn);
  return undefined;
}

async function serve(operation: Operation, { urn, goal }: Registration): Promise<Served> {
  if (goal.kind === 'component') return { provider: '', handle: undefined };
  if (isProviderType(goal.type)) return { provider: '', handle: operation.providerManager };
  const { type: token, provider, plugin } = goal;
  const reference = await resolveProvider(operation, { token, name: urn, provider, plugin });
  return { provider: reference, handle: await operation.providers.handle(reference, plugin.extension) };
}

async function renamed(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  { key, state }: Recorded,
): Promise<RegistrationPlan> {
  await renameRecords(operation, registration, state.urn);
  return { ...plan, recorded: { key, state: operation.ledger.current(key) } };
}
