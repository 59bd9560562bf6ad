import type { Clock, Random } from '@radiant/model';

/** A clock that advances by a millisecond with every look at it. */
export function simulatedClock(): Clock {
  let nowMs = Date.UTC(2030, 0, 1);
  return {
    nowMs: () => {
      nowMs += 1;
      return nowMs;
    },
    sleep: async () => {},
  };
}

/** Repeatable chance: a linear congruential generator. */
export function simulatedRandom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  const bytes = (count: number) => Uint8Array.from({ length: count }, next);
  return {
    seed: () => bytes(32),
    uuid: () => {
      const hex = Buffer.from(bytes(16)).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}

/** Calls that take a number of ticks that only the seed knows. */
export function randomLatency(seed: number): () => Promise<void> {
  const random = simulatedRandom(seed);
  return async () => {
    for (let left = random.seed('latency')[0]! % 24; left > 0; left -= 1) await Promise.resolve();
  };
}
