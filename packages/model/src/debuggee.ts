import type { PropertyMap } from './property-value.ts';

/** A process that goes on once a debugger is attached. */
export interface WaitingDebuggee {
  /** How an editor attaches (Debug Adapter Protocol: attach arguments). */
  readonly config: PropertyMap;
  /** Where it waits, in words. */
  readonly message: string;
}
