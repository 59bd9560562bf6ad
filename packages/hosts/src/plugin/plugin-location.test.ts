import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../testing/program-folder.ts';
import { findPlugin, type PluginSearch } from './plugin-location.ts';

/** A folder in which every file is executable. */
function binaries(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  for (const file of Object.keys(files)) chmodSync(join(folder, file), 0o755);
  return folder;
}

function find(search: Partial<PluginSearch>) {
  return findPlugin({ kind: 'resource', name: 'shelf', projectPlugins: [], pluginFolders: [], env: {}, ...search });
}

const binary = 'pulumi-resource-shelf';
const [home, pulumiHome] = [
  binaries({ [`resource-shelf-v1.2.0/${binary}`]: '', [`resource-shelf-v1.10.0/${binary}`]: '' }),
  binaries({ [`resource-shelf-v1.10.0/${binary}`]: '', [`resource-shelf-v2.0.0-rc.1/${binary}`]: '' }),
];
const onPath = binaries({ [binary]: '' });

describe('an installed plugin', () => {
  test('is the newest one when no version is asked for, compared as versions are', () => {
    expect(find({ pluginFolders: [home] }).location).toEqual({
      kind: 'executable',
      path: join(home, 'resource-shelf-v1.10.0', binary),
    });
    expect(find({ pluginFolders: [home, pulumiHome] }).location).toMatchObject({
      path: join(pulumiHome, 'resource-shelf-v2.0.0-rc.1', binary),
    });
  });

  test('is exactly the version that is asked for, from the first folder that has it', () => {
    expect(find({ pluginFolders: [home, pulumiHome], version: 'v1.2.0' }).location).toMatchObject({
      path: join(home, 'resource-shelf-v1.2.0', binary),
    });
    expect(find({ pluginFolders: [pulumiHome, home], version: '1.10.0' }).location).toMatchObject({
      path: join(pulumiHome, 'resource-shelf-v1.10.0', binary),
    });
  });

  test('does not count while it is being installed', () => {
    const folder = binaries({ [`resource-shelf-v1.0.0/${binary}`]: '', 'resource-shelf-v1.0.0.partial': '' });
    expect(() => find({ pluginFolders: [folder] })).toThrow(/no provider plugin serves the package 'shelf'/);
  });

  test('may be a folder of sources; one without anything to start gives way to an older one', () => {
    const folder = binaries({
      'resource-shelf-v1.0.0/PulumiPlugin.yaml': 'runtime: nodejs',
      'resource-shelf-v2.0.0/README.md': '',
    });
    expect(find({ pluginFolders: [folder] }).location).toEqual({
      kind: 'source',
      dir: join(folder, 'resource-shelf-v1.0.0'),
    });
  });

  test('that is missing is named, with where it was looked for, what is there, and what helps', () => {
    expect(() => find({ pluginFolders: [home], version: '3.0.0' })).toThrow(
      [
        "no provider plugin serves the package 'shelf' version 3.0.0",
        'It was looked for',
        `  as ${binary} on $PATH`,
        `  in ${join(home, 'resource-shelf-v3.0.0')}`,
        'Installed is version 1.10.0, 1.2.0.',
        'Radiant downloads no plugin by itself. Install one that you have downloaded:',
        '    radiant plugin install resource shelf 3.0.0 --file pulumi-resource-shelf.tar.gz',
      ].join('\n'),
    );
  });
});

describe('a plugin on PATH', () => {
  test('is taken, with a warning when it stands before an installed one', () => {
    const alone = find({ env: { PATH: `/nowhere::${onPath}` } });
    expect(alone).toEqual({ location: { kind: 'executable', path: join(onPath, binary) } });
    const both = find({ env: { PATH: onPath }, pluginFolders: [home] });
    expect(both.location).toEqual(alone.location);
    expect(both.warning).toBe(
      `using ${binary} from $PATH at ${join(onPath, binary)}, although version 1.10.0 is installed`,
    );
  });

  test('is left alone when the person says so, or when it cannot be executed', () => {
    const env = { PATH: onPath, PULUMI_IGNORE_AMBIENT_PLUGINS: 'true' };
    expect(find({ env, pluginFolders: [home] }).location).toMatchObject({
      path: join(home, 'resource-shelf-v1.10.0', binary),
    });
    expect(() => find({ env: { PATH: folderWith({ [binary]: '' }) } })).toThrow(/no provider plugin serves/);
  });
});

describe('a plugin that the project names', () => {
  const source = folderWith({ 'PulumiPlugin.yaml': 'runtime: nodejs' });
  const env = { PATH: onPath };

  test('comes first: a folder of sources, a folder with its executable, or the executable itself', () => {
    const at = (path: string) => find({ env, projectPlugins: [{ name: 'shelf', path }] }).location;
    expect(at(source)).toEqual({ kind: 'source', dir: source });
    expect(at(onPath)).toEqual({ kind: 'executable', path: join(onPath, binary) });
    expect(at(join(onPath, binary))).toEqual({ kind: 'executable', path: join(onPath, binary) });
  });

  test('counts only for the version that it is given', () => {
    const projectPlugins = [{ name: 'shelf', path: source, version: '1.0.0' }];
    expect(find({ env, projectPlugins, version: '1.0.0' }).location.kind).toBe('source');
    expect(find({ env, projectPlugins, version: '2.0.0' }).location.kind).toBe('executable');
    expect(find({ env, projectPlugins }).location.kind).toBe('source');
  });

  test('is missed where the project says it is', () => {
    expect(() => find({ env, projectPlugins: [{ name: 'shelf', path: '/no/such/folder' }] })).toThrow(
      /the project says that the plugin "shelf" is at \/no\/such\/folder, but there is none/,
    );
  });
});
