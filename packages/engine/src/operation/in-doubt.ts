import type { PendingOperation } from '@radiant/model';
import { type Answer, answersTo, unsettledText } from './doubts.ts';
import { interruptionText, type SettledStep, type Verdict } from './interruption.ts';
import type { Operation } from './operation.ts';
import { settleStep } from './settle-step.ts';

/**
 * Finds out what became of steps that an earlier operation began and never ended, and tells of it in one message. The
 * provider can tell for most; what nobody can tell stays in doubt, and the person is asked. A preview only tells that
 * there are such steps, and goes on from what is known of them without asking.
 */
export async function settleInDoubt(operation: Operation): Promise<void> {
  const { snapshot, interruption, options } = operation.request;
  const pending = snapshot.pendingOperations;
  if (pending.length === 0 && interruption === undefined) return;
  const answers = answersTo(pending, options?.pendingCreates);
  const steps: SettledStep[] = [];
  for (const [position, step] of pending.entries())
    steps.push({
      step,
      verdict: operation.isPreview
        ? await foresee(operation, step)
        : await settle(operation, position, step, answers[position]),
    });
  operation.reporter.diagnose({ severity: 'info', message: interruptionText(interruption, steps) });
  const unsettled = steps
    .filter(({ verdict }) => verdict === 'cannot-be-told' || verdict === 'could-not-be-asked')
    .map(({ step }) => step);
  if (unsettled.length > 0) operation.reporter.diagnose({ severity: 'warning', message: unsettledText(unsettled) });
}

/** That an update is done again, and what it was to make secret, is known without asking anybody. */
async function foresee(operation: Operation, step: PendingOperation): Promise<Verdict> {
  if (step.kind === 'updating') {
    const { changes = [] } = await settleStep(operation, step, undefined);
    await operation.ledger.change(changes);
  }
  return 'is-found-out-by-the-next-update';
}

async function settle(
  operation: Operation,
  position: number,
  step: PendingOperation,
  answer: Answer | undefined,
): Promise<Verdict> {
  const { ledger, reporter, progress } = operation;
  try {
    const { verdict, changes } = await settleStep(operation, step, answer);
    if (changes !== undefined) await ledger.change(changes, [position]);
    return verdict;
  } catch (error) {
    progress.fail();
    reporter.diagnoseError(error, step.resource.urn);
    return 'could-not-be-asked';
  }
}
