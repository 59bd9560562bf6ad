import { startName } from '../lease/stack-files.ts';
import type { StoredCheckpoint } from './checkpoint.ts';
import { historyFolder, radiantFolder, tagsKey } from './layout.ts';
import { renameMarkerKey } from './rename-marker.ts';
import type { BackendContext } from './settings.ts';
import { assertHeld, deleteJournals, type HeldStack, sweep } from './take-stack.ts';
import { changedElsewhere } from './write-state.ts';

/**
 * Takes the checkpoint of a stack away; a copy stays as `.bak`. Who was stopped at the wrong moment, and goes on when
 * another has the stack, removes nothing: no store deletes an object on the condition that nobody has claimed another, so
 * the lease is asked for once more afterwards, and what was taken away by then is put back. `held`: the leases that it
 * takes, the first that of the stack. Throws `STATE_LEASE_LOST`, `STATE_CHANGED_ELSEWHERE`.
 */
export async function removeCheckpoint(
  context: BackendContext,
  { key, tag, bytes }: StoredCheckpoint,
  ...held: readonly HeldStack[]
): Promise<void> {
  const { store } = context;
  await assertHeld(context, ...held);
  await store.copy(key, `${key}.bak`);
  await assertHeld(context, ...held);
  const isRemoved = await store.remove(key, tag);
  try {
    await assertHeld(context, ...held);
  } catch (error) {
    if (isRemoved) await store.create(key, bytes, 'lasting');
    throw error;
  }
  if (!isRemoved) throw changedElsewhere(store.locate(key));
}

/**
 * Removes what is kept beside a checkpoint that is no more; backups stay. A stack of the same name may have been made since,
 * and be held if this process was stopped: what has a number goes by its number, the rest while the lease is held.
 */
export async function forgetStack(
  context: BackendContext,
  { ref, lease }: HeldStack,
  journals: readonly number[],
): Promise<void> {
  const { store } = context;
  await deleteJournals(context, ref, journals);
  await sweep(context, ref, lease);
  for (const key of [tagsKey(ref), renameMarkerKey(ref), `${radiantFolder(ref)}/${startName}`])
    await removeWhileHeld(context, key, { ref, lease });
  const history = (await store.list(historyFolder(ref))).map(({ name }) => `${historyFolder(ref)}/${name}`);
  await assertHeld(context, { ref, lease });
  await store.deleteAll(history);
}

/** Removes an object that its lease's holder has seen, unless it is lost by then. */
export async function removeWhileHeld(context: BackendContext, key: string, held: HeldStack): Promise<void> {
  const object = await context.store.get(key);
  if (object === undefined) return;
  await assertHeld(context, held);
  await context.store.remove(key, object.tag);
}
