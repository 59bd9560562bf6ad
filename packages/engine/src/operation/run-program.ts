import { MonitorClosedError, OperationError, type ProgramOutcome, type ProgramRunner, stackUrn } from '@radiant/model';
import { onlyListens } from '../select/mode.ts';
import type { MonitorLifetime } from './monitor-lifetime.ts';
import type { Operation } from './operation.ts';
import { ReportedError } from './progress.ts';

export interface RunningProgram {
  /** Resolves when all that the program declared is done: it has ended, or waits to be let go. */
  declared(): Promise<void>;
  /** Lets the program go and resolves when it has ended. */
  finish(): Promise<void>;
}

/** Starts the user's program. It runs while the operation gets ready; what it declares waits until `gate` resolves. */
export function startProgram(operation: Operation, runner: ProgramRunner, gate: Promise<void>): RunningProgram {
  const lifetime = operation.monitor;
  lifetime.openAfter(closedOnFailure(gate));
  const stop = new AbortController();
  gate.catch(() => stop.abort());
  const signal = AbortSignal.any([operation.progress.signal, stop.signal]);
  const ended = runner.run(lifetime.monitor, signal).then(
    (outcome) => judge(operation, outcome),
    (error: unknown) => judgeError(operation, error),
  );
  return {
    declared: () => untilDeclared(operation, lifetime, ended),
    finish: async () => {
      lifetime.release();
      await operation.progress.untilTerminated(ended);
    },
  };
}

/** What keeps the operation from beginning is told once, by whoever failed; the program only hears that it is over. */
function closedOnFailure(gate: Promise<void>): Promise<void> {
  return gate.catch(() => {
    throw new MonitorClosedError('the operation is ending');
  });
}

async function untilDeclared(operation: Operation, lifetime: MonitorLifetime, ended: Promise<void>): Promise<void> {
  const { progress } = operation;
  await progress.untilTerminated(Promise.race([ended, lifetime.isSignalled]));
  await progress.untilTerminated(lifetime.settled());
}

/**
 * Whether the program has told the outputs of its stack, which SDKs do at its very end, as they declare the stack first.
 * One that has not ran out of work while it waited for something, or ended itself, and had more to declare: nothing of
 * that may be deleted. Where outputs may be unknown, waiting for them is no fault of the program; where it is only heard,
 * nothing follows from what it has not declared.
 */
export function hasComeToItsEnd(operation: Operation): boolean {
  const { reporter, progress, isPreview, selection } = operation;
  const ending = endingOf(operation);
  if (ending === 'complete') return true;
  const { summary, inPreview, remedy } = unfinished[ending];
  if (isPreview || selection.isBounded) {
    reporter.diagnose({ severity: 'warning', message: `${summary}\n${inPreview}` });
    return false;
  }
  progress.cutProgram();
  reporter.diagnoseError(
    new OperationError({
      code: 'PROGRAM_UNFINISHED',
      summary,
      detail: 'It may have had more to declare, so nothing was deleted, and its outputs stay as they were.',
      remedy,
    }),
  );
  return false;
}

type Ending = 'complete' | 'empty' | 'cut';

/** A program that speaks to us without an SDK may never have declared a stack, and need not now. */
function endingOf(operation: Operation): Ending {
  const { registrations, request, ledger } = operation;
  if (onlyListens(operation)) return 'complete';
  const urn = stackUrn(request.stack, request.project);
  const stack = registrations.get(urn);
  if (stack === undefined) return ledger.live(urn) === undefined ? 'complete' : 'empty';
  return stack.hasOutputs ? 'complete' : 'cut';
}

const unfinished = {
  cut: {
    summary: 'the program ended before it came to its end: it waits for something that never comes',
    inPreview:
      'What is not known yet never comes: a function given to `apply` is not called with it. What the program would ' +
      'declare after that is missing here, and nothing that it has not declared is deleted.',
    remedy: 'Look for an `await` of a promise that nobody settles, or for a call that ends the process.',
  },
  empty: {
    summary: 'the program ended before it declared its stack',
    inPreview: 'Nothing that it has not declared is deleted.',
    remedy:
      'Look for a call that ends the process, such as `process.exit(0)`. To delete everything, run:\n    radiant destroy',
  },
} as const;

function judge(operation: Operation, outcome: ProgramOutcome): void {
  const { progress, reporter } = operation;
  // Once an update stops, programs end in all sorts of ways; the reason has been told.
  const isToBeTold = progress.mayBegin && !progress.isProgramCut;
  if (outcome.kind === 'finished') return;
  if (outcome.kind === 'failed' && isToBeTold && !hasTold(operation, outcome.message))
    reporter.diagnose({ severity: 'error', message: outcome.message });
  if (outcome.kind === 'cancelled' && isToBeTold)
    reporter.diagnose({ severity: 'error', message: 'the program was stopped before it ended' });
  progress.cutProgram();
}

/** An inline program logs why it fails, and answers with the same words. */
function hasTold({ reporter }: Operation, message: string): boolean {
  return reporter.diagnostics.some((told) => told.severity === 'error' && told.message.includes(message));
}

function judgeError(operation: Operation, error: unknown): void {
  const { progress, reporter } = operation;
  if (error instanceof OperationError) {
    progress.cutProgram();
    reporter.diagnoseError(error);
  } else if (!(error instanceof MonitorClosedError || error instanceof ReportedError) || !progress.isFailed) {
    progress.crash(error);
  }
}
