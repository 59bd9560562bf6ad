import type { Clock } from '../../clock.ts';

export interface SimulatedClock extends Clock {
  /** Lets time pass, calling back in the order of due times whatever falls due. */
  advance(ms: number): void;
}

/** Time that stands still until told to pass. Starts at 2030-01-01T00:00:00Z unless told otherwise. */
export function createSimulatedClock(startMs = Date.UTC(2030, 0, 1)): SimulatedClock {
  let nowMs = startMs;
  let sequence = 0;
  const timers = new Map<number, { dueMs: number; callback: () => void }>();
  const nextDue = (untilMs: number): number | undefined => {
    let best: number | undefined;
    for (const [id, { dueMs }] of timers) {
      if (dueMs <= untilMs && (best === undefined || dueMs < timers.get(best)!.dueMs)) best = id;
    }
    return best;
  };
  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      sequence += 1;
      const id = sequence;
      timers.set(id, { dueMs: nowMs + Math.max(0, delayMs), callback });
      return () => timers.delete(id);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let id = nextDue(untilMs); id !== undefined; id = nextDue(untilMs)) {
        const { dueMs, callback } = timers.get(id)!;
        timers.delete(id);
        nowMs = Math.max(nowMs, dueMs);
        callback();
      }
      nowMs = untilMs;
    },
  };
}
