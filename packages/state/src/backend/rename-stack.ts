import { OperationError, stackType, stackUrn } from '@radiant/model';
import { leaseLost } from '../journal/objection.ts';
import type { Lease } from '../lease/lease.ts';
import type { Store } from '../store/store.ts';
import { inStack } from '../surgery/between-stacks.ts';
import { settled, unedited } from '../surgery/edited-state.ts';
import { mapUrns } from '../surgery/rename-record.ts';
import { hashOf, readCheckpoint, type StoredCheckpoint } from './checkpoint.ts';
import { checkpointKey, historyFolder, tagsKey } from './layout.ts';
import type { StackRef } from './names.ts';
import { recordHistory, whoOf } from './record-history.ts';
import { forgetStack, removeCheckpoint, removeWhileHeld } from './remove-checkpoint.ts';
import { isUnderBothNames, renameMarkerKey, writeRenameMarker } from './rename-marker.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { BackendContext } from './settings.ts';
import { type DecodedState, decodeState, integrityError, readRawState } from './stack-state.ts';
import { assertHeld, deleteJournals, fenceOff, giveFree, type HeldStack, sweepOwn, takeStack } from './take-stack.ts';
import { encodeCheckpoint } from './write-state.ts';

export interface RenameOptions {
  /** For the history, as of an operation. */
  readonly message: string;
  readonly environment: { readonly [name: string]: string };
}

/**
 * Gives a stack another name, and its project too when that differs: every URN in it changes, secrets stay sealed as they
 * are, history and tags come along. Interrupted anywhere, the stack is there, and the same call finishes it. What an
 * interrupted operation left in its journal becomes part of the state. Throws `STACK_EXISTS`, `STATE_LOCK_HELD`.
 */
export async function renameStack(
  context: BackendContext,
  from: StackRef,
  to: StackRef,
  options: RenameOptions,
): Promise<void> {
  await requireCheckpoint(context.store, from);
  await refuseTaken(context.store, from, to);
  const lease = await takeStack(context, from, 'rename');
  let isRenamed = false;
  try {
    const target = await takeStack(context, to, 'rename');
    try {
      await rename(context, { ref: from, lease }, { ref: to, lease: target }, options);
      isRenamed = true;
    } finally {
      await giveFree(context, to, target);
    }
  } finally {
    await giveFree(context, from, lease);
    if (isRenamed) await sweepOwn(context.store, from, lease);
  }
}

async function rename(
  context: BackendContext,
  source: HeldStack,
  target: HeldStack,
  options: RenameOptions,
): Promise<void> {
  const { store, clock } = context;
  const [{ ref: from, lease }, { ref: to }] = [source, target];
  const startTime = Math.floor(clock.nowMs() / 1000);
  const journals = await fenceOff(context, from, lease, 'left-for-the-caller');
  await fenceOff(context, to, target.lease, 'left-for-the-caller');
  const old = await requireCheckpoint(store, from);
  await refuseTaken(store, from, to);
  // Else an earlier attempt has come so far.
  if ((await readCheckpoint(store, to)) === undefined) {
    const bytes = await renamedCheckpoint(context, from, to);
    await assertHeld(context, source, target);
    await writeRenameMarker(store, from, { kind: 'to', to, of: old.hash, into: hashOf(bytes) });
    await writeRenameMarker(store, to, { kind: 'from', from });
    await copyHistory(store, from, to);
    await copyIfThere(store, tagsKey(from), tagsKey(to));
    await publish(context, bytes, checkpointKey(to, old.suffix), target, source);
  }
  await recordRename(context, to, old.suffix, startTime, lease, options);
  await assertHeld(context, source, target);
  // The checkpoint of the new name has what they hold.
  await deleteJournals(context, from, journals);
  await removeCheckpoint(context, old, source, target);
  await removeWhileHeld(context, renameMarkerKey(to), target);
  await forgetStack(context, source, []);
}

async function renamedCheckpoint(context: BackendContext, from: StackRef, to: StackRef): Promise<Uint8Array> {
  const { checkpoint, ...raw } = await readRawState(context, from);
  const state = await decodeState({ checkpoint, ...raw }, undefined);
  if (state.violations.length > 0)
    throw integrityError(
      state.violations,
      `the stack '${from.stack}' cannot be renamed`,
      context.store.locate(checkpoint.key),
    );
  const snapshot = settled(mapUrns(unedited(state.snapshot), (urn) => inStack(urn, to)));
  return await encodeCheckpoint(context, to, checkpoint.suffix, {
    snapshot,
    secrets: state.secretsProvider,
    memory: state.memory,
    carried: state.carried,
  });
}

/** A state from before its stack had this name, as it would be under it. */
export function underName(ref: StackRef, state: DecodedState): DecodedState {
  const root = state.snapshot.resources.find(({ type }) => type === stackType)?.urn;
  if (root === undefined || root === stackUrn(ref.stack, ref.project)) return state;
  return { ...state, snapshot: settled(mapUrns(unedited(state.snapshot), (urn) => inStack(urn, ref))) };
}

/** Refuses a name that another stack has; what an interrupted renaming of this one has made there does not count. */
async function refuseTaken(store: Store, from: StackRef, to: StackRef): Promise<void> {
  if ((await readCheckpoint(store, to)) === undefined || (await isUnderBothNames(store, from, to))) return;
  throw new OperationError({
    code: 'STACK_EXISTS',
    summary: `a stack named ${to.stack} already exists`,
    remedy: 'Choose another name. See which there are:\n    radiant stack ls --all',
  });
}

async function publish(
  context: BackendContext,
  bytes: Uint8Array,
  key: string,
  target: HeldStack,
  source: HeldStack,
): Promise<void> {
  const { store } = context;
  const staged = await store.stage(key, bytes, target.lease.token);
  try {
    await assertHeld(context, source, target);
    if ((await staged.publish(undefined)) === 'published') return;
  } catch (error) {
    await staged.discard();
    throw error;
  }
  await staged.discard();
  throw leaseLost(store.locate(key));
}

/** Under the new name; Pulumi names the files after the stack. */
async function copyHistory(store: Store, from: StackRef, to: StackRef): Promise<void> {
  for (const { name, kind } of await store.list(historyFolder(from))) {
    if (kind !== 'object') continue;
    const renamed = name.startsWith(`${from.stack}-`) ? `${to.stack}${name.slice(from.stack.length)}` : name;
    await store.copy(`${historyFolder(from)}/${name}`, `${historyFolder(to)}/${renamed}`);
  }
}

async function copyIfThere(store: Store, from: string, to: string): Promise<void> {
  if ((await store.get(from)) !== undefined) await store.copy(from, to);
}

async function recordRename(
  context: BackendContext,
  to: StackRef,
  suffix: StoredCheckpoint['suffix'],
  startTime: number,
  { holder }: Lease,
  { message, environment }: RenameOptions,
): Promise<void> {
  await recordHistory(context, to, { key: checkpointKey(to, suffix), suffix }, true, {
    kind: 'rename',
    startTime,
    message,
    environment: { ...environment, ...whoOf({ user: holder.user, host: holder.process.host }) },
    config: {},
    result: 'succeeded',
    endTime: Math.floor(context.clock.nowMs() / 1000),
  });
}
