import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PluginStore } from './api.ts';
import { archiveUrl } from './download-archive.ts';
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

const fileAt = (file: string) => ({ kind: 'file', path: file }) as const;

const shelf = { kind: 'resource', name: 'shelf', version: 'v1.2.0' };

test('a plugin is installed from an archive, a folder or its executable, listed and removed', async () => {
  const { plugins, home } = store('all');
  const dir = folder('sources');
  execFileSync('tar', ['-czf', path.join(root, 'shelf.tar.gz'), '-C', dir, '.']);
  expect(await plugins.install(shelf, fileAt('shelf.tar.gz'))).toBe(path.join(home, 'plugins/resource-shelf-v1.2.0'));
  await plugins.install({ ...shelf, version: '1.10.0' }, fileAt(dir));
  await plugins.install({ ...shelf, name: 'other', version: '0.1.0' }, fileAt(path.join(dir, 'pulumi-resource-shelf')));
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
  await expect(plugins.install(shelf, fileAt(folder('wrong', 'README.md')))).rejects.toThrow(/holds no plugin 'shelf'/);
  writeFileSync(path.join(root, 'broken.tar.gz'), 'not an archive');
  await expect(plugins.install(shelf, fileAt('broken.tar.gz'))).rejects.toThrow(/could not be unpacked/);
  await expect(plugins.install(shelf, fileAt('no-such-file'))).rejects.toThrow(/there is no file/);
  expect(existsSync(path.join(home, 'plugins/resource-shelf-v1.2.0'))).toBe(false);
  expect(existsSync(path.join(home, 'plugins/resource-shelf-v1.2.0.partial'))).toBe(false);
});

test.each([
  { ...shelf, name: '../../evil' },
  { ...shelf, kind: 'gadget' },
  { ...shelf, version: 'latest' },
])('$kind $name $version is no name for a plugin', async (plugin) => {
  await expect(store('names').plugins.install(plugin, fileAt(folder('named')))).rejects.toThrow(/names no plugin/);
});

test('the executable of a plugin is that of the newest version, or of the one that is asked for', async () => {
  const { plugins, home } = store('run');
  for (const version of ['1.2.0', '1.10.0']) await plugins.install({ ...shelf, version }, fileAt(folder('sources')));
  const at = (version: string) => path.join(home, `plugins/resource-shelf-v${version}/pulumi-resource-shelf`);
  expect(await plugins.executable({ kind: 'resource', name: 'shelf' })).toBe(at('1.10.0'));
  expect(await plugins.executable({ kind: 'resource', name: 'shelf', version: '1.2.0' })).toBe(at('1.2.0'));
  await expect(plugins.executable({ kind: 'tool', name: 'saw' })).rejects.toThrow("there is no tool plugin 'saw'");
});

test('a plugin is installed from the URL of its archive, or a server, if it is what was expected', async () => {
  const archive = path.join(root, 'served.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', folder('served'), '.']);
  const content = readFileSync(archive);
  const asked: string[] = [];
  const signedBy: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    signedBy.push(request.headers.authorization);
    if (request.url?.includes('missing') === true) response.writeHead(404).end();
    else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const { plugins, home } = store('downloads');
    const checksum = createHash('sha256').update(content).digest('hex');
    const dir = path.join(home, 'plugins/resource-shelf-v1.2.0');
    expect(await plugins.install(shelf, { kind: 'url', url: `${url}/any/shelf.tar.gz` }, { checksum })).toBe(dir);
    await plugins.install({ ...shelf, version: '1.3.0' }, { kind: 'server', url: `${url}/of/\${NAME}/` });
    const published = archiveUrl(`${url}/of/shelf`, { ...shelf, version: '1.3.0' });
    expect(asked).toEqual(['/any/shelf.tar.gz', new URL(published).pathname]);
    expect(published).toMatch(
      /\/of\/shelf\/pulumi-resource-shelf-v1\.3\.0-(linux|darwin|windows)-(amd64|arm64)\.tar\.gz$/,
    );
    const wrong = plugins.install(shelf, { kind: 'url', url: `${url}/shelf.tar.gz` }, { checksum: '00' });
    await expect(wrong).rejects.toThrow('its SHA-256 is');
    const missing = plugins.install(shelf, { kind: 'url', url: `${url.replace('//', '//me:secret@')}/missing.tar.gz` });
    await expect(missing).rejects.toThrow(`${url}/missing.tar.gz could not be downloaded`);
    expect(signedBy.at(-1)).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    // What could not be had takes nothing away.
    expect((await plugins.list()).map(({ version }) => version)).toEqual(['1.3.0', '1.2.0']);
  } finally {
    server.close();
  }
});
