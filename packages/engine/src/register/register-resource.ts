import {
  assert,
  containsUnknown,
  emptyMap,
  formatProviderReference,
  type Goal,
  isProviderType,
  MonitorClosedError,
  providerPackage,
  type RegisterResourceResult,
  type ResourceState,
  type SnapshotChange,
  type Urn,
  unknownId,
} from '@radiant/model';
import { transformGoal } from '../callbacks/transform-goal.ts';
import { runsAnyway } from '../decide/decide-step.ts';
import { assertBounded, assertInputsBounded } from '../operation/assert-bounded.ts';
import type { Recorded } from '../operation/ledger.ts';
import { noteFailure } from '../operation/note-failure.ts';
import type { Operation } from '../operation/operation.ts';
import { refreshOne, tellUnread } from '../operation/refresh.ts';
import { assertDecisionPlanned } from '../plan/planned.ts';
import { withPlugin } from '../provider/provider-inputs.ts';
import { resolveProvider } from '../provider/resolve-provider.ts';
import { isReadBeforeUpdate, onlyListens, refreshesOnDeclaration } from '../select/mode.ts';
import { claimRecord } from './claim-record.ts';
import { constructComponent } from './construct-component.ts';
import { executePlan } from './execute-plan.ts';
import { assertNothingSkipped, isBlocked, mayTouch, passOver, skippedNeeds } from './pass-over.ts';
import { planRegistration, type RegistrationPlan, type Served } from './plan-registration.ts';
import type { Registration, RegistrationResult } from './registration.ts';
import { assertTypeToken, claimUrn, inheritOptions, refuseMisplaced, resolveParent } from './resolve-goal.ts';

/**
 * Takes one declared resource through all it needs: name, record, provider, check, diff, decision, steps. Registrations
 * run beside one another; they meet only where two claim one record, and in delete-before-replace cascades.
 */
export async function registerResource(operation: Operation, declared: Goal): Promise<RegisterResourceResult> {
  let registration: Registration | undefined;
  try {
    operation.progress.assertMayBegin();
    assertTypeToken(declared);
    refuseMisplaced(declared);
    assertGoalBounded(declared);
    const parent = resolveParent(operation, declared);
    const described = await transformGoal(operation, parent === undefined ? declared : { ...declared, parent });
    let goal = inheritOptions(operation, withPackage(operation, described));
    if (goal.kind === 'remote') {
      const constructed = await constructComponent(operation, goal);
      if (!('goal' in constructed)) return constructed;
      goal = constructed.goal;
    }
    registration = claimUrn(operation, withPluginInputs(operation, goal));
    const result = await register(operation, registration);
    if (result === undefined) return absent(registration);
    registration.result = { ...result, hasUnknown: hasUnknown(operation, result.state) };
    return reply(registration, result);
  } catch (error) {
    const urn = urnAfterFailure(operation, registration, noteFailure(operation, registration, error));
    return registration === undefined ? unknownReply(urn) : absent(registration);
  } finally {
    registration?.ended?.();
  }
}

/** Declares a default provider: as any resource, but under no parent. Returns its reference. */
export async function registerDefaultProvider(operation: Operation, goal: Goal): Promise<string> {
  const registration = claimUrn(operation, { ...goal, inputs: withPlugin(goal.inputs, goal, true) });
  try {
    const result = await register(operation, registration);
    assert(result !== undefined, 'a default provider is never skipped');
    registration.result = result;
    return formatProviderReference({ urn: registration.urn, id: result.state.id });
  } catch (error) {
    throw noteFailure(operation, registration, error);
  } finally {
    registration.ended?.();
  }
}

/** Undefined when it is new and not to be touched. */
async function register(operation: Operation, registration: Registration): Promise<RegistrationResult | undefined> {
  const work = () => serveAndExecute(operation, registration);
  try {
    return await (waitsForProgram(operation, registration) ? work() : operation.admission.run(work));
  } catch (error) {
    // What is recorded of it is declared all the same.
    if (registration.found === undefined) await claimRecord(operation, registration);
    throw error;
  }
}

