import { describe, expect, test } from 'vitest';
import { pluginSource } from '../operation/plugin-source.ts';
import { parseProjectFile } from './project-file.ts';

function project(yaml: string) {
  return parseProjectFile('/project/Pulumi.yaml', `name: p\nruntime: nodejs\n${yaml}`);
}

const packages = project(`packages:
  shelf: ./plugins/shelf
  box: { source: ../box, version: 1.0.0 }
  random: random@4.16.0
  cloud: { source: acme-cloud, version: 2.0.0 }
  dns: { source: terraform-provider, version: 0.9.0, parameters: [hashicorp/dns, 3] }
  remote: github.com/acme/remote/provider@v1.2.3
`).packages;

function source(packageName: string, inputs = {}) {
  return pluginSource({ packageName, inputs }, packages);
}

describe('a package that the project lists', () => {
  test('is served from its folder, whatever version the program names', () => {
    expect(source('shelf', { version: '9.9.9' })).toEqual({ name: 'shelf', path: '/project/plugins/shelf' });
    expect(source('box')).toEqual({ name: 'box', path: '/box' });
  });

  test('is served by the plugin of its source, in the version of the program, else of the project', () => {
    expect(source('random')).toEqual({ name: 'random', version: '4.16.0' });
    expect(source('random', { version: '4.17.0' })).toEqual({ name: 'random', version: '4.17.0' });
    expect(source('cloud')).toEqual({ name: 'acme-cloud', version: '2.0.0' });
    expect(source('remote')).toEqual({ name: 'remote', version: 'v1.2.3' });
  });

  test('may be made by parameters, whose version is not the plugin’s', () => {
    const parameters = ['hashicorp/dns', '3'];
    expect(source('dns', { version: '3.0.0' })).toEqual({ name: 'terraform-provider', version: '0.9.0', parameters });
  });

  test('gives way to what the program itself says', () => {
    const internal = { name: 'shelf', version: '0.1.0', parameterization: 'eyJ9' };
    expect(source('dns', { version: '3.0.0', __internal: internal })).toEqual({
      name: 'shelf',
      path: '/project/plugins/shelf',
      parameters: { name: 'dns', version: '3.0.0', value: 'eyJ9' },
    });
  });
});

test('a package that nobody lists is served by the plugin of its name', () => {
  expect(source('other', { version: '1.0.0' })).toEqual({ name: 'other', version: '1.0.0' });
  expect(source('constructor')).toEqual({ name: 'constructor' });
});

test.each([
  ['plugins: { providers: {} }', 'plugins.providers is a list'],
  ['plugins: { providers: [{ name: shelf }] }', 'plugins.providers[0] has a name and a path'],
  ['plugins: { providers: [{ path: ./x }, shelf] }', 'plugins.providers[0] has a name and a path'],
  ['packages: { shelf: [] }', 'packages.shelf is a source, or a map with "source"'],
  ['packages: { shelf: { source: x, parameters: y } }', 'packages.shelf.parameters is a list of words'],
])('%s is refused with the place and an example', (yaml, message) => {
  expect(() => project(yaml)).toThrow(message);
});
