import type { ResourceState, StateKey, StepOp } from '@radiant/model';

/** A record that is to go, and how. */
export interface Doomed {
  readonly key: StateKey;
  readonly state: ResourceState;
  readonly op: Extract<
    StepOp,
    'delete' | 'delete-replaced' | 'discard' | 'discard-replaced' | 'remove-pending-replace'
  >;
  /** `drop`: the record goes too. `await`: it stays to say that the thing is to be made again. */
  readonly afterwards: 'drop' | 'await';
  /** Whether the provider deletes it: false for what is not ours, is kept, or goes with another. */
  readonly callsProvider: boolean;
  /** The record of what takes it along when it is deleted. */
  readonly goesWith?: StateKey;
  /** Awaited before it is deleted. */
  readonly before?: () => Promise<void>;
  /** Asked when its turn has come, where others are declared meanwhile: whether its thing is another's now, and stays. */
  readonly isLeft?: () => Promise<boolean>;
  /** Called when it is gone, or stays after all, or waits to go with another. */
  readonly cleared?: () => void;
  /** Called when it is gone, or stays after all. */
  readonly settled?: () => void;
}
