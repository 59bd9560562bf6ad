import {
  emptyMap,
  isProviderType,
  type PropertyMap,
  propertyEquals,
  type ReadResult,
  type ResourceState,
  type SnapshotChange,
  type StateKey,
  type StepInfo,
  type Urn,
  urnName,
} from '@radiant/model';
import { compareFound, type FoundDifference } from '../compare/compare-found.ts';
import { runStep, timestamp } from '../execute/run-step.ts';
import { readThing } from '../provider/provider-calls.ts';
import { recordable, withSecretOutputs } from '../provider/recordable.ts';
import { isSameRecord } from '../register/new-state.ts';
import { isReadBeforeUpdate } from '../select/mode.ts';
import type { Recorded } from './ledger.ts';
import { callContext, type Operation } from './operation.ts';
import { pruneReferences } from './prune-references.ts';
import { stepInfo } from './reporter.ts';
import { secretNames } from './secret-names.ts';

/** Reads every recorded resource from its provider and records what is found (engine reference 7.7). */
export async function refreshAll(operation: Operation): Promise<void> {
  await refreshRecords(operation, () => true);
  await forgetVanished(operation);
}

/** Reads what the program has not declared and so not had read. */
export async function refreshUndeclared(operation: Operation): Promise<void> {
  await refreshRecords(operation, ({ key }) => !operation.claimed.has(key));
}

/** Reads what is to be deleted and whose provider wants it read before that. */
export async function refreshBeforeDeletion(operation: Operation): Promise<void> {
  const { claimed } = operation;
  await refreshRecords(operation, ({ key, state }) => !claimed.has(key) && isReadBeforeUpdate(operation, state));
  await forgetVanished(operation);
}

async function refreshRecords(operation: Operation, isWanted: (recorded: Recorded) => boolean): Promise<void> {
  const reach = operation.selection.reach();
  const recorded = operation.ledger
    .all()
    .filter((entry) => reach.admits(entry.state) && isReadable(entry.state) && isWanted(entry));
  await operation.admission.each(recorded, async (entry) => {
    try {
      await refreshOne(operation, entry);
    } catch (error) {
      operation.progress.absorb(error);
    }
  });
}

/** What is gone cannot be read, and a view is read with its owner. */
function isReadable({ disposition, viewOf }: ResourceState): boolean {
  return disposition !== 'awaiting-recreate' && viewOf === undefined;
}

/** Takes what was found to be gone out of the record. */
export async function forgetVanished(operation: Operation): Promise<void> {
  const { vanished, ledger } = operation;
  if (vanished.size === 0) return;
  await ledger.change(forget(operation, vanished));
  vanished.clear();
}

/**
 * Reads one resource and records what is found. Returns that; undefined when the thing is gone, whose record then stays
 * until `forgetVanished`. `server`: the provider that serves it now, of one that the program has declared.
 */
export async function refreshOne(
  operation: Operation,
  { key, state: old }: Recorded,
  server?: string,
): Promise<ResourceState | undefined> {
  const provider = server ?? old.provider;
  const started = stepInfo('refresh', { old, new: server === undefined ? old : unread(old) });
  // Only an operation that is a refresh counts what it read (Pulumi: isRefresh).
  const isCounted = operation.request.kind === 'refresh';
  let found: ResourceState | undefined = old;
  await runStep(operation, started, async (begin) => {
    if (old.ownership === 'component' || isProviderType(old.type)) return { step: unchangedStep(old, old), isCounted };
    const answer = await operation.stepping.run(() => readRecorded(operation, old, provider, begin));
    // Others may have been renamed meanwhile.
    const recorded = operation.ledger.current(key);
    const current = answer === undefined ? undefined : recordAsFound(operation, recorded, answer);
    found = current;
    if (current === undefined) {
      operation.vanished.set(key, old);
      return { step: { ...stepInfo('delete', { old }), isLogical: false }, isCounted };
    }
    if (isSameRecord(recorded, current)) return { step: unchangedStep(old, old), isCounted };
    await operation.ledger.change([{ kind: 'put', key, state: current }]);
    for (const message of current.initErrors)
      operation.reporter.diagnose({ severity: 'warning', message, urn: old.urn });
    const comparison = await compareFound(operation, old, current, provider);
    const step = comparison === undefined ? unchangedStep(old, current) : changedStep(old, current, comparison);
    return { step, isCounted };
  });
  return found;
}

/**
 * Tells of a declared component or provider that there is nothing to read of it. Pulumi names that an update, whose parts
 * nobody counts.
 */
export async function tellUnread(operation: Operation, old: ResourceState): Promise<void> {
  const begin = stepInfo('refresh', { old, new: unread(old) });
  await runStep(operation, begin, async () => ({ step: { ...begin, op: 'update', new: old } }));
}

