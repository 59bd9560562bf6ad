import type { ResourceState } from './resource-state.ts';

export type PendingOperationKind = 'creating' | 'updating' | 'deleting' | 'reading' | 'importing';

/** A step that was begun and whose outcome nobody recorded: in doubt. */
export interface PendingOperation {
  readonly kind: PendingOperationKind;
  /** What would have been recorded had it succeeded; for a deletion, what was to go. */
  readonly resource: ResourceState;
}

/** What we recorded of a whole stack: dependencies before dependents. */
export interface Snapshot {
  readonly resources: readonly ResourceState[];
  readonly pendingOperations: readonly PendingOperation[];
}

export const emptySnapshot: Snapshot = Object.freeze({ resources: [], pendingOperations: [] });
