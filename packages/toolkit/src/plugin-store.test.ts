import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PluginStore } from './api.ts';
import { resolveHome } from './home.ts';
import { createPluginStore } from './plugin-store.ts';

const root = mkdtempSync(path.join(tmpdir(), 'radiant-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function store(name: string): { readonly plugins: PluginStore; readonly home: string } {
  const env = { HOME: path.join(root, name), RADIANT_HOME: path.join(root, name, 'home') };
  return { plugins: createPluginStore(env, resolveHome(env), root), home: env.RADIANT_HOME };
}

function folder(name: string, file = 'pulumi-resource-shelf'): string {
  const dir = path.join(root, name);
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, file), '#!/bin/sh\n');
  chmodSync(path.join(dir, file), 0o755);
  return dir;
}

const shelf = { kind: 'resource', name: 'shelf', version: 'v1.2.0' };

test('a plugin is installed from an archive, a folder or its executable, listed and removed', async () => {
  const { plugins, home } = store('all');
  const dir = folder('sources');
  execFileSync('tar', ['-czf', path.join(root, 'shelf.tar.gz'), '-C', dir, '.']);
  expect(await plugins.install(shelf, 'shelf.tar.gz')).toBe(path.join(home, 'plugins/resource-shelf-v1.2.0'));
  await plugins.install({ ...shelf, version: '1.10.0' }, dir);
  await plugins.install({ ...shelf, name: 'other', version: '0.1.0' }, path.join(dir, 'pulumi-resource-shelf'));
  const listed = await plugins.list();
  expect(listed.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'other 0.1.0',
    'shelf 1.10.0',
    'shelf 1.2.0',
  ]);
  expect(listed[0]).toMatchObject({ kind: 'resource', sizeBytes: 10 });
  const removable = async (filter: Parameters<PluginStore['removable']>[0]) =>
    (await plugins.removable(filter)).map(({ name, version }) => `${name} ${version}`);
  expect(await removable({})).toEqual(['other 0.1.0', 'shelf 1.10.0', 'shelf 1.2.0']);
  expect(await removable({ kind: 'resource', name: 'shelf' })).toEqual(['shelf 1.10.0', 'shelf 1.2.0']);
  expect(await removable({ kind: 'resource', name: 'shelf', versions: 'v1.2.0' })).toEqual(['shelf 1.2.0']);
  expect(await removable({ kind: 'resource', name: 'shelf', versions: '>=1.3.0 <2.0.0' })).toEqual(['shelf 1.10.0']);
  expect(await removable({ kind: 'tool' })).toEqual([]);
  await expect(removable({ kind: 'hammer' })).rejects.toThrow('unrecognized plugin kind: hammer');
  await expect(removable({ kind: 'resource', name: 'shelf', versions: 'new' })).rejects.toThrow(
    'invalid plugin semver',
  );
  await plugins.remove(shelf);
  expect(await removable({})).toEqual(['other 0.1.0', 'shelf 1.10.0']);
});

test('what holds no plugin is refused, and leaves nothing behind', async () => {
  const { plugins, home } = store('none');
  await expect(plugins.install(shelf, folder('wrong', 'README.md'))).rejects.toThrow(/holds no plugin 'shelf'/);
  writeFileSync(path.join(root, 'broken.tar.gz'), 'not an archive');
  await expect(plugins.install(shelf, 'broken.tar.gz')).rejects.toThrow(/could not be unpacked/);
  await expect(plugins.install(shelf, 'no-such-file')).rejects.toThrow(/there is no file/);
  expect(existsSync(path.join(home, 'plugins/resource-shelf-v1.2.0'))).toBe(false);
  expect(existsSync(path.join(home, 'plugins/resource-shelf-v1.2.0.partial'))).toBe(false);
});

test.each([
  { ...shelf, name: '../../evil' },
  { ...shelf, kind: 'gadget' },
  { ...shelf, version: 'latest' },
])('$kind $name $version is no name for a plugin', async (plugin) => {
  await expect(store('names').plugins.install(plugin, folder('named'))).rejects.toThrow(/names no plugin/);
});

test('the executable of a plugin is that of the newest version, or of the one that is asked for', async () => {
  const { plugins, home } = store('run');
  for (const version of ['1.2.0', '1.10.0']) await plugins.install({ ...shelf, version }, folder('sources'));
  const at = (version: string) => path.join(home, `plugins/resource-shelf-v${version}/pulumi-resource-shelf`);
  expect(await plugins.executable({ kind: 'resource', name: 'shelf' })).toBe(at('1.10.0'));
  expect(await plugins.executable({ kind: 'resource', name: 'shelf', version: '1.2.0' })).toBe(at('1.2.0'));
  await expect(plugins.executable({ kind: 'tool', name: 'saw' })).rejects.toThrow("there is no tool plugin 'saw'");
});
