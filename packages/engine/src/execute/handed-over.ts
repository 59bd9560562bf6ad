import { isProviderType, type ResourceState, type StateKey } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { hasThing } from './delete-step.ts';

/**
 * Which of the records that are to go leave their things to others that stay. A resource that adopts what another is
 * recorded with takes it over: a person has said that the id names it. What was lost and made again for another resource
 * is that one's, where ids name things at all; elsewhere whoever gives them is told to delete as often as he has created.
 */
export async function handedOver(
  operation: Operation,
  going: readonly Recorded[],
  staying: readonly Recorded[],
): Promise<ReadonlySet<StateKey>> {
  const owners = Map.groupBy(staying.map(({ state }) => state).filter(ownsThing), (state) => thingOf(state));
  const left = new Set<StateKey>();
  for (const { key, state } of going) {
    const heirs = hasThing(state) ? (owners.get(thingOf(state)) ?? []) : [];
    if (heirs.length === 0) continue;
    const isAdopted = heirs.some(({ importId, id }) => importId === id);
    if (isAdopted || (await namesThings(operation, state))) left.add(key);
  }
  return left;
}

/** Even one that is to be kept when its record goes. */
function ownsThing({ ownership, disposition, type }: ResourceState): boolean {
  return ownership === 'managed' && disposition !== 'awaiting-recreate' && !isProviderType(type);
}

function thingOf({ type, provider, id }: ResourceState): string {
  return JSON.stringify([type, provider, id]);
}

/** Whoever cannot be asked cannot delete it either, and says so then. */
async function namesThings({ providers }: Operation, { provider }: ResourceState): Promise<boolean> {
  const handle = await providers.handle(provider).catch(() => undefined);
  return handle?.provider.capabilities.hasUniqueIds === true;
}
