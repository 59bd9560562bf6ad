import type { ResourceState, StateKey } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { hasThing } from './delete-step.ts';
import { namesThings, ownsThing } from './shared-thing.ts';

/**
 * Which of the records that are to go leave their things to others, and to which. A resource that adopts what another is
 * recorded with takes it over: a person has said that the id names it. What was lost and made again for another resource
 * is that one's, where ids name things at all; elsewhere whoever gives them is told to delete as often as he has created.
 * Where all records of a thing go, one of them goes with the thing, after the others and all that leans on them.
 */
export async function handedOver(
  operation: Operation,
  going: readonly Recorded[],
  staying: readonly Recorded[],
): Promise<ReadonlyMap<StateKey, StateKey>> {
  const isOwner = ({ state }: Recorded) => ownsThing(state);
  const owners = Map.groupBy([...going, ...staying].filter(isOwner), ({ state }) => thingOf(state));
  const stayingKeys = new Set(staying.map(({ key }) => key));
  const left = new Map<StateKey, StateKey>();
  for (const { key, state } of going) {
    const sharing = hasThing(state) ? (owners.get(thingOf(state)) ?? []) : [];
    if (sharing.length < 2) continue;
    const heir = sharing.find((owner) => stayingKeys.has(owner.key)) ?? lastOwner(sharing);
    if (heir.key === key) continue;
    const isAdopted = sharing.some((owner) => owner.state.importId === state.id);
    if (isAdopted || (await namesThings(operation, state))) left.set(key, heir.key);
  }
  return left;
}

/** Of records that all go: one that keeps the thing, else the first whose provider deletes it, for it leans on no other. */
function lastOwner(sharing: readonly Recorded[]): Recorded {
  return (
    sharing.find(({ state }) => state.retainOnDelete) ??
    sharing.find(({ state }) => state.deletedWith === undefined && state.viewOf === undefined) ??
    sharing[0]!
  );
}

function thingOf({ type, provider, id }: ResourceState): string {
  return JSON.stringify([type, provider, id]);
}
