/** The first Ctrl-C asks to finish what runs, the second to stop at once. */
export interface Interrupts {
  readonly drain: AbortSignal;
  readonly terminate: AbortSignal;
  /** Gives Ctrl-C back its usual meaning. */
  release(): void;
}

/** The events of a process that matter here. */
export interface SignalSource {
  on(event: string, listener: (signal: string) => void): unknown;
  off(event: string, listener: (signal: string) => void): unknown;
}

/** What the launcher emits for a signal that reached it instead of us; see bin/radiant.cjs. */
const wrapperSignal = 'radiant:wrapper-signal';

/**
 * Counts SIGINT and SIGTERM. Under a wrapper one Ctrl-C of a terminal arrives twice, by itself and through the wrapper,
 * in either order, so each way is counted apart and the greater count is what the person did.
 */
export function catchInterrupts(source: SignalSource): Interrupts {
  const drain = new AbortController();
  const terminate = new AbortController();
  let direct = 0;
  let throughWrapper = 0;
  const act = (): void => {
    const count = Math.max(direct, throughWrapper);
    if (count >= 1) drain.abort();
    if (count >= 2) terminate.abort();
  };
  const onDirect = (): void => {
    direct++;
    act();
  };
  const onWrapper = (): void => {
    throughWrapper++;
    act();
  };
  source.on('SIGINT', onDirect);
  source.on('SIGTERM', onDirect);
  source.on(wrapperSignal, onWrapper);
  return {
    drain: drain.signal,
    terminate: terminate.signal,
    release() {
      source.off('SIGINT', onDirect);
      source.off('SIGTERM', onDirect);
      source.off(wrapperSignal, onWrapper);
    },
  };
}
