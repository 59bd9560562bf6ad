import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installedPackages } from './installed-packages.ts';

const root = mkdtempSync(path.join(tmpdir(), 'radiant-packages-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function install(dir: string, manifest: object | string): void {
  const folder = path.join(root, dir);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
}

test('installed packages name the plugins of their resources: from the program upwards, in scopes, nested and linked', () => {
  install('app/node_modules/@pulumi/random', {
    name: '@pulumi/random',
    version: '4.16.0',
    pulumi: { resource: true },
  });
  install('app/node_modules/@acme/cloud', {
    name: '@acme/cloud',
    version: '9.9.9',
    pulumi: { resource: true, name: 'acme', version: 'v2.0.1', server: 'https://plugins.acme.example' },
  });
  install('node_modules/@pulumi/random', { name: '@pulumi/random', version: '4.2.0', pulumi: { resource: true } });
  install('node_modules/tools/node_modules/nested', { name: 'nested', version: '1.0.0', pulumi: { resource: true } });
  install('node_modules/plain', { name: 'plain', version: '1.0.0' });
  install('node_modules/component', { name: 'component', version: '1.0.0', pulumi: { resource: false } });
  install('node_modules/broken', '{ "pulumi": ');
  install('sdks/dns', {
    name: '@pulumi/dns',
    version: '3.0.0',
    pulumi: {
      resource: true,
      name: 'terraform-provider',
      version: '0.9.0',
      parameterization: { name: 'dns', version: '3.0.0', value: 'eyJ9' },
    },
  });
  symlinkSync(path.join(root, 'sdks/dns'), path.join(root, 'app/node_modules/@pulumi/dns'));
  const plugin = installedPackages(path.join(root, 'app'));
  expect(plugin('random')).toEqual({ version: '4.16.0' });
  expect(plugin('acme')).toEqual({ version: '2.0.1', downloadUrl: 'https://plugins.acme.example' });
  expect(plugin('nested')).toEqual({ version: '1.0.0' });
  expect(plugin('dns')).toEqual({
    version: '3.0.0',
    base: { name: 'terraform-provider', version: '0.9.0', parameter: 'eyJ9' },
  });
  for (const name of ['plain', 'component', 'broken', 'toString']) expect(plugin(name)).toBeUndefined();
});
