import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type Lab } from '../support/radiant.ts';

let lab: Lab;
let dir: string;

beforeAll(async () => {
  lab = await createLab({ PULUMI_CONFIG_PASSPHRASE: 'words' });
  dir = await lab.program('adopted', {
    'Pulumi.yaml': 'name: adopted\nruntime: nodejs\n',
    'index.ts': 'export {};\n',
  });
  await lab.must(dir, 'stack', 'select', 'dev', '--create');
  await lab.kubectl('create', 'configmap', 'settings', '--from-literal=colour=blue');
  await lab.kubectl('create', 'deployment', 'web', '--image=registry.example/web:v1', '--replicas=2');
  await lab.kubectl('create', 'secret', 'generic', 'credentials', '--from-literal=password=canary-0815');
  await lab.kubectl('expose', 'deployment', 'web', '--port=80');
});
afterAll(() => lab.dispose());

test('what kubectl has made is imported, and the code that is printed changes nothing', async () => {
  const one = await lab.must(dir, 'import', 'kubernetes:core/v1:ConfigMap', 'settings', 'default/settings', '--yes');
  expect(one.stdout).toContain('= 1 imported');
  const code = one.stdout.slice(one.stdout.indexOf('import * as kubernetes'));

  const resources = [
    { type: 'kubernetes:apps/v1:Deployment', name: 'web', id: 'default/web' },
    { type: 'kubernetes:core/v1:Service', name: 'web', logicalName: 'web-service', id: 'default/web' },
    { type: 'kubernetes:core/v1:Secret', name: 'credentials', id: 'default/credentials' },
  ];
  await writeFile(path.join(dir, 'resources.json'), JSON.stringify({ resources }));
  const many = await lab.must(
    dir,
    'import',
    '--file',
    'resources.json',
    '--out',
    'imported.ts',
    '--yes',
    '--protect=false',
  );
  expect(many.stdout).toContain('= 3 imported');
  expect(many.stdout).toContain('The code is in imported.ts');
  const imported = await readFile(path.join(dir, 'imported.ts'), 'utf8');
  const exported = (await lab.must(dir, 'stack', 'export')).stdout;
  for (const said of [one, many].flatMap(({ stdout, stderr }) => [stdout, stderr]).concat(imported, exported))
    expect(said).not.toMatch(/canary-0815|Y2FuYXJ5LTA4MTU/);

  await writeFile(path.join(dir, 'index.ts'), `import './imported';\n${code}`);
  const secret = JSON.stringify({ password: Buffer.from('canary-0815').toString('base64') });
  await lab.must(dir, 'config', 'set', '--secret', 'credentialsData', secret);
  await lab.must(dir, 'preview', '--expect-no-changes');
  expect((await lab.must(dir, 'up', '--yes')).stdout).toContain('5 unchanged');
  expect((await lab.must(dir, 'stack', 'history', '--json')).stdout).toContain('"kind": "import"');
});

test.each([
  [
    ['import', 'kubernetes:core/v1:ConfigMap', 'gone', 'default/gone', '--yes'],
    "resource 'default/gone' does not exist",
  ],
  [['import', 'kubernetes:core/v1:ConfigMap', 'settings', 'default/settings', '--yes'], 'already exists'],
  [['import', 'kubernetes:core/v1:ConfigMap'], 'import needs a type, a name and an id, or a file'],
  [['import', '--file', 'missing.json'], 'could not open'],
  [['import', '--file', 'Pulumi.yaml'], 'the import file Pulumi.yaml cannot be used'],
  [['import', 'a:b:C', 'x', 'y', '--parent', 'nobody', '--yes'], "names 'nobody' as its parent"],
])('%j is refused, and nothing is recorded', async (words, message) => {
  const before = (await lab.must(dir, 'stack', 'export')).stdout;
  const { code, stdout, stderr } = await lab.radiant(dir, ...words);
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain(message);
  expect((await lab.must(dir, 'stack', 'export')).stdout).toBe(before);
});

test('what a program declares and somebody else has made is adopted by the file that a preview writes', async () => {
  await lab.kubectl('create', 'configmap', 'declared', '--from-literal=colour=red');
  const map = `new k8s.core.v1.ConfigMap('declared', { metadata: { name: 'declared', namespace: 'default' }, data: { colour: 'red' } });`;
  const program = await lab.program('declaring', {
    'Pulumi.yaml': 'name: declaring\nruntime: nodejs\n',
    'index.ts': `import * as k8s from '@pulumi/kubernetes';\n${map}\n`,
  });
  await lab.must(program, 'stack', 'select', 'dev', '--create');
  const previewed = await lab.radiant(program, 'preview', '--import-file', 'resources.json');
  expect(previewed.stdout).toContain("Import file written to 'resources.json'");
  await lab.must(program, 'import', '--file', 'resources.json', '--yes', '--protect=false', '--generate-code=false');
  await lab.must(program, 'up', '--yes', '--expect-no-changes');
});
