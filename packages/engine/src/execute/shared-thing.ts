import { isProviderType, type ResourceState, type StateKey } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';

/** Whether the thing of a record that is to go has come to be that of another one, which stays. */
export async function isAnothers(operation: Operation, key: StateKey): Promise<boolean> {
  const state = operation.ledger.get(key);
  if (state === undefined) return false;
  const owners = operation.ledger
    .sharing(state)
    .filter((other) => other.key !== key && other.state.disposition === 'live' && ownsThing(other.state));
  if (owners.length === 0) return false;
  return owners.some((owner) => owner.state.importId === state.id) || namesThings(operation, state);
}

/** Even one that is to be kept when its record goes. */
export function ownsThing({ ownership, disposition, type }: ResourceState): boolean {
  return ownership === 'managed' && disposition !== 'awaiting-recreate' && !isProviderType(type);
}

/** Whoever cannot be asked cannot delete it either, and says so then. */
export async function namesThings({ providers }: Operation, { provider }: ResourceState): Promise<boolean> {
  const handle = await providers.handle(provider).catch(() => undefined);
  return handle?.provider.capabilities.hasUniqueIds === true;
}