/** What may not end before the program has declared more: it must not keep others from being admitted. */
function waitsForProgram({ ledger }: Operation, { urn, goal }: Registration): boolean {
  const { kind, type, hooks } = goal;
  if (kind !== 'custom' || isProviderType(type) || hooks !== undefined) return true;
  // The hooks that a replaced resource was recorded with run when it goes.
  return ledger.live(urn)?.state.hooks !== undefined;
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
  registration: Registration,
  recorded: Recorded | undefined,
  served: Served,
): Promise<RegistrationResult> {
  const current = await asFound(operation, registration, recorded, served);
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
  await operation.ledger.change([{ kind: 'put', key, state: { ...old, disposition: 'awaiting-recreate' } }]);
  // What stands in its place is made under the new URN, and who refers to it must find it there.
  if (registration.aliasOf !== undefined) await renameRecords(operation, registration, old.urn);
  return undefined;
}

async function serve(operation: Operation, { urn, goal }: Registration): Promise<Served> {
  if (goal.kind === 'component') return { provider: '', handle: undefined };
  if (isProviderType(goal.type)) return { provider: '', handle: operation.providerManager };
  const { type: token, parent, provider, plugin } = goal;
  const reference = await resolveProvider(operation, { token, name: urn, parent, provider, plugin });
  return { provider: reference, handle: await operation.providers.handle(reference) };
}

/**
 * A resource found by an alias takes its new URN, and with it everything that refers to it. Generations that wait for
 * their deletion go along: their dependents name them by the same URN.
 */
async function renamed(
  operation: Operation,
  registration: Registration,
  plan: RegistrationPlan,
  { key, state }: Recorded,
): Promise<RegistrationPlan> {
  await renameRecords(operation, registration, state.urn);
  return { ...plan, recorded: { key, state: operation.ledger.current(key) } };
}

async function renameRecords({ ledger }: Operation, { urn, goal }: Registration, from: Urn): Promise<void> {
  const puts = ledger.generations(from).map((generation): SnapshotChange => {
    const renamed = { ...ledger.current(generation), urn, type: goal.type };
    return { kind: 'put', key: generation, state: renamed };
  });
  await ledger.change([...puts, { kind: 'rename', from, to: urn }]);
}

function assertGoalBounded(goal: Goal): void {
  assertInputsBounded(goal, goal.inputs);
  if (goal.replacementTrigger !== undefined)
    assertBounded(
      { replacementTrigger: goal.replacementTrigger },
      (name) => `the ${name} of ${goal.type} '${goal.name}'`,
    );
}

function withPackage({ packages }: Operation, goal: Goal): Goal {
  return goal.plugin.packageRef === undefined ? goal : { ...goal, plugin: packages.resolve(goal.plugin) };
}

function withPluginInputs({ packages }: Operation, goal: Goal): Goal {
  if (!isProviderType(goal.type)) return goal;
  const plugin = packages.forExplicitProvider(providerPackage(goal.type), goal.plugin);
  return { ...goal, inputs: withPlugin(goal.inputs, { ...goal, plugin }, false) };
}

/** Whether something about a resource is only known once it has been made or read. */
export function hasUnknown({ isPreview }: Operation, state: ResourceState): boolean {
  const { ownership, id, outputs } = state;
  return isPreview && ownership !== 'component' && (id === '' || id === unknownId || containsUnknown(outputs));
}

const outcomes = { skipped: 'succeeded', failed: 'failed', blocked: 'skipped' } as const;

/** What the program hears of a resource that nothing came of. After a failure in a preview all about it is unknown. */
function absent({ urn, absence }: Registration): RegisterResourceResult {
  return absence === undefined ? unknownReply(urn) : { ...unknownReply(urn), outcome: outcomes[absence] };
}

function unknownReply(urn: Urn): RegisterResourceResult {
  return { urn, id: '', outputs: emptyMap, outcome: 'succeeded', isUnknown: true };
}

/** What is left alone keeps the URN that it is recorded under. */
function reply({ goal }: Registration, { state }: RegistrationResult): RegisterResourceResult {
  return {
    urn: state.urn,
    id: state.id,
    outputs: goal.kind === 'component' ? emptyMap : state.outputs,
    outcome: 'succeeded',
  };
}

/**
 * What the program hears of a failure. While an update stops, programs are told that the monitor is closing, at which
 * they end quietly. A preview goes on, as if the resource were there and all about it unknown; an update that is to
 * continue on errors, as one that has failed.
 */
export function urnAfterFailure(operation: Operation, registration: Registration | undefined, noted: Error): Urn {
  const { progress, isPreview } = operation;
  const goesOn = registration !== undefined && progress.mayBegin && !(noted instanceof MonitorClosedError);
  if (goesOn) {
    if (!isPreview) registration.absence ??= 'failed';
    return registration.urn;
  }
  progress.cutProgram();
  throw new MonitorClosedError(noted.message);
}
