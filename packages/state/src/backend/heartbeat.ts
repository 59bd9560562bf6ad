import { OperationError } from '@radiant/model';
import { leaseLost } from '../journal/objection.ts';
import type { Lease } from '../lease/lease.ts';

export interface Heart {
  /** Aborts, with the reason as an OperationError, when the stack was taken away. */
  readonly signal: AbortSignal;
  stop(): Promise<void>;
}

/** Shows signs of life, and notices when the stack was taken away. */
export function startHeartbeat(lease: Lease, heartbeatMs: number, source: string): Heart {
  const abort = new AbortController();
  let beating: Promise<void> | undefined;
  const beat = async () => {
    try {
      await lease.beat();
      if (!(await lease.isHeld())) abort.abort(leaseLost(source));
    } catch (error) {
      // A store that cannot be reached now may be later; the journal's own writes report it when it matters.
      if (!(error instanceof OperationError)) throw error;
    }
  };
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
  }, heartbeatMs);
  timer.unref();
  return {
    signal: abort.signal,
    stop: async () => {
      clearInterval(timer);
      await beating;
    },
  };
}
