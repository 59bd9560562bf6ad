import { randomUUID } from 'node:crypto';
import { OperationError } from '@radiant/model';
import { wholeLength } from '../journal/read-journal.ts';
import { claimLease, type Holder, type Lease } from '../lease/lease.ts';
import { type LockFile, lockHeldError, lockKey, readLockFiles, writeLockFile } from '../lease/lock-files.ts';
import { journalName, parseStackFiles, type StackFiles } from '../lease/stack-files.ts';
import type { Store } from '../store/store.ts';
import { checkpointKey, checkpointSuffixes, lockFolder, radiantFolder } from './layout.ts';
import type { StackRef } from './names.ts';
import type { BackendContext } from './settings.ts';

/** Claims the lease and puts up the lock file; refused in the words that SDKs know. */
export async function takeStack(context: BackendContext, ref: StackRef, operation: string): Promise<Lease> {
  const { store, user, leaseSettings } = context;
  const locks = lockFolder(ref);
  const who = { run: randomUUID(), user, operation };
  const claim = await claimLease(store, radiantFolder(ref), who, leaseSettings);
  if (claim.kind === 'held') throw lockHeldError(store, [describeHolder(locks, claim.holder)]);
  const { lease } = claim;
  try {
    await writeLockFile(store, locks, lease.holder, 'passing');
    const others = (await readLockFiles(store, locks)).filter(({ token }) => token === undefined);
    if (others.length > 0) throw lockHeldError(store, others);
  } catch (error) {
    await store.delete(lockKey(locks, lease.holder)).catch(() => undefined);
    await lease.end().catch(() => undefined);
    throw error;
  }
  return lease;
}

export function describeHolder(locks: string, holder: Holder | undefined): Omit<LockFile, 'token'> {
  if (holder === undefined) return { key: locks, user: 'unknown', host: 'unknown', pid: 0, since: 'an unknown time' };
  return {
    key: lockKey(locks, holder),
    user: holder.user,
    host: holder.process.host,
    pid: holder.process.pid,
    since: new Date(holder.claimedAtMs).toISOString(),
  };
}

/**
 * Shuts out earlier holders: from here on they can change nothing. Resolves to the tokens of the journals they left,
 * each sealed.
 */
export async function fenceOff(context: BackendContext, ref: StackRef, lease: Lease): Promise<readonly number[]> {
  const { store } = context;
  const folder = radiantFolder(ref);
  await store.fence(
    checkpointSuffixes.map((suffix) => checkpointKey(ref, suffix)),
    lease.token,
  );
  const files = parseStackFiles(await store.list(folder));
  const earlier = files.journals.filter((token) => token < lease.token);
  for (const token of earlier) await store.sealLog(`${folder}/${journalName(token)}`, lease.token, wholeLength);
  return earlier;
}

/** Removes what earlier operations left that nobody needs any more; claims from the oldest, as `Lease.isHeld` relies on. */
export async function sweep(context: BackendContext, ref: StackRef, lease: Lease): Promise<void> {
  const { store } = context;
  const folder = radiantFolder(ref);
  const files = parseStackFiles(await store.list(folder));
  if (files.journals.some((token) => token < lease.token)) return;
  await deleteInOrder(
    store,
    folder,
    files.others.filter(({ token }) => token < lease.token),
  );
  await store.tidy(folder);
  for (const { key, token } of await readLockFiles(store, lockFolder(ref)))
    if (token !== undefined && token < lease.token) await store.delete(key);
}

/** Removes the lease files of a stack that is no more. */
export async function sweepAll(store: Store, folder: string): Promise<void> {
  await deleteInOrder(store, folder, parseStackFiles(await store.list(folder)).others);
}

async function deleteInOrder(store: Store, folder: string, files: StackFiles['others']): Promise<void> {
  for (const { name } of files) await store.delete(`${folder}/${name}`);
}

/**
 * Ends the lease. The lock file stays while a journal waits, to keep Pulumi's CLI out. Failing to is no failure of what
 * was done under the lease: it lapses by itself.
 */
export async function giveFree(context: BackendContext, ref: StackRef, lease: Lease): Promise<void> {
  const { store } = context;
  try {
    const files = parseStackFiles(await store.list(radiantFolder(ref)));
    if (files.journals.length === 0) await store.delete(lockKey(lockFolder(ref), lease.holder));
    await lease.end();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
  }
}
