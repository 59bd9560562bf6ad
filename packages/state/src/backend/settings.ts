import type { Clock } from '@radiant/model';
import type { LeaseSettings } from '../lease/lease.ts';
import type { Processes } from '../lease/process-identity.ts';
import type { Store } from '../store/store.ts';
import type { StackReader } from './stack-state.ts';

/** What every part of a backend needs. */
export interface BackendContext extends StackReader {
  readonly store: Store;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly leaseSettings: LeaseSettings;
  readonly heartbeatMs: number;
  readonly user: string;
  /** Of this tool; written into manifests. */
  readonly toolVersion: string;
  readonly keepsBackups: boolean;
  readonly newFileSuffix: '.json' | '.json.gz';
}
