import type { StateKey } from '@radiant/model';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import { assertStepsPlanned } from '../plan/planned.ts';
import { type DeletionOrder, deleteInOrder } from './delete-in-order.ts';
import { DependentsIndex } from './dependents-index.ts';
import type { Doomed } from './doomed.ts';
import { findReplaced } from './find-replaced.ts';
import { type Held, hold } from './hold.ts';
import { assertMayOutlive } from './may-outlive.ts';
import { isAnothers } from './shared-thing.ts';
import { waysToGo } from './ways-to-go.ts';

/**
 * Deletes a resource that cannot stand beside its successor, and before it every dependent that cannot outlive it. Their
 * records stay, to say that they are to be made again. One cascade decides at a time; deletions run beside one another
 * (engine reference 7.4).
 */
export async function deleteBeforeReplace(operation: Operation, root: Recorded): Promise<void> {
  await deleteWithDependents(operation, { record: root, clear: () => {}, release: () => {} });
}

async function deleteWithDependents(operation: Operation, root: Held): Promise<void> {
  operation.dependents ??= new DependentsIndex(operation.ledger);
  const index = operation.dependents;
  const turn = operation.cascades.then(() => decide(operation, index, root.record));
  operation.cascades = turn.then(
    () => {},
    () => {},
  );
  const { replaced, staying } = await turn;
  const going = [root, ...replaced];
  await admit(replaced, async () => {
    assertPlanned(operation, replaced);
    await assertNobodyStays(operation, index, going);
  });
  const doomed = condemn(operation, index, going, staying);
  const kept = await deleteInOrder(operation, doomed, orderOf(operation, index, doomed));
  const { key, state } = root.record;
  if (kept.has(key)) throw new ReportedError(`${state.urn} could not be deleted`);
}

/** Asks what must be asked before the first of them is deleted; what it throws gives them back. */
async function admit(dependents: readonly Held[], ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    for (const { release } of dependents) release();
    throw error;
  }
}

/** The plan, if there is one. */
function assertPlanned(operation: Operation, dependents: readonly Held[]): void {
  assertStepsPlanned(
    operation,
    dependents.map(({ record }) => ({ urn: record.state.urn, ops: ['delete-replaced'] })),
  );
}

/** Who is being declared at this moment is asked when his turn comes. */
async function assertNobodyStays(operation: Operation, index: DependentsIndex, going: readonly Held[]): Promise<void> {
  const keys = new Set(going.map(({ record }) => record.key));
  for (const { record } of going)
    for (const key of index.dependentsOf(record.key)) {
      const state = keys.has(key) || operation.inFlight.has(key) ? undefined : operation.ledger.get(key);
      if (state?.disposition === 'live') await assertMayOutlive(operation, record, state);
    }
}

interface Decided {
  readonly replaced: readonly Held[];
  /** Those that can outlive what is replaced. */
  readonly staying: ReadonlySet<StateKey>;
}

/** Takes all dependents that nobody has decided on, and gives back those that can stay. */
async function decide(operation: Operation, index: DependentsIndex, root: Recorded): Promise<Decided> {
  const candidates = index.allDependentsOf(root.key).flatMap((key) => hold(operation, key) ?? []);
  const replaced = await keepReplaced(operation, root, candidates);
  const staying = new Set(candidates.map(({ record }) => record.key));
  for (const { record } of replaced) staying.delete(record.key);
  return { replaced, staying };
}

async function keepReplaced(operation: Operation, root: Recorded, candidates: readonly Held[]): Promise<Held[]> {
  const staying = new Set(candidates);
  try {
    const replaced = await findReplaced(operation, root, candidates);
    for (const held of replaced) staying.delete(held);
    return replaced;
  } finally {
    for (const held of staying) held.release();
  }
}

function condemn(
  operation: Operation,
  index: DependentsIndex,
  held: readonly Held[],
  staying: ReadonlySet<StateKey>,
): Doomed[] {
  const ways = waysToGo(
    operation.ledger,
    held.map(({ record }) => record),
  );
  const keys = new Set(held.map(({ record }) => record.key));
  return held.map(({ record, clear, release }, position) => ({
    ...record,
    op: 'delete-replaced',
    afterwards: record.state.disposition === 'superseded' ? 'drop' : 'await',
    ...ways[position]!,
    before: () =>
      makeWay(
        operation,
        record,
        index.dependentsOf(record.key).filter((key) => !keys.has(key)),
        staying,
      ),
    isLeft: () => isAnothers(operation, record.key),
    cleared: clear,
    settled: release,
  }));
}

/** Positions in `doomed` of what each of them leans on, and who stays though something that he leans on is forgotten. */
function orderOf({ ledger }: Operation, index: DependentsIndex, doomed: readonly Doomed[]): DeletionOrder {
  const positions = new Map(doomed.map(({ key }, position) => [key, position]));
  const leansOn = doomed.map(({ key }) => index.leansOn(key).flatMap((needed) => positions.get(needed) ?? []));
  const outliving = doomed
    .filter(({ afterwards }) => afterwards === 'drop')
    .flatMap(({ key }) => index.dependentsOf(key))
    .filter((key) => !positions.has(key))
    .filter((key) => ledger.get(key) !== undefined)
    .map((key) => ({ recorded: { key, state: ledger.current(key) }, outlived: new Set<StateKey>() }));
  return { leansOn, outliving };
}

/**
 * Waits for dependents that the program is declaring at this moment or another cascade is deleting, and deletes what they
 * leave behind when it cannot outlive what goes. Everybody waits for his dependents alone, so nobody waits in a circle.
 */
async function makeWay(
  operation: Operation,
  record: Recorded,
  dependents: readonly StateKey[],
  staying: ReadonlySet<StateKey>,
): Promise<void> {
  const { inFlight } = operation;
  await Promise.all(dependents.flatMap((key) => inFlight.get(key) ?? []));
  await Promise.all(dependents.map((key) => clear(operation, record, key, staying.has(key))));
}

/** Whoever clears a record holds no other while it waits. `mayStay`: it was found to outlive what is replaced. */
async function clear(operation: Operation, record: Recorded, dependent: StateKey, mayStay: boolean): Promise<void> {
  const { held, ledger, claimed } = operation;
  for (let busy = held.get(dependent); busy?.isCleared === false; busy = held.get(dependent)) await busy.cleared;
  const state = ledger.get(dependent);
  // What another cascade had in its hands was not decided on for this one.
  const isDecided = mayStay || claimed.has(dependent);
  if (state?.disposition === 'live' && isDecided) return assertMayOutlive(operation, record, state);
  if (state === undefined || state.disposition === 'awaiting-recreate') return;
  const candidate = hold(operation, dependent);
  if (candidate === undefined) return;
  const replaced = await keepReplaced(operation, record, [candidate]);
  if (replaced.length === 0) return;
  try {
    assertPlanned(operation, replaced);
    await deleteWithDependents(operation, candidate);
  } finally {
    candidate.release();
  }
}
