import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FileTree, watchFileTree } from './file-tree.ts';
import { ignoredBy } from './ignored.ts';
import { PendingChanges } from './pending-changes.ts';

const trees: FileTree[] = [];
const dirs: string[] = [];

afterEach(async () => {
  await Promise.all(trees.splice(0).map((tree) => tree.close()));
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function folder(files: { readonly [file: string]: string }): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'radiant-tree-'));
  dirs.push(dir);
  for (const [file, text] of Object.entries(files)) write(dir, file, text);
  return dir;
}

function write(dir: string, file: string, text: string): void {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), text);
}

/** Watches a folder; `next` tells what has changed, once something has. */
async function watched(dir: string, root = dir, homes: readonly string[] = []) {
  const changes = new PendingChanges();
  const listener = {
    changed: (file: string) => changes.add(path.relative(dir, file)),
    failed: (error: unknown) => changes.fail(error),
  };
  trees.push(await watchFileTree(root, ignoredBy(homes), listener));
  return {
    async next(): Promise<readonly string[]> {
      await changes.some(new AbortController().signal);
      return [...(await changes.settled())].sort();
    },
  };
}

describe('a watched folder', () => {
  it('tells what is made, changed and removed in it and below it', async () => {
    const dir = folder({ 'index.ts': '1', 'lib/a.ts': '1', 'lib/b.ts': '1' });
    const tree = await watched(dir);
    write(dir, 'lib/a.ts', '22');
    expect(await tree.next()).toEqual(['lib/a.ts']);
    write(dir, 'new/deep/c.ts', '1');
    expect(await tree.next()).toEqual(['new/deep/c.ts']);
    write(dir, 'new/deep/c.ts', '22');
    expect(await tree.next()).toEqual(['new/deep/c.ts']);
    rmSync(path.join(dir, 'lib'), { recursive: true });
    expect(await tree.next()).toEqual(['lib/a.ts', 'lib/b.ts']);
  });

  it('tells of a file that an editor puts in the place of the old one, and of nothing else that it leaves there', async () => {
    const dir = folder({ 'index.ts': '1' });
    const tree = await watched(dir);
    write(dir, '.index.ts.swp', 'swap');
    write(dir, 'index.ts~', '1');
    write(dir, '4913', '');
    write(dir, 'index.ts.tmp', '2');
    renameSync(path.join(dir, 'index.ts.tmp'), path.join(dir, 'index.ts'));
    expect(await tree.next()).toEqual(['index.ts']);
  });

  it('looks neither into packages, version control and virtual environments nor into what we keep', async () => {
    const dir = folder({
      'index.ts': '1',
      'env/pyvenv.cfg': '',
      'kept/state.json': '1',
      'node_modules/a/index.js': '1',
    });
    const tree = await watched(dir, dir, [path.join(dir, 'kept')]);
    for (const file of ['env/lib/a.py', 'kept/state.json', 'node_modules/a/index.js', '.git/HEAD', 'a/__pycache__/x'])
      write(dir, file, 'changed');
    write(dir, 'last.ts', '1');
    expect(await tree.next()).toEqual(['last.ts']);
  });

  it('does not tell of a file that is written again as it was', async () => {
    const dir = folder({ 'out.json': '1' });
    const tree = await watched(dir);
    write(dir, 'out.json', '2');
    expect(await tree.next()).toEqual(['out.json']);
    write(dir, 'out.json', '2');
    write(dir, 'index.ts', '1');
    expect(await tree.next()).toEqual(['index.ts']);
  });

  it('says so when it is gone itself', async () => {
    const dir = folder({ 'index.ts': '1' });
    const tree = await watched(dir);
    rmSync(dir, { recursive: true });
    await expect(tree.next()).rejects.toThrow(`the folder ${dir} is gone, and with it what was watched`);
  });

  it('may be one file', async () => {
    const dir = folder({ 'a.ts': '1', 'b.ts': '1' });
    const tree = await watched(dir, path.join(dir, 'b.ts'));
    write(dir, 'a.ts', '22');
    write(dir, 'b.ts', '22');
    expect(await tree.next()).toEqual(['b.ts']);
  });
});

it('refuses to watch what is not there', async () => {
  await expect(watched('/nowhere/at/all')).rejects.toThrow('there is no file or folder /nowhere/at/all to watch');
});
