import {
  isProviderType,
  mapEntries,
  OperationError,
  type PropertyMap,
  parseProviderReference,
  type ResourceState,
  referencedUrns,
  type StateKey,
  Unknown,
  type Urn,
} from '@radiant/model';
import { isReplacement, resolveDiff } from '../compare/compare-resource.ts';
import { applyReplaceOnChanges, parseOptionPaths } from '../compare/replace-on-changes.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Hold, Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import { assertStepsPlanned } from '../plan/planned.ts';
import { diffInputs } from '../provider/provider-calls.ts';
import type { Registration } from '../register/registration.ts';
import { type DeletionOrder, deleteInOrder } from './delete-in-order.ts';
import { DependentsIndex } from './dependents-index.ts';
import type { Doomed } from './doomed.ts';
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

interface Held {
  readonly record: Recorded;
  /** Other cascades need not wait for it any more. */
  readonly clear: () => void;
  readonly release: () => void;
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

/**
 * Undefined when the record is somebody's already, or there is nothing to delete. What waits for its deletion anyway goes
 * earlier when it cannot outlive what is replaced.
 */
function hold({ ledger, claimed, held }: Operation, key: StateKey): Held | undefined {
  const state = ledger.get(key);
  if (state === undefined || state.disposition === 'awaiting-recreate' || held.has(key)) return undefined;
  if (state.disposition === 'live' && claimed.has(key)) return undefined;
  const cleared = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  const mine: Hold = { cleared: cleared.promise, settled: settled.promise, isCleared: false };
  held.set(key, mine);
  const clear = () => {
    mine.isCleared = true;
    cleared.resolve();
  };
  const release = () => {
    if (held.get(key) === mine) held.delete(key);
    clear();
    settled.resolve();
  };
  return { record: { key, state }, clear, release };
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

/** One that the program has declared and that was left alone, or has failed, still leans on what is to go. */
async function assertMayOutlive(operation: Operation, { state: going }: Recorded, dependent: ResourceState) {
  const { absence, result } = registrationOf(operation, dependent.urn) ?? {};
  const isUnchanged = absence !== undefined || result?.isPassedOver === true;
  if (!isUnchanged || !referencedUrns(dependent).has(going.urn)) return;
  const keys = await replaceKeys(operation, dependent, new Set([going.urn]));
  if (keys !== undefined) throw stayingDependent(operation, dependent.urn, going.urn);
}

/** What declares a record, which may still have the URN that an alias is to take from it. */
function registrationOf({ registrations, aliased }: Operation, urn: Urn): Registration | undefined {
  return registrations.get(aliased.get(urn) ?? urn);
}

function isExcluded({ selection, reach }: Operation, state: ResourceState): boolean {
  return !selection.excludes.isEmpty && !reach.admits(state);
}

/**
 * Those of the dependents that their provider, or an option, wants replaced when what they lean on is. Each is asked again
 * only when more of what it leans on turned out to be replaced.
 */
async function findReplaced(operation: Operation, root: Recorded, dependents: readonly Held[]): Promise<Held[]> {
  const urns = [root.state.urn];
  const replaced: Held[] = [];
  let open = dependents.map((held) => ({ held, needs: referencedUrns(held.record.state), asked: 0 }));
  for (let known = 0; known < urns.length; ) {
    known = urns.length;
    const staying: typeof open = [];
    for (const candidate of open) {
      const { state } = candidate.held.record;
      const isAffected = urns.slice(candidate.asked).some((urn) => candidate.needs.has(urn));
      candidate.asked = urns.length;
      const keys = isAffected ? await replaceKeys(operation, state, new Set(urns)) : undefined;
      if (keys === undefined) {
        staying.push(candidate);
        continue;
      }
      if (state.isProtected && !operation.ignoresProtection) throw protectedDependent(state.urn, root.state.urn);
      if (isExcluded(operation, state)) throw stayingDependent(operation, state.urn, root.state.urn);
      urns.push(state.urn);
      replaced.push(candidate.held);
      if (state.disposition === 'live') operation.cascaded.set(state.urn, keys);
    }
    open = staying;
  }
  return replaced;
}

/** Undefined when the dependent can stay. Components and reads always can. */
async function replaceKeys(
  operation: Operation,
  state: ResourceState,
  replaced: ReadonlySet<Urn>,
): Promise<readonly string[] | undefined> {
  if (state.ownership !== 'managed') return undefined;
  const provider = parseProviderReference(state.provider);
  if (provider !== undefined && replaced.has(provider.urn)) return ['provider'];
  if (state.deletedWith !== undefined && replaced.has(state.deletedWith)) return ['deletedWith'];
  if (state.replaceWith.some((urn) => replaced.has(urn))) return ['replaceWith'];
  const affected = Object.keys(state.inputs).filter((property) =>
    (Object.hasOwn(state.propertyDependencies, property) ? state.propertyDependencies[property]! : []).some((urn) =>
      replaced.has(urn),
    ),
  );
  if (affected.length === 0 || isProviderType(state.type)) return undefined;
  return replaceKeysOfDiff(operation, state, withUnknown(state.inputs, affected));
}

/** Asks the provider what would happen if those inputs came to be something else. */
async function replaceKeysOfDiff(
  operation: Operation,
  state: ResourceState,
  newInputs: PropertyMap,
): Promise<readonly string[] | undefined> {
  const handle = await operation.providers.handle(state.provider, state.extension);
  const answer = await operation.planning.run(() =>
    diffInputs(handle, {
      urn: state.urn,
      type: state.type,
      id: state.id,
      oldInputs: state.inputs,
      oldOutputs: state.outputs,
      newInputs,
      ignoreChanges: state.ignoreChanges,
    }),
  );
  const paths = parseOptionPaths(state.replaceOnChanges, 'replaceOnChanges', state.urn);
  const found = resolveDiff(answer, state.inputs, newInputs);
  const diff = applyReplaceOnChanges(found, paths, { olds: state.inputs, news: newInputs }, false);
  return diff !== undefined && isReplacement(diff) ? diff.replaceKeys : undefined;
}

function withUnknown(inputs: PropertyMap, properties: readonly string[]): PropertyMap {
  return mapEntries(inputs, (value, key) => (properties.includes(key) ? new Unknown() : value));
}

function protectedDependent(urn: Urn, cause: Urn): OperationError {
  return new OperationError({
    code: 'DEPENDENT_PROTECTED',
    summary: `unable to replace resource "${urn}" as part of replacing "${cause}"`,
    detail: 'as it is currently marked for protection, and it cannot outlive what it depends on.',
    remedy:
      'To unprotect it, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n' +
      `\`pulumi state unprotect '${urn}'\``,
    urn,
  });
}

function stayingDependent(operation: Operation, urn: Urn, cause: Urn): OperationError {
  const absence = registrationOf(operation, urn)?.absence;
  const hasFailed = absence === 'failed' || absence === 'blocked';
  return new OperationError({
    code: 'DEPENDENT_STAYS',
    summary: `unable to replace resource "${cause}", since "${urn}" cannot outlive it`,
    detail: `"${cause}" must be deleted before its successor is made, and "${urn}" ${
      hasFailed ? 'could not be changed before that.' : 'is none of what this operation may touch.'
    }`,
    remedy: hasFailed ? undefined : 'Run it without --exclude, or with a --target for each of the two.',
    urn: cause,
  });
}
