import { type Goal, OperationError, type ResourceState, referencedUrns, type Urn } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { onlyListens } from '../select/mode.ts';
import { needsOf } from './pass-over.ts';
import type { Registration } from './registration.ts';

/**
 * What a declared resource is to lean on. What is left alone stays recorded with all that it leaned on, whatever the program
 * says now. So nothing that it leans on may come to lean on it: the records would not hold together. A program that is
 * merely heard has what it declares for real lean on what that is recorded to lean on. Throws OperationError, before anything
 * is done, where an operation that may touch it would close a circle.
 */
export function soundGoal(operation: Operation, registration: Registration, recorded: Recorded | undefined): Goal {
  const { urn } = registration;
  if (recorded === undefined) return registration.goal;
  const isHeard = onlyListens(operation);
  const goal = isHeard ? leaningAsRecorded(registration.goal, recorded.state) : registration.goal;
  if (isHeard || operation.selection.isBounded) assertNoCircle(operation, urn, goal, recorded);
  return goal;
}

function leaningAsRecorded(goal: Goal, { dependencies, propertyDependencies }: ResourceState): Goal {
  return { ...goal, dependencies, propertyDependencies };
}

function assertNoCircle(operation: Operation, urn: Urn, goal: Goal, recorded: Recorded): void {
  const back = leaningOn(operation, goal, new Set([urn, recorded.state.urn]));
  if (back === undefined) return;
  throw new OperationError({
    code: 'RECORDED_CIRCLE',
    summary: `resource "${urn}" cannot depend on what is recorded as depending on it`,
    detail: `"${back}" is none of what this operation may touch, and its record depends on "${urn}".`,
    remedy: onlyListens(operation)
      ? 'Run it without --run-program, or update the stack first.'
      : 'Run it with a --target for each of the two, or with neither as an --exclude.',
    urn,
  });
}

/** Who of those that the goal leads to, by what is recorded of them now, leans on one of `names`. */
function leaningOn({ ledger, registrations, aliased, soundNeeds }: Operation, goal: Goal, names: ReadonlySet<Urn>) {
  const seen = new Set(needsOf(goal));
  let isSound = true;
  for (const urn of seen) {
    if (soundNeeds.has(urn)) continue;
    isSound &&= registrations.get(aliased.get(urn) ?? urn)?.result !== undefined;
    const record = ledger.live(urn)?.state;
    for (const needed of record === undefined ? [] : referencedUrns(record)) {
      if (names.has(needed)) return urn;
      seen.add(needed);
    }
  }
  // What leads to nothing that is yet to be decided on leads back to nobody.
  if (isSound) for (const urn of seen) soundNeeds.add(urn);
  return undefined;
}
