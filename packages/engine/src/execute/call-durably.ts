import {
  OutcomeUnknownError,
  type PendingOperationKind,
  type ResourceState,
  type SnapshotChange,
} from '@radiant/model';
import type { StepFailures } from '../callbacks/step-failures.ts';
import type { Operation } from '../operation/operation.ts';
import { isStop, TerminatedError } from '../operation/progress.ts';

/** What a provider is called for; `resource` is what is planned, of a deletion what is recorded. */
export interface ProviderStep {
  readonly operation: PendingOperationKind;
  readonly resource: ResourceState;
  /** Called before every call of the provider. */
  readonly begin: () => void;
}

/**
 * Calls a provider to change something, between a `begin` that is durable before and an `end` that is durable after, and
 * calls it again while the resource's error hooks want that. An attempt that did not happen has its own `end`, so that
 * nothing is in doubt while hooks think; once one may have happened, its `begin` stays open until another succeeds. A
 * preview only replays what would be recorded.
 */
export async function callDurably<Answer>(
  operation: Operation,
  step: ProviderStep,
  failures: StepFailures,
  call: () => Promise<Answer>,
  record: (answer: Answer) => readonly SnapshotChange[],
): Promise<Answer> {
  const { ledger, progress, stepping, isPreview } = operation;
  if (isPreview) {
    const answer = await stepping.run(() => {
      step.begin();
      return progress.untilTerminated(call());
    });
    await ledger.change(record(answer));
    return answer;
  }
  await operation.mayChange();
  let inDoubt: number | undefined;
  for (;;) {
    const attempt = await stepping.run(() => attemptOnce(operation, step, failures, inDoubt, call));
    if (attempt.kind === 'done') {
      await ledger.end(attempt.begun, 'succeeded', record(attempt.answer));
      return attempt.answer;
    }
    const { begun, error } = attempt;
    if (error instanceof OutcomeUnknownError) inDoubt = begun;
    else if (inDoubt === undefined) await ledger.end(begun, 'failed');
    if (await failures.wantRetryAfter(error)) continue;
    if (inDoubt === undefined) throw error;
    await ledger.end(inDoubt, 'in-doubt');
    throw asInDoubt(error);
  }
}

type Attempt<Answer> =
  | { readonly kind: 'done'; readonly begun: number; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly begun: number; readonly error: unknown };

/** `inDoubt`: an earlier attempt that may have happened, whose `begin` stands for this one too. */
async function attemptOnce<Answer>(
  { ledger, progress }: Operation,
  step: ProviderStep,
  failures: StepFailures,
  inDoubt: number | undefined,
  call: () => Promise<Answer>,
): Promise<Attempt<Answer>> {
  progress.assertMayBegin();
  const begun = inDoubt ?? (await ledger.begin(step.operation, step.resource));
  if (inDoubt === undefined && !progress.mayBegin) await ledger.end(begun, 'failed');
  progress.assertMayBegin();
  step.begin();
  try {
    return { kind: 'done', begun, answer: await progress.untilTerminated(call()) };
  } catch (error) {
    if (error instanceof TerminatedError) throw error;
    // While it still has its place among the calls, so that who waits for that does not begin.
    if (!isStop(error) && !failures.mayBeRepeated) progress.failStep();
    return { kind: 'failed', begun, error };
  }
}

/** An earlier attempt may have happened, whatever the last one failed of. */
function asInDoubt(error: unknown): OutcomeUnknownError {
  if (error instanceof OutcomeUnknownError) return error;
  return new OutcomeUnknownError(error instanceof Error ? error.message : String(error), { cause: error });
}
