import type { StateKey } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Hold, Operation } from '../operation/operation.ts';

/** A record that one cascade has in its hands. */
export interface Held {
  readonly record: Recorded;
  /** Other cascades need not wait for it any more. */
  readonly clear: () => void;
  readonly release: () => void;
}

/**
 * Undefined when the record is somebody's already, or there is nothing to delete. What waits for its deletion anyway goes
 * earlier when it cannot outlive what is replaced.
 */
export function hold({ ledger, claimed, held }: Operation, key: StateKey): Held | undefined {
  const state = ledger.get(key);
  if (state === undefined || state.disposition === 'awaiting-recreate' || held.has(key)) return undefined;
  if (state.disposition === 'live' && claimed.has(key)) return undefined;
  const cleared = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  const mine: Hold = { cleared: cleared.promise, settled: settled.promise, isCleared: false };
  held.set(key, mine);
  const clear = () => {
    mine.isCleared = true;
    cleared.resolve();
  };
  const release = () => {
    if (held.get(key) === mine) held.delete(key);
    clear();
    settled.resolve();
  };
  return { record: { key, state }, clear, release };
}
