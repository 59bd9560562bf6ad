import type { Episode } from '../run-scenario.ts';

/** What must hold of every operation, whatever happened. */
export interface Invariant {
  readonly name: string;
  /** What is wrong; undefined when all is well. */
  readonly check: (episode: Episode) => string | undefined;
}
