import { type Goal, noPropertyChanges, type Plan, type PropertyMap, type StepOp, type Urn } from '@radiant/model';
import type { StepDecision } from '../decide/decide-step.ts';
import type { Doomed } from '../execute/doomed.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import type { Registration } from '../register/registration.ts';
import { stepsOf } from './expected-steps.ts';
import { goalPlan } from './plan-recorder.ts';
import { changesBetween } from './property-changes.ts';

/**
 * Where an operation meets plans: the one that binds it, and the one that it makes. Whatever the first does not allow is
 * told and refused, before anything is done to the resource.
 */

/** 32 bytes of chance for a resource, those of the plan if there is one. The same however often it is asked. */
export function seedOf({ constraint, ports }: Operation, registration: Registration): Uint8Array {
  registration.seed ??= constraint?.seed(registration.urn) ?? ports.random.seed(registration.urn);
  return registration.seed;
}

/** A resource as declared, before its provider hears of it. */
export function assertGoalPlanned(
  operation: Operation,
  { urn }: Registration,
  goal: Goal,
  provider: string,
  recorded: Recorded | undefined,
): void {
  const { constraint } = operation;
  if (constraint !== undefined) refuse(operation, urn, constraint.ofGoal(urn, goal, provider, recorded?.state));
}

/** `olds`: what the provider compared with; absent when the resource is new or made anew. */
export function assertInputsPlanned(
  operation: Operation,
  registration: Registration,
  goal: Goal,
  provider: string,
  olds: PropertyMap | undefined,
  news: PropertyMap,
): void {
  const { urn } = registration;
  const { constraint, recorder } = operation;
  recorder?.goal(urn, goalPlan(goal, provider, changesBetween(olds ?? {}, news)), seedOf(operation, registration));
  if (constraint !== undefined) refuse(operation, urn, constraint.ofInputs(urn, olds, news));
}

export function assertDecisionPlanned(operation: Operation, urn: Urn, decision: StepDecision): void {
  assertStepsPlanned(operation, [{ urn, ops: stepsOf[decision] }]);
}

/** A resource that the operation leaves alone, whatever the program says: nothing of it changes, or it is not made. */
export function assertPassingOverPlanned(
  operation: Operation,
  registration: Registration,
  recorded: Recorded | undefined,
  decision: StepDecision,
): void {
  const { urn, goal } = registration;
  if (recorded !== undefined)
    operation.recorder?.goal(
      urn,
      goalPlan(goal, recorded.state.provider, noPropertyChanges),
      seedOf(operation, registration),
    );
  assertDecisionPlanned(operation, urn, decision);
}

export interface StepsToCome {
  readonly urn: Urn;
  readonly ops: readonly StepOp[];
}

/** All of them or none: the person sees every one that is not planned. */
export function assertStepsPlanned(operation: Operation, toCome: readonly StepsToCome[]): void {
  for (const { urn, ops } of toCome) operation.recorder?.steps(urn, ops);
  refuseAll(operation, unplannedSteps(operation, toCome));
}

function unplannedSteps({ constraint }: Operation, toCome: readonly StepsToCome[]): readonly Refusal[] {
  if (constraint === undefined) return [];
  return toCome.flatMap(({ urn, ops }) => constraint.ofSteps(urn, ops).map((text) => ({ urn, text })));
}

export function assertOutputsPlanned(
  operation: Operation,
  urn: Urn,
  olds: PropertyMap | undefined,
  news: PropertyMap,
): void {
  const { constraint, recorder } = operation;
  recorder?.outputChanges(urn, changesBetween(olds ?? {}, news));
  if (constraint !== undefined) refuse(operation, urn, constraint.ofOutputs(urn, olds ?? {}, news));
}

/**
 * Whether what is to be deleted at the end was planned, and nothing that was planned is owed. What is not as planned has
 * been told, but for what an update that has failed leaves to the next: what did not come changes what is to go.
 */
export function areDeletionsPlanned(operation: Operation, doomed: readonly Doomed[]): boolean {
  for (const { urn, absence } of operation.registrations.values())
    if (absence !== undefined) operation.constraint?.breakOff(urn);
  const toCome = doomed.map(({ state, op }): StepsToCome => ({ urn: state.urn, ops: [op] }));
  if (operation.progress.isFailed && !operation.isPreview) return unplannedSteps(operation, toCome).length === 0;
  try {
    assertStepsPlanned(operation, toCome);
    assertNothingOwed(operation);
    return true;
  } catch (error) {
    if (error instanceof ReportedError) return false;
    throw error;
  }
}

/** Not asked of a preview after a failure: what did not come then is no news. */
function assertNothingOwed(operation: Operation): void {
  const { constraint, request } = operation;
  if (constraint === undefined || operation.progress.isFailed) return;
  const recorded = new Set(request.snapshot.resources.map(({ urn }) => urn));
  const owed = constraint.owed((urn) => recorded.has(urn));
  refuseAll(
    operation,
    owed.map((urn) => ({ urn, text: `expected resource operations for ${urn} but none were seen` })),
  );
}

/** What the operation foresaw; undefined when nobody wanted to know. */
export function plannedBy({ recorder, registrations, aliased }: Operation): Plan | undefined {
  return recorder?.plan((urn) => registrations.get(urn)?.result?.state.outputs, aliased);
}

function refuse(operation: Operation, urn: Urn, violations: readonly string[]): void {
  refuseAll(
    operation,
    violations.map((text) => ({ urn, text })),
  );
}

interface Refusal {
  readonly urn: Urn;
  readonly text: string;
}

function refuseAll(operation: Operation, refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return;
  const { reporter, progress } = operation;
  for (const { urn, text } of refusals) reporter.diagnose({ severity: 'error', message: text, urn });
  progress.fail();
  throw new ReportedError('the plan does not allow it');
}
