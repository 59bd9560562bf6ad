import { organization, type StackRef } from './names.ts';

/* Where things are in a store: Pulumi's layout, version 1, and beside it the folder `radiant` (docs/state-format.md). */

const root = '.pulumi';

export const metaKey = `${root}/meta.yaml`;
export const stacksFolder = `${root}/stacks`;

export function projectFolder(project: string): string {
  return `${stacksFolder}/${project}`;
}

/** Suffixes a checkpoint may have, in the order they are looked for. */
export const checkpointSuffixes = ['.json', '.json.gz', '.json.zst'] as const;

export type CheckpointSuffix = (typeof checkpointSuffixes)[number];

export function checkpointKey({ project, stack }: StackRef, suffix: CheckpointSuffix): string {
  return `${stacksFolder}/${project}/${stack}${suffix}`;
}

/** Beside the checkpoint, with an ending that no checkpoint has. */
export function tagsKey({ project, stack }: StackRef): string {
  return `${stacksFolder}/${project}/${stack}.pulumi-tags`;
}

export function historyFolder({ project, stack }: StackRef): string {
  return `${root}/history/${project}/${stack}`;
}

export function backupFolder({ project, stack }: StackRef): string {
  return `${root}/backups/${project}/${stack}`;
}

/** Where history and backups were before stacks had projects. */
export function legacyFolders(stack: string): { readonly history: string; readonly backups: string } {
  return { history: `${root}/history/${stack}`, backups: `${root}/backups/${stack}` };
}

export function lockFolder({ project, stack }: StackRef): string {
  return `${root}/locks/${organization}/${project}/${stack}`;
}

/** Journals and leases. */
export function radiantFolder({ project, stack }: StackRef): string {
  return `${root}/radiant/${project}/${stack}`;
}

/** The stack whose checkpoint is a file of that name, if it is one. */
export function stackOfFileName(name: string): string | undefined {
  const suffix = [...checkpointSuffixes].reverse().find((ending) => name.endsWith(ending));
  return suffix === undefined ? undefined : name.slice(0, -suffix.length);
}
