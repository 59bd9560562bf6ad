/** Time as the engine sees it: real in the product, simulated in tests. */
export interface Clock {
  nowMs(): number;
  /** Resolves after `delayMs`, or at once when `signal` aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness as a port: real in the product, seeded in tests. */
export interface Random {
  /**
   * 32 bytes for `name` that a preview and the up after it share, and that differ once the stack has changed: what a
   * preview calls a thing is what it will be called.
   */
  seed(name: string): Uint8Array;
  uuid(): string;
}
