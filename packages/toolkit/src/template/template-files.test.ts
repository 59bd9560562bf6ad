import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, truncate } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createWorkshop, manifest, type Workshop } from './testing/workshop.ts';

let shop: Workshop;

beforeEach(async () => {
  shop = await createWorkshop();
});

describe('nothing is written outside of the folder, and nothing is read outside of the template', () => {
  test('by a link of the template', async () => {
    await shop.write('', { secret: 'not yours' });
    await shop.write('web', { 'Pulumi.yaml': manifest, 'a.txt': 'a', 'inner/b.txt': 'b' });
    await symlink('../inner/b.txt', path.join(shop.dir, 'web/inner/link'));
    await shop.make('./web');
    expect(await shop.made('inner/link')).toBe('b');
    await symlink('../secret', path.join(shop.dir, 'web/link'));
    await expect(shop.make('./web', { overwrites: true })).rejects.toThrow(
      "the template 'web' cannot be used: link is a link that leads out of it",
    );
  });

  test('by a link to a folder, or what is no file', async () => {
    await shop.write('web', { 'Pulumi.yaml': manifest });
    await symlink('.', path.join(shop.dir, 'web/again'));
    await expect(shop.make('./web')).rejects.toThrow('again is no file');
    expect(existsSync(path.join(shop.dir, 'made'))).toBe(false);
  });

  test('by a link in the folder where the project is made', async () => {
    await shop.write('outside', { 'b.txt': 'mine' });
    await shop.write('web', { 'Pulumi.yaml': manifest, 'a.txt': 'a', 'inner/deep/b.txt': 'b' });
    await shop.write('made', {});
    await mkdir(path.join(shop.dir, 'made'));
    await symlink(path.join(shop.dir, 'outside'), path.join(shop.dir, 'made/inner'));
    await symlink(path.join(shop.dir, 'outside/b.txt'), path.join(shop.dir, 'made/a.txt'));
    await expect(shop.make('./web', { overwrites: true })).rejects.toThrow('it is a link that leads out of');
    expect(await readdir(path.join(shop.dir, 'outside'))).toEqual(['b.txt']);
    expect(await readFile(path.join(shop.dir, 'outside/b.txt'), 'utf8')).toBe('mine');
    expect(await shop.made('a.txt')).toBe('a');
  });

  test('by the name of a project that is a path', async () => {
    await shop.write('web', { 'Pulumi.yaml': manifest, '${PROJECT}': 'x' });
    await expect(shop.make('./web', { name: '../up' })).rejects.toThrow(/could not load the project/);
    expect((await readdir(shop.dir)).sort()).toEqual(['web']);
  });

  test('nor is a disk copied that was named by mistake', async () => {
    await shop.write('web', { 'Pulumi.yaml': manifest, disk: '' });
    await truncate(path.join(shop.dir, 'web/disk'), 300 * 1024 * 1024);
    await expect(shop.make('./web')).rejects.toThrow('disk is beyond 10000 files or 256 MiB: this is no template');
    expect(existsSync(path.join(shop.dir, 'made'))).toBe(false);
  });
});
