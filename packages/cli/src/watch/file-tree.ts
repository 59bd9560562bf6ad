import { createHash } from 'node:crypto';
import { type BigIntStats, type Dirent, type FSWatcher, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import path from 'node:path';
import { CliError } from '../cli-error.ts';

export interface FileTreeListener {
  /** A file was made, changed or removed. */
  changed(file: string): void;
  /** Nothing more is seen. */
  failed(error: unknown): void;
}

export interface FileTree {
  close(): void;
}

/** Whether what is in a folder is not watched; `folder` as it was found below a root. */
export type IgnoredEntry = (folder: string, name: string) => boolean;

/** Where the system looks more than once at what happens in a short time, one look is enough. */
const coalesceMs = 20;

/**
 * Watches a file, or a folder and all that is below it. Each folder is watched by itself, so that ignored ones cost
 * nothing however much they hold; links to folders are not followed. Throws CliError when there is nothing at `root`.
 */
export function watchFileTree(root: string, isIgnored: IgnoredEntry, listener: FileTreeListener): FileTree {
  const info = statSync(root, { throwIfNoEntry: false });
  if (info === undefined) throw new CliError(`there is no file or folder ${root} to watch`);
  // Editors put a new file in the place of the old one, so a file is watched by what happens in its folder.
  const isWatched = (folder: string, name: string): boolean =>
    info.isDirectory() ? !isIgnored(folder, name) : path.join(folder, name) === root;
  return info.isDirectory()
    ? new WatchedFolder(root, isWatched, 'root', listener)
    : new WatchedFolder(path.dirname(root), isWatched, 'of-file', listener);
}

/** Of a folder that holds a watched file nothing else is watched; one below another is looked after by that. */
type Place = 'root' | 'of-file' | 'below';

class WatchedFolder implements FileTree {
  readonly #dir: string;
  readonly #isWatched: IgnoredEntry;
  readonly #place: Place;
  readonly #listener: FileTreeListener;
  readonly #files = new Map<string, Fingerprint>();
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #watcher: FSWatcher;
  #look: NodeJS.Timeout | undefined;

  constructor(dir: string, isWatched: IgnoredEntry, place: Place, listener: FileTreeListener) {
    this.#dir = dir;
    this.#isWatched = isWatched;
    this.#place = place;
    this.#listener = listener;
    // Before the first look, so that nothing happens between the two.
    this.#watcher = openWatcher(dir);
    this.#watcher.on('change', () => this.#lookSoon());
    // A folder that is gone is found by its parent.
    this.#watcher.on('error', () => this.#watcher.close());
    this.#lookAt(() => {});
  }

  close(): void {
    clearTimeout(this.#look);
    this.#watcher.close();
    for (const folder of this.#folders.values()) folder.close();
  }

  #lookSoon(): void {
    this.#look ??= setTimeout(() => {
      this.#look = undefined;
      try {
        this.#lookAt(this.#listener.changed);
      } catch (error) {
        this.#listener.failed(error);
      }
    }, coalesceMs);
  }

  /** Compares what is in the folder with what was there. */
  #lookAt(changed: (file: string) => void): void {
    const found = entriesOf(this.#dir);
    if (found === undefined && this.#place !== 'below')
      throw new CliError(`the folder ${this.#dir} is gone, and with it what was watched`);
    const entries = (found ?? []).filter(({ name }) => this.#isWatched(this.#dir, name));
    const folders = namesOf(entries.filter((entry) => entry.isDirectory()));
    const files = namesOf(entries.filter((entry) => !entry.isDirectory()));
    for (const name of this.#files.keys()) {
      if (files.has(name)) continue;
      this.#files.delete(name);
      changed(path.join(this.#dir, name));
    }
    for (const name of files) {
      const file = path.join(this.#dir, name);
      const known = this.#files.get(name);
      const print = fingerprint(file, known);
      if (print === undefined || print === known) continue;
      this.#files.set(name, print);
      if (known === undefined || !isSameContent(known, print)) changed(file);
    }
    this.#lookAtFolders(this.#place === 'of-file' ? new Set() : folders, changed);
  }

  #lookAtFolders(names: ReadonlySet<string>, changed: (file: string) => void): void {
    for (const [name, folder] of this.#folders) {
      if (names.has(name)) continue;
      this.#folders.delete(name);
      folder.close();
      for (const file of folder.allFiles()) changed(file);
    }
    for (const name of names) {
      if (this.#folders.has(name)) continue;
      const folder = this.#openFolder(path.join(this.#dir, name));
      if (folder === undefined) continue;
      this.#folders.set(name, folder);
      for (const file of folder.allFiles()) changed(file);
    }
  }

  /** What may not be read, or went away meanwhile, is not watched. */
  #openFolder(dir: string): WatchedFolder | undefined {
    try {
      return new WatchedFolder(dir, this.#isWatched, 'below', this.#listener);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
        return undefined;
      throw error;
    }
  }

  *allFiles(): Iterable<string> {
    for (const name of this.#files.keys()) yield path.join(this.#dir, name);
    for (const folder of this.#folders.values()) yield* folder.allFiles();
  }
}

function openWatcher(dir: string): FSWatcher {
  try {
    return watch(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EMFILE') throw error;
    throw new CliError(
      `the system does not watch more folders than it does already (${code}): name what to watch with --path, ` +
        'or raise its limits (on Linux fs.inotify.max_user_watches and fs.inotify.max_user_instances)',
    );
  }
}

function namesOf(entries: readonly Dirent[]): ReadonlySet<string> {
  return new Set(entries.map(({ name }) => name));
}

/** Undefined when the folder is gone. */
function entriesOf(dir: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** By what a file is known again: by its times, and once it has changed, by its content. */
interface Fingerprint {
  readonly stamp: string;
  readonly content?: string;
}

/** Reading what is larger would take longer than an update too many. */
const largestRead = 4_000_000n;

/** `known` itself when nobody has written to the file since; undefined when it is gone. */
function fingerprint(file: string, known: Fingerprint | undefined): Fingerprint | undefined {
  const info = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (info === undefined) return undefined;
  const stamp = [info.ino, info.size, info.mtimeNs].join(' ');
  if (known?.stamp === stamp) return known;
  if (known === undefined || !isReadable(info)) return { stamp };
  try {
    return { stamp, content: createHash('sha256').update(readFileSync(file)).digest('hex') };
  } catch {
    return { stamp };
  }
}

function isReadable(info: BigIntStats): boolean {
  return info.isFile() && info.size <= largestRead;
}

function isSameContent(left: Fingerprint, right: Fingerprint): boolean {
  return left.content !== undefined && left.content === right.content;
}
