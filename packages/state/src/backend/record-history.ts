import { OperationError } from '@radiant/model';
import type { StoredCheckpoint } from './checkpoint.ts';
import { checkpointCopyKey, nextNanoseconds, type UpdateInfo, writeHistory } from './history.ts';
import { backupFolder } from './layout.ts';
import type { StackRef } from './names.ts';
import type { BackendContext } from './settings.ts';

/**
 * Remembers an operation, with the checkpoint it left when it changed anything. These are copies for people: the state is
 * safe without them, so they fail quietly. The checkpoint comes first: an entry without one changed nothing.
 */
export async function recordHistory(
  context: BackendContext,
  ref: StackRef,
  { key, suffix }: Pick<StoredCheckpoint, 'key' | 'suffix'>,
  isChanged: boolean,
  info: UpdateInfo,
): Promise<void> {
  const { store } = context;
  const stamp = nextNanoseconds(context.clock.nowMs());
  const name = `${ref.stack}-${stamp}`;
  try {
    if (isChanged) await store.copy(key, checkpointCopyKey(ref, name, suffix));
    await writeHistory(store, ref, name, info);
    if (isChanged && context.keepsBackups) await store.copy(key, `${backupFolder(ref)}/${ref.stack}.${stamp}${suffix}`);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
  }
}

/** Pulumi's own environment says nothing of who. */
export function whoOf(holder: { readonly user: string; readonly host: string }): { readonly [name: string]: string } {
  return { 'exec.user': holder.user, 'exec.host': holder.host };
}
