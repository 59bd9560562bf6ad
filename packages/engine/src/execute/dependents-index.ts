import { orderByDependency, type ResourceState, referencedUrns, type StateKey } from '@radiant/model';
import type { Ledger, Recorded } from '../operation/ledger.ts';

/**
 * Who leans on whom in the record, made once and then asked as often as need be. Records are named by their keys, which
 * renames do not touch. What is recorded later is not in it: nobody deletes what he has just made.
 */
export class DependentsIndex {
  readonly #dependents = new Map<StateKey, StateKey[]>();
  readonly #positions = new Map<StateKey, number>();

  constructor(ledger: Ledger) {
    const recorded = ledger.all();
    // A dependent may lean on any generation that has the name: which, its record does not say.
    const generations = Map.groupBy(recorded, ({ state }) => state.urn);
    for (const { key, state } of recorded)
      for (const urn of referencedUrns(state))
        for (const needed of generations.get(urn) ?? []) this.#add(needed.key, key);
    for (const [position, { key }] of inDependencyOrder(recorded).entries()) this.#positions.set(key, position);
  }

  /** All that lean on `root`, directly or not; dependencies before dependents. */
  dependentsOf(root: StateKey): StateKey[] {
    const found = new Set<StateKey>();
    const open = [root];
    for (let key = open.pop(); key !== undefined; key = open.pop())
      for (const dependent of this.#dependents.get(key) ?? [])
        if (dependent !== root && !found.has(dependent)) {
          found.add(dependent);
          open.push(dependent);
        }
    return [...found].sort((a, b) => this.#positions.get(a)! - this.#positions.get(b)!);
  }

  directDependentsOf(key: StateKey): readonly StateKey[] {
    return this.#dependents.get(key) ?? [];
  }

  #add(needed: StateKey, dependent: StateKey): void {
    const known = this.#dependents.get(needed);
    if (known === undefined) this.#dependents.set(needed, [dependent]);
    else known.push(dependent);
  }
}

/** Records with dependencies before dependents. */
export function inDependencyOrder(recorded: readonly Recorded[]): Recorded[] {
  const byState = new Map<ResourceState, Recorded>(recorded.map((entry) => [entry.state, entry]));
  return orderByDependency(recorded.map(({ state }) => state)).map((state) => byState.get(state)!);
}
