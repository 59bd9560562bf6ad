/** Knows whether calls are under way. It only counts them: tens of thousands may be at once. */
export class PendingCalls {
  #count = 0;
  #none: PromiseWithResolvers<void> | undefined;

  /** Counts `call` until it is settled. */
  track<Result>(call: Promise<Result>): Promise<Result> {
    this.#count += 1;
    call.then(this.#end, this.#end);
    return call;
  }

  /** Resolves when no call is under way, those included that began in the meantime. */
  async ended(): Promise<void> {
    while (this.#count > 0) {
      this.#none ??= Promise.withResolvers();
      await this.#none.promise;
    }
  }

  readonly #end = (): void => {
    this.#count -= 1;
    if (this.#count > 0) return;
    this.#none?.resolve();
    this.#none = undefined;
  };
}
