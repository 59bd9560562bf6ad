import { parseUrn } from '@radiant/model';
import { openEnvelope } from '../deployment/envelope.ts';
import type { Store } from '../store/store.ts';
import { repackCheckpoint, type StoredCheckpoint, unpackCheckpoint } from './checkpoint.ts';
import {
  backupFolder,
  type CheckpointSuffix,
  checkpointKey,
  historyFolder,
  legacyFolders,
  metaKey,
  stackOfFileName,
  stacksFolder,
} from './layout.ts';
import { checkStackRef, type StackRef } from './names.ts';

export interface StoreUpgrade {
  readonly moved: readonly StackRef[];
  /** Names of stacks that stay where they are: nobody knows of which project they are. */
  readonly skipped: readonly string[];
}

/**
 * Brings a store from before stacks had projects to version 1 of the layout (Pulumi: `state upgrade`). The project of a
 * stack is that of its resources; `projectOf` is asked about those without any. Undefined when there is nothing to do. It
 * can be repeated: what is old goes only when all that is new is there.
 */
export async function upgradeStore(
  store: Store,
  projectOf: (stack: string) => Promise<string | undefined>,
): Promise<StoreUpgrade | undefined> {
  if ((await store.get(metaKey)) !== undefined) return undefined;
  const files = await legacyFiles(store);
  if (files.length === 0) return undefined;
  const moved: { readonly ref: StackRef; readonly key: string }[] = [];
  const skipped: string[] = [];
  for (const { stack, checkpoint } of files) {
    const json = unpackCheckpoint(store, checkpoint);
    const project = projectIn(json, checkpoint, stack) ?? (await projectOf(stack));
    if (project === undefined || project === '') {
      skipped.push(stack);
      continue;
    }
    const ref = { project, stack };
    checkStackRef(ref);
    const bytes = repackCheckpoint(ref, checkpoint.suffix, json);
    await store.create(checkpointKey(ref, checkpoint.suffix), bytes, 'lasting');
    await copyAll(store, legacyFolders(stack).history, historyFolder(ref));
    await copyAll(store, legacyFolders(stack).backups, backupFolder(ref));
    moved.push({ ref, key: checkpoint.key });
  }
  await store.create(metaKey, Buffer.from('version: 1\n'), 'lasting');
  for (const { ref, key } of moved) {
    await store.delete(key);
    const { history, backups } = legacyFolders(ref.stack);
    // A project may have the name of a stack.
    for (const folder of [history, backups]) await deleteObjects(store, folder);
  }
  return { moved: moved.map(({ ref }) => ref), skipped };
}

async function legacyFiles(
  store: Store,
): Promise<readonly { readonly stack: string; readonly checkpoint: Omit<StoredCheckpoint, 'hash'> }[]> {
  const names = (await store.list(stacksFolder)).filter(({ kind }) => kind === 'object').map(({ name }) => name);
  const files = await Promise.all(
    names.sort().map(async (name) => {
      const stack = stackOfFileName(name);
      const key = `${stacksFolder}/${name}`;
      const object = stack === undefined ? undefined : await store.get(key);
      if (stack === undefined || object === undefined) return [];
      const suffix = name.slice(stack.length) as CheckpointSuffix;
      return [{ stack, checkpoint: { key, suffix, bytes: object.bytes, tag: object.tag } }];
    }),
  );
  return files.flat();
}

function projectIn(json: unknown, { key }: Pick<StoredCheckpoint, 'key'>, stack: string): string | undefined {
  const { resources } = openEnvelope(json, key, stack).deployment;
  if (!Array.isArray(resources)) return undefined;
  for (const resource of resources as readonly { readonly urn?: unknown }[]) {
    const project = parseUrn(String(resource?.urn))?.project;
    if (project !== undefined) return project;
  }
  return undefined;
}

async function copyAll(store: Store, from: string, to: string): Promise<void> {
  for (const { name, kind } of await store.list(from))
    if (kind === 'object') await store.copy(`${from}/${name}`, `${to}/${name}`);
}

async function deleteObjects(store: Store, folder: string): Promise<void> {
  for (const { name, kind } of await store.list(folder)) if (kind === 'object') await store.delete(`${folder}/${name}`);
}
