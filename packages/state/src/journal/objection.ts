import { type Clock, OperationError } from '@radiant/model';

export interface ObjectionOptions {
  readonly clock: Clock;
  readonly isHeld: () => Promise<boolean>;
  /** How old an answer may be that is acted upon. */
  readonly heldForMs: number;
  readonly source: string;
}

const tries = 5;

/**
 * Why a `begin` must not be acted upon, though it is recorded: undefined when the lease is held. Asked when this is made,
 * so that the answer comes while the record is written. A process may be stopped before it reads the answer, and go on
 * when another has long taken over: an answer that took too long is asked for again.
 */
export class Objection {
  readonly #options: ObjectionOptions;
  #askedAtMs: number;
  #answer: Promise<unknown>;

  constructor(options: ObjectionOptions) {
    this.#options = options;
    this.#askedAtMs = options.clock.nowMs();
    this.#answer = objectionTo(options);
  }

  /** To be acted upon in the same turn of the event loop. */
  async get(): Promise<unknown> {
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      const objection = await this.#answer;
      if (objection !== undefined || this.#isFresh()) return objection;
      this.#askedAtMs = this.#options.clock.nowMs();
      this.#answer = objectionTo(this.#options);
    }
    return tooSlow(this.#options.source);
  }

  /** Clocks are set back, too. */
  #isFresh(): boolean {
    const { clock, heldForMs } = this.#options;
    const ageMs = clock.nowMs() - this.#askedAtMs;
    return ageMs >= 0 && ageMs <= heldForMs;
  }
}

async function objectionTo({ isHeld, source }: ObjectionOptions): Promise<unknown> {
  try {
    return (await isHeld()) ? undefined : leaseLost(source);
  } catch (error) {
    return error;
  }
}

export function leaseLost(source: string): OperationError {
  return new OperationError({
    code: 'STATE_LEASE_LOST',
    summary: 'this operation no longer holds the stack: it was cancelled, or was silent so long that another took over',
    detail: `What it had recorded in ${source} until then counts; the next operation goes on from there.`,
    remedy: 'Run the command again.',
  });
}

function tooSlow(source: string): OperationError {
  return new OperationError({
    code: 'STATE_STORE_TOO_SLOW',
    summary: `whether this operation still holds the stack could not be found out in time: ${source} answers too slowly`,
    detail: 'Nothing more was begun; what was done is recorded.',
    remedy: 'Run the command again when the store, or this machine, has less to do.',
  });
}
