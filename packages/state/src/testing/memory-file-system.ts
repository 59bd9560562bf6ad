import { basename, dirname } from 'node:path';
import type { FileSystem, OpenFile } from '../store/file-system.ts';

/** Picks from 0 to below `count`. */
export type Pick = (count: number) => number;

/** What becomes of an operation on the disk: an error, a long pause before it, or the end of the process in the middle of it. */
export type Fault =
  | { readonly kind: 'pause'; readonly until: Promise<void> }
  | { readonly kind: 'error'; readonly code: string; readonly moment: 'before' | 'after' }
  | { readonly kind: 'crash'; readonly moment: 'before' | 'middle' | 'after' };

interface FileNode {
  readonly kind: 'file';
  readonly inode: number;
  content: Buffer;
  /** As of the last sync. */
  durable: Buffer | undefined;
  modifiedMs: number;
}

interface FolderNode {
  readonly kind: 'folder';
  readonly inode: number;
  names: Map<string, Node>;
  durable: Map<string, Node>;
  /** Changes of names since the last sync, each to happen wholly or not at all. */
  unsynced: NameChange[][];
}

type Node = FileNode | FolderNode;

interface NameChange {
  readonly name: string;
  /** Undefined takes the name away. */
  readonly node: Node | undefined;
}

export class CrashedError extends Error {
  override readonly name = 'CrashedError';
}

/** A disk in memory that knows what is durable and what is not. */
export class MemoryDisk {
  readonly #root: FolderNode;
  #nextInode = 1;
  #tick = 0;

  constructor() {
    this.#root = this.newFolder();
  }

  /** A process's view. `fault` is asked before each operation that changes something. */
  mount(fault: (operation: string) => Fault | undefined = () => undefined): FileSystem {
    return fileSystemOf(this, new Mount(fault));
  }

