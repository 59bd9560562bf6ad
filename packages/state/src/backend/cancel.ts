import { randomUUID } from 'node:crypto';
import { claimLease, type Holder } from '../lease/lease.ts';
import { readLockFiles } from '../lease/lock-files.ts';
import { parseStackFiles } from '../lease/stack-files.ts';
import { lockFolder, radiantFolder } from './layout.ts';
import type { StackRef } from './names.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { BackendContext } from './settings.ts';

export interface Cancellation {
  readonly revoked: Holder | undefined;
  /** How many lock files of Pulumi's were deleted. */
  readonly foreignLocks: number;
}

/**
 * Takes the stack from whoever holds it, and gives it free. The operation that held it notices before its next step and
 * stops; what it has recorded counts. Lock files of Pulumi are deleted; ours stays while a journal waits.
 */
export async function cancelOperation(context: BackendContext, ref: StackRef): Promise<Cancellation> {
  const { store, user, leaseSettings } = context;
  await requireCheckpoint(store, ref);
  const folder = radiantFolder(ref);
  const who = { run: randomUUID(), user, operation: 'cancel' };
  const claim = await claimLease(store, folder, who, leaseSettings, 'revokes');
  if (claim.kind === 'held') return { revoked: undefined, foreignLocks: 0 };
  const isWaiting = parseStackFiles(await store.list(folder)).journals.length > 0;
  // By the time they are deleted, somebody may have the stack again.
  const isOver = (token: number) => !isWaiting && token < claim.lease.token;
  const locks = await readLockFiles(store, lockFolder(ref));
  for (const { key, token } of locks) if (token === undefined || isOver(token)) await store.delete(key);
  await claim.lease.end();
  return { revoked: claim.previous, foreignLocks: locks.filter(({ token }) => token === undefined).length };
}
