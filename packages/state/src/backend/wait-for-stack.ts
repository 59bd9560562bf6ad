import { exitCodes, OperationError } from '@radiant/model';
import { currentHolder } from '../lease/lease.ts';
import { describeHolder, type HeldLock, lockHeldError, readLockFiles } from '../lease/lock-files.ts';
import { lockFolder, radiantFolder } from './layout.ts';
import { formatStackRef, type StackRef } from './names.ts';
import type { BackendContext, Patience } from './settings.ts';

/** One wait, however often it finds that somebody else was quicker. */
export interface Wait {
  readonly startedAtMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal | undefined;
}

/** How long after one look the next is taken; on a bucket each costs some requests. */
const shortestPauseMs = 200;
const longestPauseMs = 5_000;

/**
 * Resolves when nobody holds the stack: an operation of ours, or a lock of Pulumi's. Somebody else may have it before the
 * caller does. Throws `STATE_LOCK_HELD` when it took too long, `STATE_WAIT_ENDED`.
 */
export async function waitUntilFree(
  context: BackendContext & { readonly patience: Patience },
  ref: StackRef,
  { startedAtMs, signal }: Wait,
): Promise<void> {
  const { store, clock, patience } = context;
  const endMs = startedAtMs + (patience.limitMs ?? Number.POSITIVE_INFINITY);
  let told: string | undefined;
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const holders = await holdersOf(context, ref);
    if (holders.length === 0) return;
    if (signal?.aborted === true) throw waitEnded(ref);
    const nowMs = clock.nowMs();
    if (nowMs >= endMs) throw lockHeldError(store, holders, nowMs - startedAtMs);
    const keys = holders.map(({ key }) => key).join(' ');
    if (keys !== told) patience.onWait(ref.stack, holders);
    told = keys;
    await clock.sleep(Math.min(pauseMs * (0.75 + Math.random() / 2), endMs - nowMs), signal);
  }
}

async function holdersOf({ store, leaseSettings }: BackendContext, ref: StackRef): Promise<readonly HeldLock[]> {
  const locks = lockFolder(ref);
  const held = await currentHolder(store, radiantFolder(ref), leaseSettings);
  if (held !== undefined) return [describeHolder(locks, held.holder)];
  return (await readLockFiles(store, locks)).filter(({ token }) => token === undefined);
}

function waitEnded(ref: StackRef): OperationError {
  return new OperationError({
    code: 'STATE_WAIT_ENDED',
    summary: `no longer waiting for stack '${formatStackRef(ref)}', which is still held; nothing was changed`,
    exitCode: exitCodes.cancelled,
  });
}
