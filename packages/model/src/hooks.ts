import type { HookBindings } from './goal.ts';
import type { ResourceState } from './resource-state.ts';

/** The moments at which resource hooks run. */
export type HookMoment = Exclude<keyof HookBindings, 'onError'>;

export interface HookRequest {
  readonly moment: HookMoment;
  /** What is recorded; absent for a creation. */
  readonly old?: ResourceState;
  /** What is planned, after the step what is recorded; absent for a deletion. */
  readonly new?: ResourceState;
}

/**
 * A function of the program that runs beside the steps of resources that name it. Rejects with an Error whose message is
 * for the person who wrote it.
 */
export interface ResourceHook {
  /** Unique among all hooks of a program. */
  readonly name: string;
  readonly runsOnDryRun: boolean;
  /** Whether a failure is only a warning. */
  readonly ignoresErrors: boolean;
  run(request: HookRequest): Promise<void>;
}

export interface ErrorHookRequest {
  readonly failedOperation: 'create' | 'update' | 'delete';
  /** What the attempts failed of, the newest first; never empty. */
  readonly errors: readonly string[];
  readonly old?: ResourceState;
  readonly new?: ResourceState;
}

/** A function of the program that is asked when a step has failed, and says whether to try again. Rejects like a hook. */
export interface ErrorHook {
  /** Unique among all hooks of a program. */
  readonly name: string;
  wantsRetry(request: ErrorHookRequest): Promise<boolean>;
}
