import { type ResourceState, referencedUrns, type SnapshotChange, type StateKey, type Urn } from '@radiant/model';
import type { Ledger, Recorded } from '../operation/ledger.ts';
import { pruneReferences } from '../operation/prune-references.ts';
import type { Doomed } from './doomed.ts';

/** A record that stays longer than some that it leans on, of which it knows nothing any more once they are all that is left. */
export interface Outliving {
  readonly recorded: Recorded;
  readonly outlived: ReadonlySet<StateKey>;
}

/**
 * Records whose things go when others, their hosts, are deleted (option `deletedWith`). They stay recorded until that has
 * happened, together with the providers and components that they need in the record: when a host is not deleted after all,
 * nothing is lost.
 */
export class Companions {
  readonly #ledger: Ledger;
  readonly #waiting = new Map<StateKey, { readonly doomed: Doomed; readonly hosts: Set<StateKey> }>();
  readonly #waitingFor = new Map<StateKey, StateKey[]>();
  readonly #goneWith = new Map<StateKey, readonly Doomed[]>();
  /** Who of those that stay recorded longer, for good, waiting, to be made again or in a circle, refers to a URN. */
  readonly #mentioning = new Map<Urn, StateKey[]>();
  readonly #outlived = new Map<StateKey, ReadonlySet<StateKey>>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Lets the record of something that no provider deletes wait, if it must. Returns whether it does. */
  take(doomed: Doomed): boolean {
    const hosts = new Set(doomed.goesWith === undefined ? [] : [doomed.goesWith]);
    for (const key of this.#mentioning.get(doomed.state.urn) ?? [])
      for (const host of this.#waiting.get(key)?.hosts ?? []) hosts.add(host);
    if (hosts.size === 0) return false;
    this.#waiting.set(doomed.key, { doomed, hosts });
    for (const host of hosts) note(this.#waitingFor, host, doomed.key);
    this.#noteMentions(doomed);
    return true;
  }

  /** Lets one know that stays, or is of a circle, when what it leans on has gone before it. */
  mayOutlive({ recorded, outlived }: Outliving): void {
    this.#outlived.set(recorded.key, outlived);
    this.#noteMentions(recorded);
  }

  isWaiting({ key }: Doomed): boolean {
    return this.#waiting.has(key);
  }

  /** Those still recorded, since not all of their hosts have been deleted. */
  waiting(): readonly Doomed[] {
    return Array.from(this.#waiting.values(), ({ doomed }) => doomed);
  }

  /** Those whose records went with that of the last of their hosts. */
  goneWith(host: Doomed): readonly Doomed[] {
    return this.#goneWith.get(host.key) ?? [];
  }

  /** What to record once `doomed` is gone: of itself, of those that went with it, and of those that stay recorded. */
  changesFor(doomed: Doomed): readonly SnapshotChange[] {
    const gone = [doomed, ...this.#release(doomed.key)];
    const remade = gone.filter(({ afterwards }) => afterwards === 'await');
    for (const each of remade) this.#noteMentions(each);
    const dropped = new Map(
      gone.filter(({ afterwards }) => afterwards === 'drop').map(({ key, state }) => [key, state] as const),
    );
    const drops = Array.from(dropped.keys(), (key): SnapshotChange => ({ kind: 'drop', key }));
    return [...drops, ...this.#stay(new Set(remade.map(({ key }) => key)), dropped)];
  }

  /** Takes out those that waited for nothing but this host. */
  #release(host: StateKey): Doomed[] {
    const released: Doomed[] = [];
    for (const key of this.#waitingFor.get(host) ?? []) {
      const { doomed, hosts } = this.#waiting.get(key)!;
      hosts.delete(host);
      if (hosts.size > 0) continue;
      released.push(doomed);
      this.#waiting.delete(key);
    }
    this.#waitingFor.delete(host);
    if (released.length > 0) this.#goneWith.set(host, released);
    return released;
  }

  #noteMentions({ key, state }: Recorded): void {
    for (const urn of referencedUrns(state)) note(this.#mentioning, urn, key);
  }

  /** Those to be `remade` say so; nobody refers to what has no record any more. */
  #stay(remade: ReadonlySet<StateKey>, dropped: ReadonlyMap<StateKey, ResourceState>): SnapshotChange[] {
    const parents = new Map(Array.from(dropped.values(), ({ urn, parent }) => [urn, parent] as const));
    const concerned = new Set([...remade, ...[...parents.keys()].flatMap((urn) => this.#mentioning.get(urn) ?? [])]);
    const changes: SnapshotChange[] = [];
    for (const key of concerned) {
      const recorded = this.#ledger.get(key);
      if (recorded === undefined || dropped.has(key)) continue;
      const pruned = pruneReferences(
        recorded,
        (urn) => !parents.has(urn) || this.#stands(urn, key, dropped),
        (urn) => parents.get(urn),
      );
      // It belongs to another now, who needs to know of it.
      if (pruned.parent !== undefined && pruned.parent !== recorded.parent) note(this.#mentioning, pruned.parent, key);
      if (remade.has(key)) changes.push({ kind: 'put', key, state: { ...pruned, disposition: 'awaiting-recreate' } });
      else if (pruned !== recorded) changes.push({ kind: 'put', key, state: pruned });
    }
    return changes;
  }

  /** Whether a generation of `urn` is left that a record may lean on. */
  #stands(urn: Urn, by: StateKey, dropped: ReadonlyMap<StateKey, ResourceState>): boolean {
    const outlived = this.#outlived.get(by);
    return this.#ledger.generations(urn).some((key) => !dropped.has(key) && outlived?.has(key) !== true);
  }
}

function note<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}
