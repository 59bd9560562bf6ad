/** Lets a bounded number of calls run at a time, in the order they asked. */
export class Semaphore {
  /** How many run at a time. */
  readonly limit: number;
  #free: number;
  readonly #waiting: (() => void)[] = [];
  #next = 0;

  /** `limit` of 0 and less: unlimited. */
  constructor(limit: number) {
    this.limit = limit > 0 ? limit : Number.POSITIVE_INFINITY;
    this.#free = this.limit;
  }

  /** No function is suspended for a call that waits. */
  run<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#free === 0)
      return new Promise((resolve) => {
        this.#waiting.push(() => resolve(this.#runNow(call)));
      });
    this.#free -= 1;
    return this.#runNow(call);
  }

  /** Makes a call for each item, in their order, and has no more of them wait than may run at a time. */
  async each<Item>(items: readonly Item[], call: (item: Item) => Promise<void>): Promise<void> {
    const left = items.values();
    const one = async () => {
      for (const item of left) await this.run(() => call(item));
    };
    await Promise.all(Array.from({ length: Math.min(this.limit, items.length) }, one));
  }

  async #runNow<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } finally {
      this.#release();
    }
  }

  #release(): void {
    const next = this.#waiting[this.#next];
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#next += 1;
    // The head of the queue is cut off in large pieces, so that a long queue costs the same per call as a short one.
    if (this.#next > 1024 && this.#next * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    next();
  }
}
