import type { Clock } from '@radiant/model';
import type { LeaseSettings } from '../lease/lease.ts';
import type { HeldLock } from '../lease/lock-files.ts';
import type { Processes } from '../lease/process-identity.ts';
import type { Store } from '../store/store.ts';
import type { StackReader } from './stack-state.ts';

/** What becomes of an operation whose stack somebody else holds: it waits. Without patience it is refused at once. */
export interface Patience {
  /** How long at most; for ever when absent. */
  readonly limitMs?: number | undefined;
  /** Called once for everyone who is waited for. */
  readonly onWait: (stack: string, holders: readonly HeldLock[]) => void;
}

/** What every part of a backend needs. */
export interface BackendContext extends StackReader {
  readonly store: Store;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly leaseSettings: LeaseSettings;
  readonly heartbeatMs: number;
  readonly patience: Patience | undefined;
  readonly user: string;
  /** Of this tool; written into manifests. */
  readonly toolVersion: string;
  readonly keepsBackups: boolean;
  readonly newFileSuffix: '.json' | '.json.gz';
}