/** What the program has declared, before it is read. */
function unread(old: ResourceState): ResourceState {
  return { ...old, id: '', outputs: emptyMap, initErrors: [] };
}

/** Undefined when there is no such thing any more. */
async function readRecorded(
  operation: Operation,
  old: ResourceState,
  provider: string,
  begin: () => void,
): Promise<ReadResult> {
  operation.progress.assertMayBegin();
  begin();
  const { urn, type, id, inputs, outputs, customTimeouts, extension } = old;
  const handle = await operation.providers.handle(provider, extension);
  const timeoutSeconds = customTimeouts.read;
  const limits = timeoutSeconds === undefined ? {} : { timeoutSeconds };
  const request = { urn, type, name: urnName(urn), id, inputs, outputs, ...limits };
  return operation.progress.untilTerminated(readThing(handle, request, callContext(operation, urn)));
}

/** A record with what its provider has found. */
function recordAsFound(operation: Operation, old: ResourceState, answer: NonNullable<ReadResult>): ResourceState {
  const { inputs } = old;
  const secret = secretNames(operation, old);
  const found = answer.inputs === undefined ? inputs : withNewSecrets(answer.inputs, inputs, secret);
  const kept = recordable(operation, answer, found, secret);
  const current: ResourceState = {
    ...old,
    id: answer.id,
    inputs: found,
    outputs: kept.outputs,
    // A provider that tells no inputs does not tell whether an interrupted update arrived: that stays to be done.
    refreshBeforeUpdate: kept.refreshBeforeUpdate,
    initErrors: answer.initErrors === undefined && answer.inputs === undefined ? old.initErrors : kept.initErrors,
  };
  const isChanged = !propertyEquals(old.outputs, current.outputs) || !propertyEquals(old.inputs, current.inputs);
  return isChanged && old.ownership === 'managed' ? { ...current, modified: timestamp(operation) } : current;
}

/** An input that is found to be another than was recorded is secret where its name is known to be. */
function withNewSecrets(found: PropertyMap, inputs: PropertyMap, secret: readonly string[]): PropertyMap {
  const isNew = (name: string) =>
    Object.hasOwn(found, name) && !(Object.hasOwn(inputs, name) && propertyEquals(inputs[name]!, found[name]!));
  return withSecretOutputs(found, emptyMap, secret.filter(isNew));
}

function unchangedStep(old: ResourceState, current: ResourceState): StepInfo {
  return { ...stepInfo('same', { old, new: current }), isLogical: false };
}

function changedStep(old: ResourceState, current: ResourceState, { diffs, detailedDiff }: FoundDifference): StepInfo {
  return { ...stepInfo('update', { old, new: current }, { diffs, detailedDiff }), isLogical: false };
}

/**
 * Takes the records of what is gone away, and every mention of them: dependents depend no more, children belong to the
 * nearest ancestor that is left. A former generation that is left counts for what is recorded after it.
 */
function forget({ ledger }: Operation, found: ReadonlyMap<StateKey, ResourceState>): SnapshotChange[] {
  const gone = withViews(ledger.all(), found);
  const left = ledger.all().filter(({ key }) => !gone.has(key));
  const standsFrom = new Map<Urn, number>();
  for (const [position, { state }] of left.entries())
    if (!standsFrom.has(state.urn)) standsFrom.set(state.urn, position);
  const vanished = new Map<Urn, ResourceState>();
  for (const state of gone.values()) vanished.set(state.urn, state);
  const changes: SnapshotChange[] = Array.from(gone.keys(), (key) => ({ kind: 'drop', key }));
  if (vanished.size === 0) return changes;
  for (const [position, { key, state }] of left.entries()) {
    const pruned = pruneReferences(
      state,
      (urn) => !vanished.has(urn) || (standsFrom.get(urn) ?? position) < position,
      (urn) => vanished.get(urn)?.parent,
    );
    if (pruned !== state) changes.push({ kind: 'put', key, state: pruned });
  }
  return changes;
}

/** What is gone, and the views that were parts of it. */
function withViews(recorded: readonly Recorded[], gone: ReadonlyMap<StateKey, ResourceState>) {
  const standing = new Set<Urn>();
  for (const { key, state } of recorded) if (!gone.has(key)) standing.add(state.urn);
  const isOrphan = ({ viewOf }: ResourceState) => viewOf !== undefined && !standing.has(viewOf);
  const orphans = recorded.filter(({ state }) => isOrphan(state));
  return new Map([...gone, ...orphans.map(({ key, state }) => [key, state] as const)]);
}