  /** The machine loses power: what was not synced survives, or not, or in part, as `pick` decides. */
  losePower(pick: Pick): void {
    settle(this.#root, pick, new Set());
  }

  find(path: string): Node | undefined {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.reduce<Node | undefined>(
      (node, part) => (node?.kind === 'folder' ? node.names.get(part) : undefined),
      this.#root,
    );
  }

  folderAt(path: string): FolderNode {
    const node = this.find(path);
    if (node === undefined) throw errno('ENOENT', path);
    if (node.kind !== 'folder') throw errno('ENOTDIR', path);
    return node;
  }

  fileAt(path: string): FileNode {
    const node = this.find(path);
    if (node === undefined) throw errno('ENOENT', path);
    if (node.kind !== 'file') throw errno('EISDIR', path);
    return node;
  }

  /** Changes that happen wholly or not at all. */
  change(folder: FolderNode, changes: NameChange[]): void {
    for (const { name, node } of changes) {
      if (node === undefined) folder.names.delete(name);
      else folder.names.set(name, node);
    }
    folder.unsynced.push(changes);
  }

  set(path: string, node: Node | undefined): void {
    this.change(this.folderAt(dirname(path)), [{ name: basename(path), node }]);
  }

  refuseExisting(path: string): void {
    if (this.find(path) !== undefined) throw errno('EEXIST', path);
  }

  newFolder(): FolderNode {
    return { kind: 'folder', inode: this.#nextInode++, names: new Map(), durable: new Map(), unsynced: [] };
  }

  newFile(content = Buffer.alloc(0)): FileNode {
    return { kind: 'file', inode: this.#nextInode++, content, durable: undefined, modifiedMs: this.nextTick() };
  }

  nextTick(): number {
    this.#tick += 1;
    return this.#tick;
  }
}

/** One process's use of the disk, which ends when it crashes. */
class Mount {
  readonly #fault: (operation: string) => Fault | undefined;
  #isDead = false;

  constructor(fault: (operation: string) => Fault | undefined) {
    this.#fault = fault;
  }

  /** `half` is what has happened when the process dies in the middle. */
  async act(operation: string, run: () => void, half: () => void = () => undefined): Promise<void> {
    this.requireAlive();
    // Real operations take their time; others run meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    this.requireAlive();
    const met = this.#fault(operation);
    if (met?.kind === 'pause') await met.until;
    if (met?.kind === 'crash') this.#crash(met.moment, run, half);
    if (met?.kind === 'error' && met.moment === 'before') throw errno(met.code, operation);
    run();
    if (met?.kind === 'error') throw errno(met.code, operation);
  }

  requireAlive(): void {
    if (this.#isDead) throw new CrashedError('the process was killed');
  }

  #crash(moment: 'before' | 'middle' | 'after', run: () => void, half: () => void): never {
    try {
      if (moment === 'middle') half();
      if (moment === 'after') run();
    } finally {
      this.#isDead = true;
      this.requireAlive();
    }
    throw new CrashedError('the process was killed');
  }
}

function fileSystemOf(disk: MemoryDisk, mount: Mount): FileSystem {
  return {
    readFile: async (path) => {
      mount.requireAlive();
      return Buffer.from(disk.fileAt(path).content);
    },
    stat: async (path) => {
      mount.requireAlive();
      const node = disk.find(path);
      if (node === undefined) throw errno('ENOENT', path);
      const isDirectory = node.kind === 'folder';
      const [size, modifiedMs] = node.kind === 'file' ? [node.content.length, node.modifiedMs] : [0, 0];
      return { inode: String(node.inode), size, modifiedMs, isDirectory };
    },
    readDirectory: async (path) => {
      mount.requireAlive();
      return [...disk.folderAt(path).names].map(([name, node]) => ({ name, isDirectory: node.kind === 'folder' }));
    },
    makeDirectory: (path) =>
      mount.act(`mkdir ${path}`, () => {
        disk.refuseExisting(path);
        disk.set(path, disk.newFolder());
      }),
    syncDirectory: (path) =>
      mount.act(`syncdir ${path}`, () => {
        const folder = disk.folderAt(path);
        folder.durable = new Map(folder.names);
        folder.unsynced = [];
      }),
    rename: (from, to) =>
      mount.act(`rename ${to}`, () => {
        const node = disk.fileAt(from);
        // Within one folder, as the store does it, a rename is one change.
        disk.change(disk.folderAt(dirname(to)), [
          { name: basename(from), node: undefined },
          { name: basename(to), node },
        ]);
      }),
    link: (from, to) =>
      mount.act(`link ${to}`, () => {
        disk.refuseExisting(to);
        disk.set(to, disk.fileAt(from));
      }),
    unlink: (path) =>
      mount.act(`unlink ${path}`, () => {
        disk.fileAt(path);
        disk.set(path, undefined);
      }),
    copyFile: (from, to) => {
      const copy = (part: number) => {
        const { content } = disk.fileAt(from);
        disk.set(to, disk.newFile(Buffer.from(content.subarray(0, Math.floor(content.length * part)))));
      };
      return mount.act(
        `copy ${to}`,
        () => copy(1),
        () => copy(0.5),
      );
    },
    createFile: async (path) => {
      const node = disk.newFile();
      await mount.act(`create ${path}`, () => {
        disk.refuseExisting(path);
        disk.set(path, node);
      });
      return openFile(disk, mount, node, path);
    },
  };
}

function openFile(disk: MemoryDisk, mount: Mount, node: FileNode, path: string): OpenFile {
  const put = (bytes: Uint8Array, position: number) => {
    const content = Buffer.alloc(Math.max(node.content.length, position + bytes.length));
    node.content.copy(content);
    Buffer.from(bytes).copy(content, position);
    node.content = content;
    node.modifiedMs = disk.nextTick();
  };
  return {
    inode: String(node.inode),
    write: (bytes, position) =>
      mount.act(
        `write ${path}`,
        () => put(bytes, position),
        () => put(bytes.subarray(0, Math.floor(bytes.length / 2)), position),
      ),
    truncate: (length) =>
      mount.act(`truncate ${path}`, () => {
        node.content = Buffer.from(node.content.subarray(0, length));
      }),
    sync: () =>
      mount.act(`sync ${path}`, () => {
        node.durable = node.content;
      }),
    close: async () => undefined,
  };
}

function settle(node: Node, pick: Pick, seen: Set<Node>): void {
  if (seen.has(node)) return;
  seen.add(node);
  if (node.kind === 'file') {
    node.content = survivingContent(node, pick);
    node.durable = node.content;
    return;
  }
  const names = new Map(node.durable);
  for (const changes of node.unsynced) {
    if (pick(2) === 0) continue;
    for (const { name, node: target } of changes) {
      if (target === undefined) names.delete(name);
      else names.set(name, target);
    }
  }
  node.names = names;
  node.durable = new Map(names);
  node.unsynced = [];
  for (const child of names.values()) settle(child, pick, seen);
}

/** The synced content; of what came after, all, a part, or a part with a hole. */
function survivingContent({ content, durable = Buffer.alloc(0) }: FileNode, pick: Pick): Buffer {
  if (durable.equals(content)) return content;
  const isExtended = content.length >= durable.length && content.subarray(0, durable.length).equals(durable);
  switch (pick(4)) {
    case 0:
      return durable;
    case 1:
      return content;
    case 2:
      return isExtended ? content.subarray(0, durable.length + pick(content.length - durable.length + 1)) : durable;
    default: {
      if (!isExtended) return durable;
      const holed = Buffer.from(content);
      holed.fill(0, durable.length, durable.length + pick(content.length - durable.length + 1));
      return holed;
    }
  }
}

function errno(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}

/** The same sequence for the same seed (mulberry32). */
export function createPick(seed: number): Pick {
  let state = seed >>> 0;
  return (count) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}
