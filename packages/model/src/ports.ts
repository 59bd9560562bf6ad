/** Time as the engine sees it: real in the product, simulated in tests. */
export interface Clock {
  nowMs(): number;
  /** Resolves after `delayMs`, or at once when `signal` aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness as a port: real in the product, seeded in tests. */
export interface Random {
  bytes(count: number): Uint8Array;
  uuid(): string;
}
