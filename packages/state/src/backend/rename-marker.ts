import { randomUUID } from 'node:crypto';
import { OperationError } from '@radiant/model';
import { claimLease } from '../lease/lease.ts';
import type { Store } from '../store/store.ts';
import { readCheckpoint } from './checkpoint.ts';
import { checkpointKey, checkpointSuffixes, radiantFolder } from './layout.ts';
import { checkStackRef, formatStackRef, type StackRef } from './names.ts';
import type { BackendContext } from './settings.ts';

/*
 * While a stack is renamed both names have a marker. It is there before the checkpoint has the new name, and goes after
 * the old one is gone; so a renaming that was interrupted is known from either side, and nobody works on both.
 */

export type RenameMarker =
  /** At the old name. `of` and `into` are the hashes of the checkpoint there and of the one that is to have the new name. */
  | { readonly kind: 'to'; readonly to: StackRef; readonly of: string; readonly into: string }
  /** At the new name. */
  | { readonly kind: 'from'; readonly from: StackRef };

export const renameMarkerName = 'rename.json';

export function renameMarkerKey(ref: StackRef): string {
  return `${radiantFolder(ref)}/${renameMarkerName}`;
}

export async function writeRenameMarker(store: Store, ref: StackRef, marker: RenameMarker): Promise<void> {
  await store.put(renameMarkerKey(ref), Buffer.from(JSON.stringify(marker)), 'lasting');
}

/** With the tag of its object. */
type StoredMarker = RenameMarker & { readonly tag: string };

async function readRenameMarker(store: Store, ref: StackRef): Promise<StoredMarker | undefined> {
  const object = await store.get(renameMarkerKey(ref));
  if (object === undefined) return undefined;
  try {
    const marker = JSON.parse(Buffer.from(object.bytes).toString()) as RenameMarker;
    checkStackRef(marker.kind === 'to' ? marker.to : marker.from);
    return { ...marker, tag: object.tag };
  } catch (error) {
    throw new OperationError({
      code: 'STACK_RENAME_DAMAGED',
      summary: `${store.locate(renameMarkerKey(ref))} is damaged: it should say into what the stack was being renamed`,
      remedy:
        'See whether the stack is there under another name (`radiant stack ls`), keep one of the two, and delete that file.',
      cause: error,
    });
  }
}

/**
 * What the holder of a stack does about a marker that it finds there: a renaming that had not come to anything is
 * given up for good, one that left the stack under both names is to be finished first (`STACK_RENAME_UNFINISHED`).
 */
export async function settleRename(context: BackendContext, ref: StackRef): Promise<void> {
  const { store } = context;
  const marker = await readRenameMarker(store, ref);
  if (marker === undefined) return;
  const [from, to] = marker.kind === 'to' ? [ref, marker.to] : [marker.from, ref];
  if (marker.kind === 'to' && (await readCheckpoint(store, to)) === undefined) await shutOut(context, to);
  if (await isUnderBothNames(store, from, to)) throw unfinished(from, to);
  await store.remove(renameMarkerKey(ref), marker.tag);
}

/** Whether the checkpoint of `to` is the one that a renaming of `from` has made, and that of `from` is still there. */
export async function isUnderBothNames(store: Store, from: StackRef, to: StackRef): Promise<boolean> {
  const marker = await readRenameMarker(store, from);
  if (marker?.kind !== 'to' || formatStackRef(marker.to) !== formatStackRef(to)) return false;
  const [old, renamed] = [await readCheckpoint(store, from), await readCheckpoint(store, to)];
  return old?.hash === marker.of && renamed?.hash === marker.into;
}

/** Whoever was about to give the stack its new name can no longer do so. */
async function shutOut({ store, user, leaseSettings }: BackendContext, to: StackRef): Promise<void> {
  const who = { run: randomUUID(), user, operation: 'rename' };
  const claim = await claimLease(store, radiantFolder(to), who, leaseSettings, 'revokes');
  if (claim.kind === 'held') return;
  await store.fence(
    checkpointSuffixes.map((suffix) => checkpointKey(to, suffix)),
    claim.lease.token,
  );
  await claim.lease.end();
}

function unfinished(from: StackRef, to: StackRef): OperationError {
  const [old, name] = [formatStackRef(from), formatStackRef(to)];
  return new OperationError({
    code: 'STACK_RENAME_UNFINISHED',
    summary: `the renaming of stack '${old}' to '${name}' was interrupted: it is there under both names`,
    detail: 'Nothing is lost, but what is in it must not be changed twice.',
    remedy: `Finish it:\n    radiant stack rename ${name} --stack ${old}`,
  });
}
