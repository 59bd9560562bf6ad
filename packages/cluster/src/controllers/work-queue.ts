import { ApiError } from '../api-error.ts';
import type { ControllerContext } from './controller.ts';

/** Keys waiting to be worked on, each at most once, however often it was added. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds the key later. Of several calls for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void;
  stop(): void;
}

const keysPerTurn = 32;
const firstRetryMs = 5;
const maxRetryMs = 30_000;
/** Longer waits are taken in parts: timers do not count further than 24 days, and a look too early does no harm. */
const maxWaitMs = 24 * 60 * 60 * 1000;

/**
 * Calls `work` for each key in the order of arrival, never twice at once. A key whose work fails comes back, later each time; one that lost
 * a race (409 Conflict) comes back at once, to act on what is there now.
 */
export function startWorkQueue(context: ControllerContext, controller: string, work: (key: string) => void): WorkQueue {
  const waiting = new Set<string>();
  const later = new Map<string, { dueMs: number; cancel: () => void }>();
  const failures = new Map<string, number>();
  let cancelTurn: (() => void) | undefined;
  let isStopped = false;

  const scheduleTurn = () => {
    if (isStopped || cancelTurn !== undefined || waiting.size === 0) return;
    cancelTurn = context.clock.after(0, takeTurn);
  };
  const takeTurn = () => {
    cancelTurn = undefined;
    // Others get their turn between two batches: HTTP requests above all.
    for (const key of [...waiting].slice(0, keysPerTurn)) {
      if (isStopped) return;
      waiting.delete(key);
      workOn(key);
    }
    scheduleTurn();
  };
  const workOn = (key: string) => {
    try {
      work(key);
      failures.delete(key);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'Conflict') return add(key);
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      context.report?.({ controller, key, error });
      addAfter(key, Math.min(firstRetryMs * 2 ** count, maxRetryMs));
    }
  };
  const add = (key: string) => {
    if (isStopped) return;
    waiting.add(key);
    scheduleTurn();
  };
  const addAfter = (key: string, delayMs: number) => {
    if (isStopped) return;
    if (delayMs <= 0) return add(key);
    const waitMs = Math.min(delayMs, maxWaitMs);
    const dueMs = context.clock.nowMs() + waitMs;
    const planned = later.get(key);
    if (planned !== undefined && planned.dueMs <= dueMs) return;
    planned?.cancel();
    const cancel = context.clock.after(waitMs, () => {
      later.delete(key);
      add(key);
    });
    later.set(key, { dueMs, cancel });
  };
  const stop = () => {
    isStopped = true;
    cancelTurn?.();
    for (const { cancel } of later.values()) cancel();
    later.clear();
    waiting.clear();
  };
  return { add, addAfter, stop };
}
