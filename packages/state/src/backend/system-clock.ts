import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@radiant/model';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (delayMs, signal) => {
    try {
      await sleep(delayMs, undefined, signal === undefined ? {} : { signal });
    } catch {
      // An aborted sleep only ends early.
    }
  },
};
