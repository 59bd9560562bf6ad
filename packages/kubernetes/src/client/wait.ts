import type { Clock } from '@radiant/model';
import type { Informer } from './informer.ts';

export interface WaitLimits {
  readonly clock: Clock;
  /** On the clock. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export type Waited<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'timed-out' | 'cancelled' };

/**
 * Asks `check` after every change that any of the informers sees, until it gives an answer. A wave of changes is
 * answered once. Rejects with KubeApiError when something cannot be watched, save what is `optional`.
 */
export async function untilLive<T>(
  informers: readonly Informer[],
  check: () => T | undefined,
  limits: WaitLimits,
  optional: readonly Informer[] = [],
): Promise<Waited<T>> {
  const { clock, deadlineMs, signal } = limits;
  const bell = new Bell();
  const ended = new AbortController();
  let isLate = false;
  const stops = [
    ...informers.map((informer) =>
      informer.subscribe({ changed: () => bell.ring(), failed: (error) => bell.fail(error) }),
    ),
    ...optional.map((informer) => informer.subscribe({ changed: () => bell.ring(), failed: () => bell.ring() })),
  ];
  signal.addEventListener('abort', () => bell.ring(), { once: true, signal: ended.signal });
  if (signal.aborted) bell.ring();
  void clock.sleep(Math.max(0, deadlineMs - clock.nowMs()), ended.signal).then(() => {
    isLate = true;
    bell.ring();
  });
  let isSynced = false;
  const allRead = [
    ...informers.map((informer) => informer.synced),
    ...optional.map((informer) => informer.synced.catch(() => undefined)),
  ];
  Promise.all(allRead).then(
    () => {
      isSynced = true;
      bell.ring();
    },
    (error: unknown) => bell.fail(error),
  );
  try {
    for (;;) {
      await bell.rung();
      if (signal.aborted) return { kind: 'cancelled' };
      const value = isSynced ? check() : undefined;
      if (value !== undefined) return { kind: 'done', value };
      if (isLate) return { kind: 'timed-out' };
    }
  } finally {
    ended.abort();
    for (const stop of stops) stop();
  }
}

/** Wakes one waiter, once for any number of rings since it last woke. */
class Bell {
  #isRung = false;
  #error: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#error = { error };
    this.ring();
  }

  async rung(): Promise<void> {
    if (!this.#isRung) await new Promise<void>((resolve) => (this.#wake = resolve));
    // What one packet of a watch carried is seen as one change.
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#isRung = false;
    this.#wake = undefined;
    if (this.#error !== undefined) throw this.#error.error;
  }
}
