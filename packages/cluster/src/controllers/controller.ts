import type { Clock } from '../clock.ts';
import type { ClusterClient } from '../cluster-client.ts';

export interface ControllerContext {
  readonly client: ClusterClient;
  readonly clock: Clock;
  /** For names and jitter; seeded in tests. In [0, 1). */
  readonly random: () => number;
}

/** Starts watching and reconciling; the returned function stops it. Level-based: acts on what is, never on what woke it. */
export type StartController = (context: ControllerContext) => () => void;
