import type { StateKey } from '@radiant/model';
import type { Ledger } from '../operation/ledger.ts';
import { deletionGraph } from './deletion-graph.ts';

/**
 * Who leans on whom in the record, made once and then asked as often as need be. Nothing leans on itself, however far
 * around, so that whoever waits for his dependents never waits for himself. Records are named by their keys, which renames
 * do not touch. What is recorded later is not in it: nobody deletes what he has just made.
 */
export class DependentsIndex {
  readonly #leansOn = new Map<StateKey, readonly StateKey[]>();
  readonly #dependents = new Map<StateKey, StateKey[]>();

  constructor(ledger: Ledger) {
    const recorded = ledger.all();
    const { leansOn } = deletionGraph(recorded.map(({ state }) => state));
    recorded.forEach(({ key }, index) => {
      const needs = leansOn[index]!.map((needed) => recorded[needed]!.key);
      this.#leansOn.set(key, needs);
      for (const needed of needs) this.#add(needed, key);
    });
  }

  leansOn(key: StateKey): readonly StateKey[] {
    return this.#leansOn.get(key) ?? [];
  }

  dependentsOf(key: StateKey): readonly StateKey[] {
    return this.#dependents.get(key) ?? [];
  }

  /** All that lean on `root`, directly or not. */
  allDependentsOf(root: StateKey): readonly StateKey[] {
    const found = new Set<StateKey>();
    const open = [root];
    for (let key = open.pop(); key !== undefined; key = open.pop())
      for (const dependent of this.dependentsOf(key))
        if (!found.has(dependent)) {
          found.add(dependent);
          open.push(dependent);
        }
    return [...found];
  }

  #add(needed: StateKey, dependent: StateKey): void {
    const known = this.#dependents.get(needed);
    if (known === undefined) this.#dependents.set(needed, [dependent]);
    else known.push(dependent);
  }
}
