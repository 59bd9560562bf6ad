import type { ResourceState, Urn } from '@radiant/model';
import { areDeleteHooksOffered } from '../callbacks/offered-hooks.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { areDeletionsPlanned } from '../plan/planned.ts';
import { deleteInOrder } from './delete-in-order.ts';
import { type Doomed, goesWithAnother, hasThing } from './delete-step.ts';
import { deletionGraph } from './deletion-graph.ts';

/** Deletes what is recorded and was not declared, and what has been replaced. After a destroy: all of it. */
export async function deleteUnregistered(operation: Operation): Promise<void> {
  const doomed = condemn(operation.ledger.all().filter(({ key, state }) => isDoomed(operation, key, state)));
  if (!areDeleteHooksOffered(operation, doomed)) return;
  // A preview goes on, to show all of them.
  if (!areDeletionsPlanned(operation, doomed) && !operation.isPreview) return;
  const leansOn = deletionGraph(doomed.map(({ state }) => state));
  await deleteInOrder(operation, doomed, leansOn);
}

/**
 * A preview goes on after a declared resource has failed, whose record may not have been claimed by then. It is declared
 * all the same.
 */
function isDoomed({ claimed, registrations }: Operation, key: string, state: ResourceState): boolean {
  if (state.disposition === 'superseded') return true;
  const declared = registrations.get(state.urn);
  return !claimed.has(key) && (declared === undefined || declared.result !== undefined);
}

/** How each of the records is to go. */
function condemn(recorded: readonly Recorded[]): Doomed[] {
  const urns = new Set<Urn>(recorded.map(({ state }) => state.urn));
  return recorded.map(({ key, state }) => ({
    key,
    state,
    op: opFor(state),
    afterwards: 'drop',
    callsProvider: hasThing(state) && !goesWithAnother(state, urns),
  }));
}

function opFor(state: ResourceState): Doomed['op'] {
  if (state.disposition === 'awaiting-recreate') return 'remove-pending-replace';
  const isExternal = state.ownership === 'external';
  if (state.disposition === 'superseded') return isExternal ? 'discard-replaced' : 'delete-replaced';
  return isExternal ? 'discard' : 'delete';
}
