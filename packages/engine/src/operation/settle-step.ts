import {
  containsSecret,
  type InDoubtVerdict,
  isProviderType,
  OperationError,
  type PendingOperation,
  type ResourceState,
  referencedUrns,
  type SnapshotChange,
  type Urn,
  urnName,
} from '@radiant/model';
import { supersede } from '../execute/replacement.ts';
import { accepted, readThing, resecreted } from '../provider/provider-calls.ts';
import { recordable } from '../provider/recordable.ts';
import type { Answer } from './doubts.ts';
import type { Verdict } from './interruption.ts';
import type { Recorded } from './ledger.ts';
import { callContext, type Operation } from './operation.ts';
import { pruneReferences } from './prune-references.ts';
import { secretNames } from './secret-names.ts';

/** What is found out about a step in doubt, and what that changes. */
export interface Settlement {
  readonly verdict: Verdict;
  /** Undefined when nobody can tell: the step stays in doubt. */
  readonly changes: readonly SnapshotChange[] | undefined;
}

/** Finds out what became of one step, from the person's answers and from the provider. */
export async function settleStep(
  operation: Operation,
  { kind, resource }: PendingOperation,
  answer: Answer | undefined,
): Promise<Settlement> {
  // Other engines begin steps for what has no thing behind it, too; nothing can have happened there.
  if (resource.ownership !== 'managed' || isProviderType(resource.type)) return settled('changed-nothing');
  switch (kind) {
    case 'creating':
      return settleCreation(operation, resource, answer);
    case 'updating':
      return settleUpdate(operation, resource);
    case 'deleting':
      return settleDeletion(operation, resource);
    case 'reading':
    case 'importing':
      return settled('changed-nothing');
  }
}

function settled(verdict: Verdict, ...changes: readonly SnapshotChange[]): Settlement {
  return { verdict, changes };
}

async function settleCreation(
  operation: Operation,
  resource: ResourceState,
  answer: Answer | undefined,
): Promise<Settlement> {
  const verdict = await lookUp(operation, resource, answer);
  if (verdict.kind === 'cannot-tell') return { verdict: 'cannot-be-told', changes: undefined };
  // What is found under that name may be recorded already, as the one it was to replace: then nothing was created.
  if (verdict.kind === 'absent' || isRecorded(operation, { ...resource, id: verdict.id }))
    return settled(answer !== undefined ? 'did-not-happen-as-answered' : 'did-not-happen');
  const { ledger } = operation;
  const recorded = ledger.live(resource.urn);
  // Much may have gone since it was begun.
  const standing = pruneReferences(
    resource,
    (urn) => ledger.live(urn) !== undefined,
    () => undefined,
  );
  const kept = recordable(operation, verdict, resource.inputs, secretNames(operation, resource));
  const state: ResourceState = {
    ...standing,
    id: verdict.id,
    outputs: kept.outputs,
    initErrors: [interruptedText('creation'), ...kept.initErrors],
  };
  const happened = answer !== undefined ? 'happened-as-answered' : 'happened';
  if (recorded === undefined) return settled(happened, put(ledger.newKey(), state));
  if (recorded.state.disposition === 'awaiting-recreate') return settled(happened, put(recorded.key, state));
  return settled(happened, put(ledger.newKey(), state), supersede(ledger, recorded.key));
}

/** What the person has answered, else what the provider finds. */
async function lookUp(
  operation: Operation,
  resource: ResourceState,
  answer: Answer | undefined,
): Promise<InDoubtVerdict> {
  const { urn, type, inputs } = resource;
  if (answer?.kind === 'not-created') return { kind: 'absent' };
  if (!operation.providers.isKnown(resource.provider)) return { kind: 'cannot-tell' };
  const handle = await operation.providers.handle(resource.provider, resource.extension);
  const context = callContext(operation, urn);
  if (answer !== undefined) {
    const found = await readThing(handle, { urn, type, name: urnName(urn), id: answer.id, inputs }, context);
    return found === undefined ? { kind: 'absent' } : { kind: 'exists', id: found.id, outputs: found.outputs };
  }
  const { provider } = handle;
  if (provider.lookUpInDoubt === undefined) return { kind: 'cannot-tell' };
  const request = { urn, type, name: urnName(urn), inputs: accepted(provider, inputs), isPreview: false };
  const verdict = await provider.lookUpInDoubt(request, context);
  if (verdict.kind === 'exists' && verdict.id === '')
    throw new OperationError({
      code: 'PROVIDER_RETURNED_NO_ID',
      summary: `the provider of ${type} found it, but by an empty ID`,
      detail: 'Its creation stays in doubt. This is a fault of the provider.',
      urn,
    });
  return verdict.kind === 'exists' ? { ...verdict, outputs: resecreted(provider, verdict.outputs, inputs) } : verdict;
}

