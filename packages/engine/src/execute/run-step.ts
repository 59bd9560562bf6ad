import { BugError, emptyMap, OutcomeUnknownError, type StepFailure, type StepInfo, type StepOp } from '@radiant/model';
import { JournalError } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { isStop, ReportedError, TerminatedError } from '../operation/progress.ts';

/** What came of a step. */
export interface StepResult {
  /** The step as the events name it at its end. */
  readonly step: StepInfo;
  /** Not empty: it was done and recorded, but the thing did not become ready, for these reasons. */
  readonly initErrors?: readonly string[];
  /** A component is done when the program has told its outputs. */
  readonly isToBeContinued?: boolean;
  /** Whether the summary tells of it; by default when it is a step of its own. */
  readonly isCounted?: boolean;
}

/**
 * Runs one step and tells of it. `work` calls `begin` when it comes to what it is about: who only waited when the operation
 * stopped has neither begun nor ended. Throws ReportedError when it failed.
 */
export async function runStep(
  operation: Operation,
  step: StepInfo,
  work: (begin: () => void) => Promise<StepResult>,
): Promise<StepResult> {
  const { reporter, progress, isPreview } = operation;
  progress.assertMayBegin();
  let hasBegun = false;
  const begin = () => {
    if (!hasBegun) reporter.emit({ kind: 'step-started', step: foreseen(step), isPlanning: isPreview });
    hasBegun = true;
  };
  const result = await work(begin).catch((error: unknown) => {
    if (isStop(error) && !hasBegun) throw error;
    begin();
    return failStep(operation, step, error, failureOf(step, error));
  });
  begin();
  const reasons = result.initErrors ?? [];
  if (reasons.length > 0) failStep(operation, result.step, new Error(initErrorText(reasons)), 'not-ready');
  if (result.isCounted ?? result.step.isLogical) reporter.count(result.step);
  if (result.isToBeContinued !== true)
    reporter.emit({ kind: 'step-succeeded', step: result.step, isPlanning: isPreview });
  return result;
}

/** What a step is to record, before it has: only its end brings an id and outputs, and to something new its times. */
function foreseen(step: StepInfo): StepInfo {
  if (step.new === undefined || !settledAtTheEnd.has(step.op)) return step;
  const { created, modified, ...goal } = step.new;
  const times = step.old === undefined || step.op === 'create-replacement' ? {} : { created, modified };
  // What is not targeted is not looked at: its outputs are known from the beginning.
  const outputs = step.new === step.old ? goal.outputs : emptyMap;
  return { ...step, new: { ...goal, ...times, id: '', outputs, initErrors: [] } };
}

const settledAtTheEnd: ReadonlySet<StepOp> = new Set(['same', 'create', 'update', 'create-replacement']);

const changing: ReadonlySet<StepOp> = new Set(['create', 'create-replacement', 'update', 'delete', 'delete-replaced']);

function failureOf({ op }: StepInfo, error: unknown): StepFailure {
  if (error instanceof OutcomeUnknownError) return 'in-doubt';
  const isUnheard = error instanceof TerminatedError || error instanceof JournalError;
  return isUnheard && changing.has(op) ? 'in-doubt' : 'not-done';
}

function failStep(operation: Operation, step: StepInfo, error: unknown, outcome: StepFailure): never {
  const { reporter, progress, isPreview } = operation;
  if (outcome === 'in-doubt') progress.doubt();
  const isTold = isStop(error);
  if (error instanceof BugError) progress.crash(error);
  else if (!isTold) {
    progress.failStep();
    reporter.diagnoseError(error, step.urn, isPreview ? 'Preview failed: ' : '');
  }
  reporter.emit({ kind: 'step-failed', step, outcome, stepsDone: reporter.stepsDone });
  if (isTold || error instanceof BugError) throw error;
  throw new ReportedError(`the step on ${step.urn} failed`);
}

export function initErrorText(reasons: readonly string[]): string {
  if (reasons.length === 1) return reasons[0]!;
  return `${reasons.length} errors occurred:\n${reasons.map((reason) => `    * ${reason}`).join('\n')}`;
}

export function timestamp(operation: Operation): string {
  return new Date(operation.ports.clock.nowMs()).toISOString();
}
