import {
  BugError,
  OutcomeUnknownError,
  type PendingOperationKind,
  type ResourceState,
  type SnapshotChange,
  type StepInfo,
} from '@radiant/model';
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

/** Runs one step and tells of it. Throws ReportedError when it failed. */
export async function runStep(
  operation: Operation,
  step: StepInfo,
  work: () => Promise<StepResult>,
): Promise<StepResult> {
  const { reporter, progress, isPreview } = operation;
  progress.assertMayBegin();
  reporter.emit({ kind: 'step-started', step, isPlanning: isPreview });
  const result = await work().catch((error: unknown) => failStep(operation, step, error));
  const reasons = result.initErrors ?? [];
  if (reasons.length > 0) failStep(operation, result.step, new Error(initErrorText(reasons)));
  if (result.isCounted ?? result.step.isLogical) reporter.count(result.step);
  if (result.isToBeContinued !== true)
    reporter.emit({ kind: 'step-succeeded', step: result.step, isPlanning: isPreview });
  return result;
}

function failStep(operation: Operation, step: StepInfo, error: unknown): never {
  const { reporter, progress, isPreview } = operation;
  if (isStop(error)) throw error;
  if (error instanceof BugError) {
    progress.crash(error);
    throw error;
  }
  const isInDoubt = error instanceof OutcomeUnknownError;
  if (isInDoubt) progress.doubt();
  progress.failStep();
  reporter.diagnoseError(error, step.urn, isPreview ? 'Preview failed: ' : '');
  reporter.emit({ kind: 'step-failed', step, isInDoubt });
  throw new ReportedError(`the step on ${step.urn} failed`);
}

function initErrorText(reasons: readonly string[]): string {
  if (reasons.length === 1) return reasons[0]!;
  return `${reasons.length} errors occurred:\n${reasons.map((reason) => `    * ${reason}`).join('\n')}`;
}

/**
 * Calls a provider to change something, between a `begin` that is durable before and an `end` that is durable after.
 * A preview only replays what would be recorded.
 */
export async function callDurably<Answer>(
  operation: Operation,
  begin: { readonly operation: PendingOperationKind; readonly resource: ResourceState },
  call: () => Promise<Answer>,
  record: (answer: Answer) => readonly SnapshotChange[],
): Promise<Answer> {
  const { ledger, progress, stepping, isPreview } = operation;
  if (isPreview) {
    const answer = await stepping.run(() => progress.untilTerminated(call()));
    await ledger.change(record(answer));
    return answer;
  }
  await operation.mayChange();
  const { step, answer } = await stepping.run(async () => {
    progress.assertMayBegin();
    const step = await ledger.begin(begin.operation, begin.resource);
    if (!progress.mayBegin) await ledger.end(step, 'failed');
    progress.assertMayBegin();
    return { step, answer: await callAndRecordFailure(operation, step, call) };
  });
  await ledger.end(step, 'succeeded', record(answer));
  return answer;
}

async function callAndRecordFailure<Answer>(
  { ledger, progress }: Operation,
  step: number,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await progress.untilTerminated(call());
  } catch (error) {
    if (!(error instanceof TerminatedError))
      await ledger.end(step, error instanceof OutcomeUnknownError ? 'in-doubt' : 'failed');
    throw error;
  }
}

export function timestamp(operation: Operation): string {
  return new Date(operation.ports.clock.nowMs()).toISOString();
}
