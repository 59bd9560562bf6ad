import { randomUUID } from 'node:crypto';
import { OperationError } from '@radiant/model';
import { leaseLost } from '../journal/objection.ts';
import { wholeLength } from '../journal/read-journal.ts';
import { claimLease, type Lease } from '../lease/lease.ts';
import {
  describeHolder,
  type HeldLock,
  lockHeldError,
  lockKey,
  readLockFiles,
  writeLockFile,
} from '../lease/lock-files.ts';
import { journalName, parseStackFiles, type StackFiles } from '../lease/stack-files.ts';
import type { Store } from '../store/store.ts';
import { checkpointKey, checkpointSuffixes, lockFolder, radiantFolder } from './layout.ts';
import type { StackRef } from './names.ts';
import { renameMarkerName, settleRename } from './rename-marker.ts';
import type { BackendContext } from './settings.ts';
import { waitUntilFree } from './wait-for-stack.ts';

/**
 * Claims the lease and puts up the lock file. Whoever holds the stack is waited for as patiently as the backend is;
 * without patience that is refused at once, in the words that SDKs know. `signal` ends the wait.
 */
export async function takeStack(
  context: BackendContext,
  ref: StackRef,
  operation: string,
  signal?: AbortSignal,
): Promise<Lease> {
  const { store, clock, patience } = context;
  const startedAtMs = clock.nowMs();
  for (;;) {
    const attempt = await tryToTake(context, ref, operation);
    if (attempt.kind === 'taken') return attempt.lease;
    if (patience === undefined) throw lockHeldError(store, attempt.by);
    await waitUntilFree({ ...context, patience }, ref, { startedAtMs, signal });
    // Others may have waited for the same moment.
    await clock.sleep(Math.random() * 100);
  }
}

type Attempt =
  | { readonly kind: 'taken'; readonly lease: Lease }
  | { readonly kind: 'held'; readonly by: readonly HeldLock[] };

async function tryToTake(context: BackendContext, ref: StackRef, operation: string): Promise<Attempt> {
  const { store, user, leaseSettings } = context;
  const locks = lockFolder(ref);
  const who = { run: randomUUID(), user, operation };
  const claim = await claimLease(store, radiantFolder(ref), who, leaseSettings);
  if (claim.kind === 'held') return { kind: 'held', by: [describeHolder(locks, claim.holder)] };
  const { lease } = claim;
  const giveBack = async () => {
    await store.delete(lockKey(locks, lease.holder)).catch(() => undefined);
    await lease.end().catch(() => undefined);
  };
  try {
    await writeLockFile(store, locks, lease.holder, 'passing');
    const others = (await readLockFiles(store, locks)).filter(({ token }) => token === undefined);
    if (others.length === 0) return { kind: 'taken', lease };
    await giveBack();
    return { kind: 'held', by: others };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/**
 * Shuts out earlier holders: from here on they can change nothing. Resolves to the tokens of the journals they left,
 * each sealed. What a renaming of the stack left is settled, or, by whoever renames it, seen to afterwards.
 */
export async function fenceOff(
  context: BackendContext,
  ref: StackRef,
  lease: Lease,
  renaming: 'settled' | 'left-for-the-caller' = 'settled',
): Promise<readonly number[]> {
  const { store } = context;
  const folder = radiantFolder(ref);
  await store.fence(
    checkpointSuffixes.map((suffix) => checkpointKey(ref, suffix)),
    lease.token,
  );
  const entries = await store.list(folder);
  if (renaming === 'settled' && entries.some(({ name }) => name === renameMarkerName)) await settleRename(context, ref);
  const files = parseStackFiles(entries);
  const earlier = files.journals.filter((token) => token < lease.token);
  for (const token of earlier) await store.sealLog(`${folder}/${journalName(token)}`, lease.token, wholeLength);
  return earlier;
}

/** Deletes journals of earlier holders that hold nothing which the checkpoint does not have. */
export async function deleteJournals(context: BackendContext, ref: StackRef, tokens: readonly number[]): Promise<void> {
  for (const token of tokens) {
    await context.store.deleteLog(`${radiantFolder(ref)}/${journalName(token)}`);
    await context.rescueOf(ref, token).discard();
  }
}

/** Throws when the lease of one of these stacks is lost. */
export async function assertHeld({ store }: BackendContext, ...held: readonly HeldStack[]): Promise<void> {
  for (const { ref, lease } of held) if (!(await lease.isHeld())) throw leaseLost(store.locate(radiantFolder(ref)));
}

export interface HeldStack {
  readonly ref: StackRef;
  readonly lease: Lease;
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

/**
 * Removes what is left of the lease of a stack that is no more, once it has ended. Only by number: the stack may have been
 * made again, and be held.
 */
export async function sweepOwn(store: Store, ref: StackRef, { token }: Lease): Promise<void> {
  const folder = radiantFolder(ref);
  const files = parseStackFiles(await store.list(folder));
  await deleteInOrder(
    store,
    folder,
    files.others.filter((file) => file.token <= token),
  );
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
