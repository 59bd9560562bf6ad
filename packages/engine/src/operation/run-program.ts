import { MonitorClosedError, OperationError, type ProgramOutcome, type ProgramRunner } from '@radiant/model';
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

function judge(operation: Operation, outcome: ProgramOutcome): void {
  const { progress, reporter } = operation;
  // Once an update stops, programs end in all sorts of ways; the reason has been told.
  const isToBeTold = progress.mayBegin && !progress.isProgramCut;
  if (outcome.kind === 'finished') return;
  if (outcome.kind === 'failed' && isToBeTold) reporter.diagnose({ severity: 'error', message: outcome.message });
  if (outcome.kind === 'cancelled' && isToBeTold)
    reporter.diagnose({ severity: 'error', message: 'the program was stopped before it ended' });
  progress.cutProgram();
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
