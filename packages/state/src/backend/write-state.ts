import {
  OperationError,
  type SecretsManager,
  type SecretsProvider,
  type Snapshot,
  verifySnapshot,
} from '@radiant/model';
import type { CiphertextMemory } from '../deployment/ciphertext-memory.ts';
import { encodeDeployment } from '../deployment/deployment.ts';
import type { JsonObject } from '../deployment/deployment-json.ts';
import { leaseLost } from '../journal/objection.ts';
import type { Lease } from '../lease/lease.ts';
import { mergeName } from '../lease/stack-files.ts';
import { hashOf, packCheckpoint, readCheckpoint, type StoredCheckpoint } from './checkpoint.ts';
import { radiantFolder } from './layout.ts';
import type { StackRef } from './names.ts';
import type { BackendContext } from './settings.ts';
import { integrityError, type Merge, type StateViolation } from './stack-state.ts';
import { deleteJournals } from './take-stack.ts';

export interface NewState {
  readonly snapshot: Snapshot;
  readonly secrets: SecretsManager | SecretsProvider | undefined;
  readonly memory?: CiphertextMemory | undefined;
  readonly carried?: JsonObject | undefined;
  /** Broken rules that it is known to have; any other is refused. */
  readonly knownViolations?: readonly StateViolation[] | undefined;
}

/**
 * Replaces a stack's checkpoint on behalf of the lease's holder, atomically, and deletes the journals it takes in. Until
 * the moment of replacement the old checkpoint and the journals tell everything; from then on the new one does. Throws
 * an OperationError: `STATE_INTEGRITY` before anything is written, `STATE_LEASE_LOST`, `STATE_CHANGED_ELSEWHERE`.
 */
export async function writeState(
  context: BackendContext,
  ref: StackRef,
  lease: Lease,
  old: StoredCheckpoint,
  next: NewState,
  journals: readonly number[],
): Promise<StoredCheckpoint> {
  const { store } = context;
  const where = store.locate(old.key);
  const known = new Set(next.knownViolations?.map(({ message }) => message));
  const violations = verifySnapshot(next.snapshot).filter(({ message }) => !known.has(message));
  if (violations.length > 0) throw integrityError(violations, 'failed to verify snapshot', where);
  const bytes = await encodeCheckpoint(context, ref, old.suffix, next);
  const folder = radiantFolder(ref);
  const merge: Merge = { into: hashOf(bytes), journals };
  await store.put(`${folder}/${mergeName(lease.token, merge.into)}`, Buffer.from(JSON.stringify(merge)), 'lasting');
  const staged = await store.stage(old.key, bytes, lease.token);
  if (!(await lease.isHeld())) {
    await staged.discard();
    throw leaseLost(`${store.locate(folder)}`);
  }
  await store.copy(old.key, `${old.key}.bak`);
  const outcome = await staged.publish(old.tag);
  if (outcome !== 'published') await staged.discard();
  // Who has taken the stack over may have replaced the checkpoint already.
  if (outcome === 'fenced' || (outcome === 'changed' && !(await lease.isHeld()))) throw leaseLost(store.locate(folder));
  if (outcome === 'changed') {
    // It may only have been put back, as it was.
    const found = await readCheckpoint(store, ref);
    if (found?.hash !== old.hash) throw changedElsewhere(where);
    return await writeState(context, ref, lease, found, next, journals);
  }
  await deleteJournals(context, ref, journals);
  const written = await readCheckpoint(store, ref);
  return written ?? { ...old, bytes, hash: merge.into };
}

export async function encodeCheckpoint(
  context: BackendContext,
  ref: StackRef,
  suffix: StoredCheckpoint['suffix'],
  { snapshot, secrets, memory, carried }: NewState,
): Promise<Uint8Array> {
  const encoded = await encodeDeployment(snapshot, {
    mode: 'encrypted',
    secrets,
    memory,
    carried,
    toolVersion: context.toolVersion,
    nowMs: context.clock.nowMs(),
  });
  return packCheckpoint(ref, suffix, encoded);
}

export function changedElsewhere(where: string): OperationError {
  return new OperationError({
    code: 'STATE_CHANGED_ELSEWHERE',
    summary: `the state ${where} was changed by something else while this operation ran, and was left as it is`,
    detail: 'What this operation did is in its journal beside it.',
    remedy:
      'Find out what changed it (an editor, or a `pulumi` command after `pulumi cancel`), put the earlier state back ' +
      'from the history, and run the command again.',
  });
}
