import { setTimeout as sleep } from 'node:timers/promises';

/** Files that have changed and led to nothing yet. One reader at a time. */
export class PendingChanges {
  #files = new Set<string>();
  #count = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  add(file: string): void {
    this.#files.add(file);
    this.#count++;
    this.#wake();
  }

  /** Whoever waits hears of it. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  /** Until there is a change, or `signal` aborts. */
  async some(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => aborted.resolve(), { once: true });
    while (this.#files.size === 0 && this.#failure === undefined && !signal.aborted) {
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      await Promise.race([woken.promise, aborted.promise]);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Takes all of them, once nothing has changed for `quietMs`, or `longestMs` after this was asked. */
  async settled({ quietMs = 100, longestMs = 2_000 } = {}): Promise<ReadonlySet<string>> {
    const endMs = performance.now() + longestMs;
    let seen: number;
    do {
      seen = this.#count;
      await sleep(quietMs);
    } while (this.#count !== seen && performance.now() < endMs);
    const files = this.#files;
    this.#files = new Set();
    return files;
  }
}
