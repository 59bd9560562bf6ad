import { MonitorClosedError } from '@radiant/model';
import { JournalError } from './ledger.ts';
import type { Cancellation } from './request.ts';

/** Thrown where the person has asked to stop at once: what was in flight is left in doubt. */
export class TerminatedError extends Error {
  override readonly name = 'TerminatedError';
}

/** A failure that has been told already. */
export class ReportedError extends Error {
  override readonly name = 'ReportedError';
}

/** Whether an error only unwinds what was under way, its reason being known. */
export function isStop(error: unknown): error is Error {
  return (
    error instanceof ReportedError ||
    error instanceof TerminatedError ||
    error instanceof MonitorClosedError ||
    error instanceof JournalError
  );
}

const never = new AbortController().signal;

/** Whether the operation may go on. */
export class Progress {
  readonly drain: AbortSignal;
  readonly terminate: AbortSignal;
  /** For provider calls: aborts when the person asks to stop, gently or at once. */
  readonly signal: AbortSignal;
  /** Aborts when nothing more may begin, for whatever reason. */
  readonly stopped: AbortSignal;
  readonly #failure = new AbortController();
  #stopsOnFailure: boolean;
  #isFailed = false;
  #hasFailedStep = false;
  #isProgramCut = false;
  #isMaybeCorrupt = false;
  #bug: unknown;

  constructor(cancellation: Cancellation | undefined, stopsOnFailure: boolean) {
    this.drain = cancellation?.drain ?? never;
    this.terminate = cancellation?.terminate ?? never;
    this.signal = AbortSignal.any([this.drain, this.terminate]);
    this.stopped = AbortSignal.any([this.signal, this.#failure.signal]);
    this.#stopsOnFailure = stopsOnFailure;
  }

  get isFailed(): boolean {
    return this.#isFailed;
  }

  get hasFailedStep(): boolean {
    return this.#hasFailedStep;
  }

  /** Whether the program may have had more to declare: what it did not declare must not be deleted. */
  get isProgramCut(): boolean {
    return this.#isProgramCut;
  }

  get isMaybeCorrupt(): boolean {
    return this.#isMaybeCorrupt;
  }

  get isCancelled(): boolean {
    return this.drain.aborted || this.terminate.aborted;
  }

  /** A fault of ours, to be thrown when all is quiet. */
  get bug(): unknown {
    return this.#bug;
  }

  /** Whether another step may begin. A preview goes on after failures, to show all of them at once. */
  get mayBegin(): boolean {
    return !this.isCancelled && this.#bug === undefined && !(this.#isFailed && this.#stopsOnFailure);
  }

  assertMayBegin(): void {
    if (!this.mayBegin) throw new MonitorClosedError('the operation is ending');
  }

  fail(): void {
    this.#isFailed = true;
    if (!this.mayBegin) this.#failure.abort();
  }

  failStep(): void {
    this.#hasFailedStep = true;
    this.fail();
  }

  /** From here on steps are independent of one another: a failed one does not keep others from beginning. */
  goOnAfterFailures(): void {
    this.#stopsOnFailure = false;
  }

  /** Takes note of an error at the end of a line of work. What is no plain stop and was not told is a fault of ours. */
  absorb(error: unknown): void {
    if (!isStop(error)) this.crash(error);
  }

  /** The program has failed, or was told to end before its time. */
  cutProgram(): void {
    this.#isProgramCut = true;
    this.fail();
  }

  doubt(): void {
    this.#isMaybeCorrupt = true;
  }

  crash(bug: unknown): void {
    this.#bug ??= bug;
    this.fail();
  }

  /** `work`, unless the person asks to stop at once before it ends. */
  async untilTerminated<Result>(work: Promise<Result>): Promise<Result> {
    if (this.terminate === never) return work;
    return untilAborted(work, this.terminate, () => new TerminatedError());
  }

  /** `work` of somebody who waits for what he has declared, unless nothing more may begin before it ends. */
  async untilStopped<Result>(work: Promise<Result>): Promise<Result> {
    return untilAborted(work, this.stopped, () => new MonitorClosedError('the operation is ending'));
  }
}

async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal, reason: () => Error): Promise<Result> {
  if (signal.aborted) {
    work.catch(() => {});
    throw reason();
  }
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(reason());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop!);
  }
}
