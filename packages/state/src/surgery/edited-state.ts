import {
  baseKey,
  type JournalEntry,
  newKey,
  orderByDependency,
  type PendingOperation,
  type ResourceState,
  type Snapshot,
  type SnapshotChange,
} from '@radiant/model';

/** A state as a person wants it, beside the snapshot it is made from. What is left out of it is no longer recorded. */
export interface EditedState {
  readonly records: readonly EditedRecord[];
  readonly doubts: readonly EditedDoubt[];
}

export interface EditedRecord {
  /** The record it is made from, as a position in the snapshot; absent for a new one. */
  readonly from?: number;
  readonly state: ResourceState;
}

/** An operation in doubt. */
export interface EditedDoubt {
  /** Position in the snapshot's pending operations; absent for a new one. */
  readonly from?: number;
  readonly operation: PendingOperation;
}

/** Where every change of a state by hand begins. */
export function unedited(snapshot: Snapshot): EditedState {
  return {
    records: snapshot.resources.map((state, from) => ({ from, state })),
    doubts: snapshot.pendingOperations.map((operation, from) => ({ from, operation })),
  };
}

/** The snapshot that an edited state comes to: dependencies before dependents, as every replay of a journal leaves it. */
export function settled({ records, doubts }: EditedState): Snapshot {
  return {
    resources: orderByDependency(records.map(({ state }) => state)),
    pendingOperations: doubts.map(({ operation }) => operation),
  };
}

/**
 * The journal that makes the edited state of `base`. Never empty: what only changes the order of the records is written
 * by an entry without a change.
 */
export function journalOf(base: Snapshot, { records, doubts }: EditedState): readonly JournalEntry[] {
  const kept = new Set(records.map(({ from }) => from));
  const changes: SnapshotChange[] = base.resources.flatMap((_, index) =>
    kept.has(index) ? [] : [{ kind: 'drop', key: baseKey(index) } as const],
  );
  let made = 0;
  for (const { from, state } of records) {
    if (from === undefined) changes.push({ kind: 'put', key: newKey(made++), state });
    else if (state !== base.resources[from]) changes.push({ kind: 'put', key: baseKey(from), state });
  }
  const untouched = new Set(
    doubts.filter(({ from, operation }) => isUntouched(base, from, operation)).map(({ from }) => from),
  );
  const settles = [...base.pendingOperations.keys()].filter((position) => !untouched.has(position));
  const begins = doubts.filter(({ from, operation }) => !isUntouched(base, from, operation));
  return [
    { kind: 'change', changes, ...(settles.length === 0 ? {} : { settles }) },
    // What is begun and never ended is in doubt.
    ...begins.map(({ operation: { kind, resource } }, step) => ({
      kind: 'begin' as const,
      step,
      operation: kind,
      resource,
    })),
  ];
}

function isUntouched(base: Snapshot, from: number | undefined, operation: PendingOperation): boolean {
  return from !== undefined && base.pendingOperations[from] === operation;
}
