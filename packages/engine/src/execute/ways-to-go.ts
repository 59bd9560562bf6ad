import type { StateKey } from '@radiant/model';
import type { Ledger, Recorded } from '../operation/ledger.ts';
import { hasThing } from './delete-step.ts';
import type { Doomed } from './doomed.ts';

/**
 * How the things of records that are to go come to go: by their provider, with another, or not at all. `left`: those whose
 * things stay with others, and take nothing along.
 */
export function waysToGo(
  ledger: Ledger,
  recorded: readonly Recorded[],
  left: ReadonlyMap<StateKey, StateKey> = new Map(),
): readonly Pick<Doomed, 'callsProvider' | 'goesWith'>[] {
  const doomed = new Map(recorded.filter(({ key }) => !left.has(key)).map((entry) => [entry.key, entry]));
  return recorded.map((entry) => {
    if (!hasThing(entry.state) || left.has(entry.key)) return { callsProvider: false };
    const host = hostOf(ledger, entry, doomed);
    if (host === undefined) return { callsProvider: entry.state.viewOf === undefined };
    return hasThing(host.state) ? { callsProvider: false, goesWith: host.key } : { callsProvider: false };
  });
}

/** What takes a thing along, at the end of a chain of those that go with one another (option `deletedWith`). */
function hostOf(ledger: Ledger, entry: Recorded, doomed: ReadonlyMap<StateKey, Recorded>): Recorded | undefined {
  const seen = new Set([entry]);
  let host: Recorded | undefined;
  for (let next = takerOf(ledger, entry, doomed); next !== undefined; next = takerOf(ledger, next, doomed)) {
    if (seen.has(next)) break;
    seen.add(next);
    host = next;
  }
  return host;
}

/**
 * Records do not say which generation they go with. It is known where there was one when the operation began; else an
 * earlier operation replaced the host and may have come to an end before who goes with it followed. His provider deletes
 * him then, so that he is not lost.
 */
function takerOf(
  ledger: Ledger,
  { state: { viewOf, deletedWith } }: Recorded,
  doomed: ReadonlyMap<StateKey, Recorded>,
): Recorded | undefined {
  const taker = viewOf ?? deletedWith;
  if (taker === undefined) return undefined;
  const hosts = ledger.generations(taker).filter((generation) => ledger.wasRecorded(generation));
  return hosts.length === 1 ? doomed.get(hosts[0]!) : undefined;
}
