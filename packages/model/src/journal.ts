import { assert } from './assert.ts';
import { orderByDependency } from './dependency-order.ts';
import type { ResourceState } from './resource-state.ts';
import type { PendingOperation, PendingOperationKind, Snapshot } from './snapshot.ts';

/**
 * Names one resource of a stack during one operation: `b3` is the fourth of the checkpoint the operation began with,
 * `n7` the eighth that the operation recorded. A URN would not do: a replaced resource and its successor share one.
 */
export type StateKey = string;

export function baseKey(index: number): StateKey {
  return `b${index}`;
}

export function newKey(index: number): StateKey {
  return `n${index}`;
}

/** How one recorded event changes the snapshot. */
export type SnapshotChange =
  /** Replaces the resource of that key in its place, or appends it. */
  | { readonly kind: 'put'; readonly key: StateKey; readonly state: ResourceState }
  | { readonly kind: 'drop'; readonly key: StateKey };

/**
 * An entry of an operation's journal. A `begin` is durable before the provider is called, an `end` is appended after
 * the provider has answered; what lies between is in doubt after a crash.
 */
export type JournalEntry =
  | {
      readonly kind: 'begin';
      readonly step: number;
      readonly operation: PendingOperationKind;
      readonly resource: ResourceState;
    }
  | {
      readonly kind: 'end';
      readonly step: number;
      readonly outcome: 'succeeded' | 'failed' | 'in-doubt';
      readonly changes: readonly SnapshotChange[];
    }
  /** A change without a provider call: a component, outputs, a disposition; also the verdict on an older operation in doubt. */
  | { readonly kind: 'change'; readonly changes: readonly SnapshotChange[]; readonly settles?: readonly number[] };

/** What the engine writes to while it works. */
export interface Journal {
  /** Resolves once the entry is durable. Entries are durable in the order of the calls. Never refuses what a provider did. */
  append(entry: JournalEntry): Promise<void>;
}

/**
 * The snapshot after `entries`, from the one before them. `settles` of a change lists positions in
 * `base.pendingOperations` that are no longer in doubt.
 */
export function replay(base: Snapshot, entries: Iterable<JournalEntry>): Snapshot {
  const states = new Map<StateKey, ResourceState>();
  base.resources.forEach((state, index) => {
    states.set(baseKey(index), state);
  });
  const carried = new Map<number, PendingOperation>(base.pendingOperations.entries());
  const begun = new Map<number, PendingOperation>();
  for (const entry of entries) {
    switch (entry.kind) {
      case 'begin':
        begun.set(entry.step, { kind: entry.operation, resource: entry.resource });
        break;
      case 'end':
        assert(begun.has(entry.step), `step ${entry.step} was begun before it ended`);
        if (entry.outcome !== 'in-doubt') begun.delete(entry.step);
        applyChanges(states, entry.changes);
        break;
      case 'change':
        applyChanges(states, entry.changes);
        for (const position of entry.settles ?? []) carried.delete(position);
        break;
    }
  }
  return {
    resources: orderByDependency([...states.values()]),
    pendingOperations: [...carried.values(), ...begun.values()],
  };
}

function applyChanges(states: Map<StateKey, ResourceState>, changes: readonly SnapshotChange[]): void {
  for (const change of changes) {
    if (change.kind === 'put') states.set(change.key, change.state);
    else states.delete(change.key);
  }
}
