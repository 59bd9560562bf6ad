import type { ResourceState, StateKey } from '@radiant/model';
import { areDeleteHooksOffered } from '../callbacks/offered-hooks.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { isDefaultProvider } from '../operation/reporter.ts';
import { areDeletionsPlanned } from '../plan/planned.ts';
import { type DeletionScope, deletionScope, type ReasonToStay } from '../select/deletion-scope.ts';
import { deleteInOrder } from './delete-in-order.ts';
import { deletionGraph } from './deletion-graph.ts';
import type { Doomed } from './doomed.ts';
import { handedOver } from './handed-over.ts';
import { sameMarker } from './same-step.ts';
import { waysToGo } from './ways-to-go.ts';

/**
 * Deletes what is recorded and was not declared, and what has been replaced; a destroy all of it. As far as the person
 * wants it touched, and nothing that stays leans on it.
 */
export async function deleteUnregistered(operation: Operation): Promise<void> {
  const recorded = operation.ledger.all();
  const scope = scopeOf(operation, recorded);
  const goes = (entry: Recorded) => {
    const { key, state } = ownerOf(operation, entry);
    return isDoomed(operation, key, state) && (scope?.admits(state) ?? true);
  };
  const { going = [], staying = [] } = Object.groupBy(recorded, (entry) => (goes(entry) ? 'going' : 'staying'));
  const left = await handedOver(operation, going, staying);
  const doomed = condemn(operation, going, left);
  if (!areListed(operation, scope, doomed) && !operation.isPreview) return;
  if (!areDeleteHooksOffered(operation, doomed)) return;
  if (scope !== undefined) await tellWhatStays(operation, scope, staying);
  // A preview goes on, to show all of them.
  if (!areDeletionsPlanned(operation, doomed) && !operation.isPreview) return;
  const { leansOn, outliving } = deletionGraph(
    doomed.map(({ state }) => state),
    heirsOf(going, left),
  );
  await deleteInOrder(operation, doomed, {
    leansOn,
    outliving: Array.from(outliving, ([position, outlived]) => ({
      recorded: doomed[position]!,
      outlived: new Set(outlived.map((other) => doomed[other]!.key)),
    })),
    atATime: operation.admission.limit,
  });
}

/** The record on whose account another goes or stays: a view is a part of its owner. */
function ownerOf({ ledger }: Operation, entry: Recorded): Recorded {
  const { viewOf, disposition } = entry.state;
  return (viewOf === undefined || disposition === 'superseded' ? undefined : ledger.live(viewOf)) ?? entry;
}

/** Whether it has been replaced, or the program has not declared it. */
function isDoomed({ claimed, request }: Operation, key: StateKey, { disposition }: ResourceState): boolean {
  return disposition === 'superseded' || request.kind === 'destroy' || !claimed.has(key);
}

/** Undefined when nothing bounds the deletions. */
function scopeOf(operation: Operation, recorded: readonly Recorded[]): DeletionScope | undefined {
  const { selection } = operation;
  const staying = reasonsToStay(operation, recorded);
  if (!selection.isBounded && staying.size === 0) return undefined;
  const reasons = new Map(recorded.map(({ key, state }) => [state, staying.get(key)]));
  return deletionScope(
    selection,
    recorded.map(({ state }) => state),
    (state) => reasons.get(state),
  );
}

function reasonsToStay({ request, registrations, claimed, ledger }: Operation, recorded: readonly Recorded[]) {
  const reasons = new Map<StateKey, ReasonToStay>();
  if (request.kind === 'destroy') {
    if (request.options?.excludeProtected === true)
      for (const { key, state } of recorded) if (state.isProtected) reasons.set(key, 'unchanged');
    return reasons;
  }
  let isAnyBlocked = false;
  for (const { urn, result, found, absence } of registrations.values()) {
    isAnyBlocked ||= absence === 'blocked';
    if (result?.isPassedOver === true) reasons.set(result.key, 'kept');
    // It may have taken its new URN before it failed.
    const left = result !== undefined || found === undefined ? undefined : (ledger.live(urn) ?? ledger.live(found.urn));
    if (left !== undefined) reasons.set(left.key, 'unchanged');
  }
  // Nobody has asked for what would have served those that were blocked.
  if (isAnyBlocked)
    for (const { key, state } of recorded)
      if (!claimed.has(key) && isDefaultProvider(state.urn, state.type)) reasons.set(key, 'unchanged');
  return reasons;
}

/** Pulumi: diagnostic 2014. */
function areListed({ reporter, progress }: Operation, scope: DeletionScope | undefined, doomed: readonly Doomed[]) {
  const unlisted = doomed.filter(({ state }) => state.viewOf === undefined && scope?.lists(state) === false);
  for (const { state } of unlisted) {
    const message =
      `Resource '${state.urn}' will be destroyed but was not specified in --target list.\n` +
      'Either include resource in --target list or pass --target-dependents to proceed.';
    reporter.diagnose({ severity: 'error', message, urn: state.urn });
  }
  if (unlisted.length > 0) progress.fail();
  return unlisted.length === 0;
}

/**
 * A destruction that does not take everything names what it leaves; an update that is not to touch everything, what nobody
 * has declared and something that it leaves leans on (engine reference 7.2, "sames for its dependencies not yet seen").
 */
async function tellWhatStays(operation: Operation, scope: DeletionScope, staying: readonly Recorded[]) {
  const { request, claimed, selection } = operation;
  const isDestruction = request.kind === 'destroy';
  if (isDestruction ? request.options?.runProgram === true : !selection.isBounded) return;
  for (const { key, state } of staying)
    if (state.disposition === 'live' && (isDestruction || (!claimed.has(key) && scope.holds(state))))
      await sameMarker(operation, state);
}

type Heirs = Awaited<ReturnType<typeof handedOver>>;

/** How each of the records is to go; `left`: those whose things stay with others. */
function condemn({ ledger }: Operation, going: readonly Recorded[], left: Heirs): Doomed[] {
  const ways = waysToGo(ledger, going, left);
  return going.map(({ key, state }, index) => ({
    key,
    state,
    op: opFor(state, left.has(key)),
    afterwards: 'drop',
    ...ways[index]!,
  }));
}

/** By position, those that leave their things to others which go as well. */
function heirsOf(going: readonly Recorded[], left: Heirs): ReadonlyMap<number, number> {
  const positions = new Map(going.map(({ key }, position) => [key, position]));
  const heirs = new Map<number, number>();
  for (const [key, heir] of left) {
    const position = positions.get(heir);
    if (position !== undefined) heirs.set(positions.get(key)!, position);
  }
  return heirs;
}

function opFor({ disposition, ownership }: ResourceState, isLeft: boolean): Doomed['op'] {
  if (disposition === 'awaiting-recreate') return 'remove-pending-replace';
  const isDiscarded = ownership === 'external' || isLeft;
  if (disposition === 'superseded') return isDiscarded ? 'discard-replaced' : 'delete-replaced';
  return isDiscarded ? 'discard' : 'delete';
}
