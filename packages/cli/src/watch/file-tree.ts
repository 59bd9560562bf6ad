import { existsSync } from 'node:fs';
import path from 'node:path';
import { watch } from 'chokidar';
import { CliError } from '../cli-error.ts';
import { KnownContents } from './known-contents.ts';

export interface FileTreeListener {
  /** A file was made, changed or removed. */
  changed(file: string): void;
  /** Nothing more is seen. */
  failed(error: unknown): void;
}

export interface FileTree {
  close(): Promise<void>;
}

/** Whether what is in a folder is not watched; `folder` as it was found below a root. */
export type IgnoredEntry = (folder: string, name: string) => boolean;

/**
 * Watches a file, or a folder and all that is below it; resolves when it does. Ignored folders cost nothing however much
 * they hold; links are not followed. Throws CliError when there is nothing at `root`.
 */
export async function watchFileTree(
  root: string,
  isIgnored: IgnoredEntry,
  listener: FileTreeListener,
): Promise<FileTree> {
  if (!existsSync(root)) throw new CliError(`there is no file or folder ${root} to watch`);
  const contents = new KnownContents();
  const watcher = watch(root, {
    ignored: (entry) => entry !== root && isIgnored(path.dirname(entry), path.basename(entry)),
    ignoreInitial: true,
    followSymlinks: false,
  });
  watcher.on('add', (file) => listener.changed(file));
  watcher.on('change', (file) => {
    if (contents.hasChanged(file)) listener.changed(file);
  });
  watcher.on('unlink', (file) => {
    contents.forget(file);
    listener.changed(file);
  });
  watcher.on('unlinkDir', (folder) => {
    if (folder === root) listener.failed(new CliError(`the folder ${root} is gone, and with it what was watched`));
  });
  watcher.on('error', (error) => listener.failed(explained(error)));
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return watcher;
}

function explained(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EMFILE') return error;
  return new CliError(
    `the system does not watch more folders than it does already (${code}): name what to watch with --path, ` +
      'or raise its limits (on Linux fs.inotify.max_user_watches and fs.inotify.max_user_instances)',
  );
}
