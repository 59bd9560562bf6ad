import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Random } from '@radiant/model';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  async sleep(delayMs, signal) {
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  },
};

/** `base` names the state that the operation begins with. */
export function systemRandom(base: string): Random {
  return {
    seed: (name) =>
      createHash('sha256')
        .update(JSON.stringify([base, name]))
        .digest(),
    uuid: () => randomUUID(),
  };
}
