import { basename, dirname } from 'node:path';
import type { FileSystem, OpenFile } from '../store/file-system.ts';

/** Picks from 0 to below `count`. */
export type Pick = (count: number) => number;

/** What becomes of an operation on the disk: nothing special, an error, or the end of the process in the middle of it. */
export type Fault =
  | { readonly kind: 'error'; readonly code: string; readonly moment: 'before' | 'after' }
  | { readonly kind: 'crash'; readonly moment: 'before' | 'middle' | 'after' };

export interface MemoryDisk {
  /** A process's view. `fault` is asked before each operation that changes something. */
  mount(fault?: (operation: string) => Fault | undefined): FileSystem;
  /** The machine loses power: what was not synced survives, or not, or in part, as `pick` decides. */
  losePower(pick: Pick): void;
}

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
  unsynced: { readonly name: string; readonly node: Node | undefined }[][];
}

type Node = FileNode | FolderNode;

export class CrashedError extends Error {
  override readonly name = 'CrashedError';
}

/** A disk in memory that knows what is durable and what is not. */
export function createMemoryDisk(): MemoryDisk {
  let nextInode = 1;
  let tick = 0;
  const newFolder = (): FolderNode => ({
    kind: 'folder',
    inode: nextInode++,
    names: new Map(),
    durable: new Map(),
    unsynced: [],
  });
  const root = newFolder();

  const find = (path: string): Node | undefined =>
    path
      .split('/')
      .filter((part) => part !== '')
      .reduce<Node | undefined>((node, part) => (node?.kind === 'folder' ? node.names.get(part) : undefined), root);
  const folderAt = (path: string): FolderNode => {
    const node = find(path);
    if (node === undefined) throw errno('ENOENT', path);
    if (node.kind !== 'folder') throw errno('ENOTDIR', path);
    return node;
  };
  const fileAt = (path: string): FileNode => {
    const node = find(path);
    if (node === undefined) throw errno('ENOENT', path);
    if (node.kind !== 'file') throw errno('EISDIR', path);
    return node;
  };
  const change = (folder: FolderNode, changes: { readonly name: string; readonly node: Node | undefined }[]) => {
    for (const { name, node } of changes) {
      if (node === undefined) folder.names.delete(name);
      else folder.names.set(name, node);
    }
    folder.unsynced.push(changes);
  };
  const set = (path: string, node: Node | undefined) =>
    change(folderAt(dirname(path)), [{ name: basename(path), node }]);

  const mount = (fault: (operation: string) => Fault | undefined = () => undefined): FileSystem => {
    let isDead = false;
    const crash = (): never => {
      isDead = true;
      throw new CrashedError('the process was killed');
    };
    const alive = () => {
      if (isDead) throw new CrashedError('the process was killed');
    };
    /** `half` is what has happened when the process dies in the middle. */
    const act = async (operation: string, run: () => void, half: () => void = () => undefined) => {
      alive();
      // Real operations take their time; others run meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      alive();
      const met = fault(operation);
      if (met?.kind === 'crash') {
        if (met.moment === 'middle') half();
        try {
          if (met.moment === 'after') run();
        } finally {
          crash();
        }
      }
      if (met?.kind === 'error' && met.moment === 'before') throw errno(met.code, operation);
      run();
      if (met?.kind === 'error') throw errno(met.code, operation);
    };
    const openFile = (node: FileNode, path: string): OpenFile => ({
      inode: String(node.inode),
      write: (bytes, position) => {
        const put = (length: number) => {
          const content = Buffer.alloc(Math.max(node.content.length, position + length));
          node.content.copy(content);
          Buffer.from(bytes.subarray(0, length)).copy(content, position);
          node.content = content;
          node.modifiedMs = ++tick;
        };
        return act(
          `write ${path}`,
          () => put(bytes.length),
          () => put(Math.floor(bytes.length / 2)),
        );
      },
      truncate: (length) =>
        act(`truncate ${path}`, () => {
          node.content = Buffer.from(node.content.subarray(0, length));
        }),
      sync: () =>
        act(`sync ${path}`, () => {
          node.durable = node.content;
        }),
      close: async () => undefined,
    });
    return {
      readFile: async (path) => {
        alive();
        return Buffer.from(fileAt(path).content);
      },
      stat: async (path) => {
        alive();
        const node = find(path);
        if (node === undefined) throw errno('ENOENT', path);
        const isDirectory = node.kind === 'folder';
        const [size, modifiedMs] = node.kind === 'file' ? [node.content.length, node.modifiedMs] : [0, 0];
        return { inode: String(node.inode), size, modifiedMs, isDirectory };
      },
      readDirectory: async (path) => {
        alive();
        return [...folderAt(path).names].map(([name, node]) => ({ name, isDirectory: node.kind === 'folder' }));
      },
      makeDirectory: (path) =>
        act(`mkdir ${path}`, () => {
          if (find(path) !== undefined) throw errno('EEXIST', path);
          set(path, newFolder());
        }),
      syncDirectory: (path) =>
        act(`syncdir ${path}`, () => {
          const folder = folderAt(path);
          folder.durable = new Map(folder.names);
          folder.unsynced = [];
        }),
      rename: (from, to) =>
        act(`rename ${to}`, () => {
          const node = fileAt(from);
          // Within one folder, as the store does it, a rename is one change.
          change(folderAt(dirname(to)), [
            { name: basename(from), node: undefined },
            { name: basename(to), node },
          ]);
        }),
      link: (from, to) =>
        act(`link ${to}`, () => {
          if (find(to) !== undefined) throw errno('EEXIST', to);
          set(to, fileAt(from));
        }),
      unlink: (path) =>
        act(`unlink ${path}`, () => {
          fileAt(path);
          set(path, undefined);
        }),
      copyFile: (from, to) => {
        const copy = (length: number) => {
          const content = Buffer.from(fileAt(from).content.subarray(0, length));
          set(to, { kind: 'file', inode: nextInode++, content, durable: undefined, modifiedMs: ++tick });
        };
        return act(
          `copy ${to}`,
          () => copy(fileAt(from).content.length),
          () => copy(Math.floor(fileAt(from).content.length / 2)),
        );
      },
      removeDirectory: (path) =>
        act(`rmdir ${path}`, () => {
          if (find(path) !== undefined) set(path, undefined);
        }),
      createFile: async (path) => {
        const node: FileNode = {
          kind: 'file',
          inode: nextInode++,
          content: Buffer.alloc(0),
          durable: undefined,
          modifiedMs: ++tick,
        };
        await act(`create ${path}`, () => {
          if (find(path) !== undefined) throw errno('EEXIST', path);
          set(path, node);
        });
        return openFile(node, path);
      },
    };
  };

  const settle = (node: Node, pick: Pick, seen: Set<Node>) => {
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
  };

  return { mount, losePower: (pick) => settle(root, pick, new Set()) };
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
