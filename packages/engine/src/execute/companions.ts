import { type ResourceState, referencedUrns, type SnapshotChange, type StateKey } from '@radiant/model';
import type { Ledger } from '../operation/ledger.ts';
import { pruneReferences } from '../operation/prune-references.ts';
import type { Doomed } from './doomed.ts';

/**
 * Records whose things go when others, their hosts, are deleted (option `deletedWith`). They stay recorded until that has
 * happened, together with the providers and components that they need in the record: when a host is not deleted after all,
 * nothing is lost.
 */
export class Companions {
  readonly #ledger: Ledger;
  readonly #waiting = new Map<StateKey, { readonly doomed: Doomed; readonly hosts: Set<StateKey> }>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Lets the record of something that no provider deletes wait, if it must. Returns whether it does. */
  take(doomed: Doomed): boolean {
    const hosts = new Set(doomed.goesWith === undefined ? [] : [doomed.goesWith]);
    for (const [key, waiting] of this.#waiting)
      if (needs(this.#ledger.current(key), doomed.state)) for (const host of waiting.hosts) hosts.add(host);
    if (hosts.size > 0) this.#waiting.set(doomed.key, { doomed, hosts });
    return hosts.size > 0;
  }

  /** What to record once `doomed` is gone: of itself, of those that went with it, and of those that still wait. */
  changesFor(doomed: Doomed): readonly SnapshotChange[] {
    const changes = [afterwards(this.#ledger, doomed)];
    for (const [key, waiting] of this.#waiting) {
      if (!waiting.hosts.delete(doomed.key) || waiting.hosts.size > 0) continue;
      changes.push(afterwards(this.#ledger, waiting.doomed));
      this.#waiting.delete(key);
    }
    return doomed.afterwards === 'drop' ? [...changes, ...this.#withoutMention(doomed)] : changes;
  }

  /** Those that still wait must not refer to what has no record any more. */
  #withoutMention({ key, state }: Doomed): SnapshotChange[] {
    if (this.#ledger.generations(state.urn).some((generation) => generation !== key)) return [];
    return Array.from(this.#waiting.keys(), (waiting): SnapshotChange => {
      const pruned = pruneReferences(
        this.#ledger.current(waiting),
        (urn) => urn !== state.urn,
        () => state.parent,
      );
      return { kind: 'put', key: waiting, state: pruned };
    }).filter((change) => change.kind === 'put' && change.state !== this.#ledger.current(change.key));
  }
}

function needs(state: ResourceState, needed: ResourceState): boolean {
  return referencedUrns(state).has(needed.urn);
}

function afterwards(ledger: Ledger, { key, afterwards }: Doomed): SnapshotChange {
  return afterwards === 'drop'
    ? { kind: 'drop', key }
    : { kind: 'put', key, state: { ...ledger.current(key), disposition: 'awaiting-recreate' } };
}
