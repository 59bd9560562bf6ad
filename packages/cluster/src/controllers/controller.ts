import type { Clock } from '../clock.ts';
import type { ClusterClient } from '../cluster-client.ts';

export interface ControllerContext {
  readonly client: ClusterClient;
  readonly clock: Clock;
  /** For names and jitter; seeded in tests. In [0, 1). */
  readonly random: () => number;
  /** The cluster's CA in PEM, which every namespace gets a copy of (`kube-root-ca.crt`). Empty when there is none. */
  readonly caCertificate?: string;
  /** Told of what a controller could not do and will try again. Without it such failures are only seen in Events and conditions. */
  readonly report?: (problem: ControllerProblem) => void;
}

export interface ControllerProblem {
  readonly controller: string;
  /** `namespace/name` of the object that was worked on. */
  readonly key: string;
  readonly error: unknown;
}

/** Starts watching and reconciling; the returned function stops it. Level-based: acts on what is, never on what woke it. */
export type StartController = (context: ControllerContext) => () => void;