/**
 * The update may or may not have arrived, so it is done again whatever the inputs say. What it was to make secret may be
 * found before that, and what the thing went with may take it along no more: should it be deleted before it is updated, its
 * provider does that.
 */
function settleUpdate(operation: Operation, resource: ResourceState): Settlement {
  const recorded = findRecord(operation, resource);
  if (recorded === undefined) return settled('changed-nothing');
  const { deletedWith, ...state } = recorded.state;
  const host = deletedWith === undefined || deletedWith !== resource.deletedWith ? {} : { deletedWith };
  const secretInputs = Object.keys(resource.inputs).filter((name) => containsSecret(resource.inputs[name]!));
  const additionalSecretOutputs = [...new Set([...state.additionalSecretOutputs, ...secretInputs])];
  const initErrors = [interruptedText('update')];
  return settled('is-done-again', put(recorded.key, { ...state, ...host, additionalSecretOutputs, initErrors }));
}

/**
 * What is gone is taken out of the record, unless something still refers to it: then the record says that it is to be made
 * again. What is still there is left to be decided on like everything else.
 */
async function settleDeletion(operation: Operation, resource: ResourceState): Promise<Settlement> {
  const recorded = findRecord(operation, resource);
  // What waits to be made again is known to be gone.
  if (recorded === undefined || recorded.state.disposition === 'awaiting-recreate') return settled('happened');
  const { key, state } = recorded;
  if (await isThere(operation, state)) return settled('did-not-happen');
  const guests = await goneWith(operation, state.urn);
  const isNeeded = state.disposition === 'live' && isReferredTo(operation, state.urn);
  return isNeeded
    ? settled('is-owed', awaiting(recorded), ...guests.map(awaiting))
    : settled('happened', { kind: 'drop', key });
}

async function isThere(operation: Operation, state: ResourceState): Promise<boolean> {
  const { urn, type, id, inputs, outputs, provider, extension } = state;
  const handle = await operation.providers.handle(provider, extension);
  const request = { urn, type, name: urnName(urn), id, inputs, outputs };
  return (await readThing(handle, request, callContext(operation, urn))) !== undefined;
}

/** What was to go with a host that is gone (option `deletedWith`), and is; with what was to go with that. */
async function goneWith(operation: Operation, host: Urn): Promise<readonly Recorded[]> {
  const gone: Recorded[] = [];
  for (const entry of operation.ledger.all()) {
    const { deletedWith, disposition, ownership, type, urn } = entry.state;
    const isOurs = disposition === 'live' && ownership === 'managed' && !isProviderType(type);
    if (deletedWith !== host || !isOurs || (await isThere(operation, entry.state))) continue;
    gone.push(entry, ...(await goneWith(operation, urn)));
  }
  return gone;
}

function awaiting({ key, state }: Recorded): SnapshotChange {
  return put(key, { ...state, disposition: 'awaiting-recreate' });
}

/** Other providers may give the same id to something else. */
function isRecorded({ ledger }: Operation, { type, id, provider }: ResourceState): boolean {
  return ledger
    .all()
    .filter(({ state }) => state.id === id && state.type === type && state.provider === provider)
    .some(({ state }) => state.ownership === 'managed' && state.disposition !== 'awaiting-recreate');
}

function findRecord({ ledger }: Operation, { urn, id }: ResourceState): Recorded | undefined {
  const live = ledger.live(urn);
  if (live?.state.id === id) return live;
  return ledger.all().find(({ state }) => state.urn === urn && state.id === id);
}

function isReferredTo({ ledger }: Operation, urn: Urn): boolean {
  return ledger.all().some(({ state }) => referencedUrns(state).has(urn));
}

function put(key: string, state: ResourceState): SnapshotChange {
  return { kind: 'put', key, state };
}

function interruptedText(what: string): string {
  return `its ${what} was interrupted, and nobody saw how it ended`;
}
