import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createWorkshop, type Files, manifest, type Workshop } from './testing/workshop.ts';

let shop: Workshop;

beforeEach(async () => {
  shop = await createWorkshop();
});

describe('what is filled in', () => {
  test('is name and description, in every text and every name of a file, quoted where the format quotes', async () => {
    await shop.write('web', {
      'Pulumi.yaml': `${manifest}config: { title: '\${DESCRIPTION} of \${PROJECT}' }\n`,
      'package.json': '{"name": "${PROJECT}", "description": "${DESCRIPTION}"}',
      '${PROJECT}.md': '# ${PROJECT}\n${DESCRIPTION} costs ${price}\n',
      '${PROJECT}/${PROJECT}.txt': 'deep',
      'logo.png': Buffer.from('\0${PROJECT}'),
    });
    await shop.make('./web', { description: 'Say "hello": $& #1' });
    expect(JSON.parse(await shop.made('package.json'))).toEqual({ name: 'shop', description: 'Say "hello": $& #1' });
    expect(await shop.made('shop.md')).toBe('# shop\nSay "hello": $& #1 costs ${price}\n');
    expect(await shop.made('shop/shop.txt')).toBe('deep');
    expect(await shop.made('logo.png')).toBe('\0${PROJECT}');
    expect(await shop.made('Pulumi.yaml')).toBe(
      `name: shop\ndescription: 'Say "hello": $& #1'\nruntime: nodejs\nconfig: { title: 'Say "hello": $& #1 of shop' }\n`,
    );
  });

  test('leaves every other byte as it was, in whatever encoding a text is', async () => {
    const latin1 = Buffer.from('caf\u00e9 ${DESCRIPTION}', 'latin1');
    await shop.write('web', { 'Pulumi.yaml': manifest, 'menu.txt': latin1, 'menu.md': 'café ${DESCRIPTION} 日' });
    await shop.make('./web', { description: 'für 日' });
    const menu = await readFile(path.join(shop.dir, 'made/menu.txt'));
    expect(menu).toEqual(Buffer.concat([Buffer.from('caf\u00e9 ', 'latin1'), Buffer.from('für 日')]));
    expect(await shop.made('menu.md')).toBe('café für 日 日');
    expect(await shop.made('Pulumi.yaml')).toContain('description: für 日');
  });

  test('leaves the rest of Pulumi.yaml as it was written, without what is for the template alone', async () => {
    await shop.write('web', {
      'Pulumi.yaml': `# The project.\nname: ${'${PROJECT}'}\nruntime: nodejs  # Node.js\n\nconfig:\n  title:   \${DESCRIPTION}\ntemplate:\n  description: x\n  config: { a: { default: 1 } }\n`,
    });
    await shop.make('./web', { description: '', runtimeOptions: { packagemanager: 'pnpm' } });
    const text = await shop.made('Pulumi.yaml');
    expect(text).toContain('# The project.\nname: shop\n');
    expect(text).toMatch(/runtime:\n {2}name: nodejs\n {2}options:\n {4}packagemanager: pnpm\n/);
    expect(text).not.toContain('template');
    expect(text).not.toContain('description');
  });

  test('gives a Python program an environment of its own, unless it has chosen one', async () => {
    const runtimeOf = async (runtime: string, more: Files = {}) => {
      const name = `web-${runtime.length}-${Object.keys(more).length}`;
      await shop.write(name, { 'Pulumi.yaml': `name: x\nruntime: ${runtime}\n`, ...more });
      await shop.make(`./${name}`, { overwrites: true });
      return (await shop.made('Pulumi.yaml')).replace(/^name: shop\n/, '').replace(/^description: A shop\n/m, '');
    };
    expect(await runtimeOf('python')).toBe('runtime:\n  name: python\n  options:\n    virtualenv: venv\n');
    expect(await runtimeOf('{ name: python, options: { toolchain: uv } }')).not.toContain('venv');
    expect(await runtimeOf('python', { 'poetry.lock': '' })).toBe('runtime: python\n');
  });

  test('keeps what may be executed so, and leaves out what git and package managers keep', async () => {
    await shop.write('web', {
      'Pulumi.yaml': manifest,
      'run.sh': '#!/bin/sh\n',
      '.git/config': '',
      'node_modules/a/index.js': '',
      'venv/pyvenv.cfg': '',
      '.pulumi.template.yaml': '',
    });
    await chmod(path.join(shop.dir, 'web/run.sh'), 0o755);
    await shop.make('./web');
    expect((await readdir(path.join(shop.dir, 'made'))).sort()).toEqual(['Pulumi.yaml', 'run.sh']);
    expect((await stat(path.join(shop.dir, 'made/run.sh'))).mode & 0o100).toBe(0o100);
  });
});

describe('a folder that is not empty', () => {
  test('is refused, unless it holds nothing but a repository', async () => {
    await shop.store.requireEmptyFolder();
    await shop.write('made', { '.git/config': '' });
    await shop.store.requireEmptyFolder();
    await shop.write('made', { 'notes.txt': '' });
    await expect(shop.store.requireEmptyFolder()).rejects.toThrow(
      `${shop.dir}/made is not empty; rerun in an empty directory, pass the path to an empty directory to --dir, or use --force`,
    );
  });

  test('keeps its files: those in the way are named, and give way only when that is wanted', async () => {
    await shop.write('web', { 'Pulumi.yaml': manifest, 'index.ts': 'new' });
    await shop.write('made', { 'index.ts': 'old', other: 'other' });
    await expect(shop.make('./web')).rejects.toThrow(
      'creating this template will make changes to existing files:\n  overwrite   index.ts',
    );
    expect(await shop.made('index.ts')).toBe('old');
    await shop.make('./web', { overwrites: true });
    expect([await shop.made('index.ts'), await shop.made('other')]).toEqual(['new', 'other']);
  });

  test('may be the template itself, which is then filled in where it lies', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024, 'x');
    await shop.write('made', { 'Pulumi.yaml': manifest, 'a.txt': '${PROJECT}', large });
    await shop.make('./made', { overwrites: true });
    expect(await shop.made('a.txt')).toBe('shop');
    expect((await stat(path.join(shop.dir, 'made/large'))).size).toBe(large.length);
  });

  test('has its own project’s name to itself', async () => {
    await shop.write('web', { 'Pulumi.yaml': manifest });
    const [template] = await shop.find('./web');
    expect(await shop.store.isNameTaken('taken', template!)).toBe(true);
    expect(await shop.store.isNameTaken('free', template!)).toBe(false);
    await shop.write('made', { 'Pulumi.yaml': 'name: taken\nruntime: nodejs\n' });
    expect(await shop.store.isNameTaken('taken', template!)).toBe(false);
  });
});
