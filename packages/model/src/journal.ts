import { assert } from './assert.ts';
import { orderByDependency } from './dependency-order.ts';
import { renameReferences } from './references.ts';
import type { ResourceState } from './resource-state.ts';
import type { PendingOperation, PendingOperationKind, Snapshot } from './snapshot.ts';
import type { Urn } from './urn.ts';

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

export function isNewKey(key: StateKey): boolean {
  return key.startsWith('n');
}

/** How one recorded event changes the snapshot. */
export type SnapshotChange =
  /** Replaces the resource of that key in its place, or appends it. */
  | { readonly kind: 'put'; readonly key: StateKey; readonly state: ResourceState }
  | { readonly kind: 'drop'; readonly key: StateKey }
  /**
   * A resource took another URN (an alias matched): what was recorded before this and refers to `from` means `to`. The
   * resource's own record is put beside it. A reference recorded later means whatever then has that URN.
   */
  | { readonly kind: 'rename'; readonly from: Urn; readonly to: Urn };

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
  const replayed = new Replay(base);
  for (const entry of entries) replayed.apply(entry);
  return replayed.snapshot();
}

/**
 * A stack while the entries of a journal arrive. Renames are kept aside with their moment and followed when a state is
 * read, so that they cost nothing each, however many resources refer to the one renamed.
 */
export class Replay {
  readonly #states = new Map<StateKey, { readonly state: ResourceState; readonly moment: number }>();
  readonly #renames = new Renames();
  readonly #carried: Map<number, PendingOperation>;
  readonly #begun = new Map<number, { readonly operation: PendingOperation; readonly moment: number }>();
  #moment = 0;

  constructor(base: Snapshot) {
    this.#carried = new Map(base.pendingOperations.entries());
    base.resources.forEach((state, index) => {
      this.#states.set(baseKey(index), { state, moment: 0 });
    });
  }

  apply(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'begin':
        this.#begun.set(entry.step, {
          operation: { kind: entry.operation, resource: entry.resource },
          moment: this.#moment,
        });
        break;
      case 'end':
        assert(this.#begun.has(entry.step), `step ${entry.step} was begun before it ended`);
        if (entry.outcome !== 'in-doubt') this.#begun.delete(entry.step);
        this.#applyChanges(entry.changes);
        break;
      case 'change':
        this.#applyChanges(entry.changes);
        for (const position of entry.settles ?? []) this.#carried.delete(position);
        break;
    }
  }

  get(key: StateKey): ResourceState | undefined {
    const held = this.#states.get(key);
    return held === undefined ? undefined : this.#renames.apply(held.state, held.moment);
  }

  keys(): Iterable<StateKey> {
    return this.#states.keys();
  }

  snapshot(): Snapshot {
    const states = Array.from(this.#states.values(), ({ state, moment }) => this.#renames.apply(state, moment));
    return {
      resources: orderByDependency(states),
      pendingOperations: [
        ...Array.from(this.#carried.values(), (operation) => this.#renamed(operation, 0)),
        ...Array.from(this.#begun.values(), ({ operation, moment }) => this.#renamed(operation, moment)),
      ],
    };
  }

  #renamed(operation: PendingOperation, moment: number): PendingOperation {
    const resource = this.#renames.apply(operation.resource, moment);
    return resource === operation.resource ? operation : { ...operation, resource };
  }

  #applyChanges(changes: readonly SnapshotChange[]): void {
    this.#moment += 1;
    for (const change of changes) {
      switch (change.kind) {
        case 'put':
          this.#states.set(change.key, { state: change.state, moment: this.#moment });
          break;
        case 'drop':
          this.#states.delete(change.key);
          break;
        case 'rename':
          this.#renames.add(change.from, change.to, this.#moment);
          break;
      }
    }
  }
}

/** URNs that resources took, with the moment each was recorded. */
class Renames {
  readonly #byOrigin = new Map<Urn, { readonly to: Urn; readonly moment: number }[]>();

  add(from: Urn, to: Urn, moment: number): void {
    const known = this.#byOrigin.get(from);
    if (known === undefined) this.#byOrigin.set(from, [{ to, moment }]);
    else known.push({ to, moment });
  }

  /** The state as it reads now, when it was recorded at `moment`. */
  apply(state: ResourceState, moment: number): ResourceState {
    if (this.#byOrigin.size === 0) return state;
    return renameReferences(state, (urn) => this.#follow(urn, moment));
  }

  #follow(urn: Urn, moment: number): Urn {
    let current = urn;
    let from = moment;
    for (;;) {
      const next = this.#byOrigin.get(current)?.find((rename) => rename.moment > from);
      if (next === undefined) return current;
      current = next.to;
      from = next.moment;
    }
  }
}
