import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapNames, expectedNames } from '../support/config-maps.ts';
import { createLab, type Lab, repository } from '../support/radiant.ts';

// A broken program gets a clear message with the user's own file and line, a failing exit code, and loses nothing.
const configMap = (index: number, data = `{ index: '${index}' }`) =>
  `new k8s.core.v1.ConfigMap('cm-${index}', { metadata: { name: 'kept-${index}', namespace: 'default', labels: { stack: 'kept' } }, data: ${data} });\n`;
const imports = "import * as k8s from '@pulumi/kubernetes';\n";
const healthy = `${imports}${configMap(0)}${configMap(1)}${configMap(2)}`;

let lab: Lab;
let dir: string;

beforeAll(async () => {
  lab = await createLab();
  dir = await lab.program('kept', {
    'Pulumi.yaml': 'name: kept\nruntime: nodejs\n',
    'package.json': JSON.stringify({ name: 'kept', private: true, main: 'index.ts' }),
    'tsconfig.json': await readFile(path.join(repository, 'examples/day-service/tsconfig.json'), 'utf8'),
    'index.ts': healthy,
  });
  await lab.must(dir, 'stack', 'select', 'dev', '--create');
  await lab.must(dir, 'up', '--yes', '--skip-preview');
});
afterAll(() => lab.dispose());

async function broken(source: string) {
  await writeFile(path.join(dir, 'index.ts'), source);
  const up = await lab.radiant(dir, 'up', '--yes', '--skip-preview');
  return { ...up, said: up.stdout + up.stderr };
}

describe('nothing is deleted, and the message leads to the mistake, when the program', () => {
  test.each([
    [
      'throws',
      `${imports}${configMap(0)}function inner(): never {\n  throw new Error('boom');\n}\ninner();\n`,
      ['boom', 'index.ts:4:9'],
    ],
    [
      'rejects a promise',
      `${imports}${configMap(0)}async function later() {\n  await 1;\n  throw new Error('too late');\n}\nlater();\n`,
      ['too late', 'index.ts:5:9'],
    ],
    [
      'has a syntax error',
      `${imports}const x = {;\n`,
      ['index.ts(2,12)', 'Property assignment expected', 'const x = {;'],
    ],
    [
      'has a type error',
      `${imports}${configMap(0, '{ index: 5 }')}`,
      ['index.ts(2,', "Type 'number' is not assignable", '--typecheck=warn'],
    ],
    [
      'imports what is not there',
      `${imports}import nothing from './nothing';\nconsole.log(nothing);\n`,
      ['./nothing', 'index.ts'],
    ],
    [
      'imports a package that is not installed',
      `${imports}import * as aws from '@pulumi/nowhere';\nconsole.log(aws);\n`,
      ['@pulumi/nowhere', 'index.ts'],
    ],
    [
      'registers a name twice',
      `${imports}${configMap(0)}${configMap(0)}`,
      ["Duplicate resource URN 'urn:pulumi:dev::kept::kubernetes:core/v1:ConfigMap::cm-0'"],
    ],
    ['ends its own process', `${imports}${configMap(0)}process.exit(7);\n`, ['7']],
    ['kills its own process', `${imports}${configMap(0)}process.kill(process.pid, 'SIGKILL');\n`, ['SIGKILL']],
  ])('%s', async (_what, source, words) => {
    const { code, said } = await broken(source);
    expect(code, said).not.toBe(0);
    for (const word of words) expect(said).toContain(word);
    expect(said).not.toMatch(/This is a bug in Radiant|Please report/);
    expect(await configMapNames(lab, 'kept')).toEqual(expectedNames('kept', 3));
  });

  test('lacks its entry file', async () => {
    await rm(path.join(dir, 'index.ts'));
    const up = await lab.radiant(dir, 'up', '--yes', '--skip-preview');
    expect(up.code).not.toBe(0);
    expect(up.stdout + up.stderr).toContain('index.ts');
    expect(await configMapNames(lab, 'kept')).toEqual(expectedNames('kept', 3));
  });

  test('lacks its SDK, and the line that installs it is given', async () => {
    const away = path.join(lab.dir, '..', `${path.basename(lab.dir)}-no-sdk`);
    await mkdir(away);
    try {
      await writeFile(path.join(away, 'Pulumi.yaml'), 'name: kept\nruntime: nodejs\n');
      await writeFile(path.join(away, 'package.json'), JSON.stringify({ name: 'kept', main: 'index.js' }));
      await writeFile(path.join(away, 'index.js'), '');
      const preview = await lab.radiant(away, 'preview', '--stack', 'dev');
      expect(preview.code).not.toBe(0);
      expect(preview.stdout + preview.stderr).toMatch(/@pulumi\/pulumi[\s\S]*npm install/);
    } finally {
      await rm(away, { recursive: true });
    }
  });

  test('is mended: the next up says that nothing changed', async () => {
    await writeFile(path.join(dir, 'index.ts'), healthy);
    await lab.must(dir, 'up', '--yes', '--skip-preview', '--expect-no-changes');
  });
});

test('what the program prints is shown, and a secret it prints is not', async () => {
  const chatty = await lab.program('chatty', {
    'Pulumi.yaml': 'name: chatty\nruntime: nodejs\n',
    'package.json': JSON.stringify({ name: 'chatty', private: true, main: 'index.js' }),
    'index.js':
      "const pulumi = require('@pulumi/pulumi');\nconst secret = new pulumi.Config().requireSecret('token');\nconsole.log('hello from the program');\nsecret.apply((token) => { console.log('the token is', token); pulumi.log.warn('again: ' + token); });\nexports.token = secret;\n",
  });
  await lab.must(chatty, 'stack', 'select', 'dev', '--create');
  await lab.must(chatty, 'config', 'set', '--secret', 'token', 'canary-0451');
  const up = await lab.must(chatty, 'up', '--yes');
  expect(up.stdout).toContain('hello from the program');
  expect(up.stdout + up.stderr).not.toContain('canary-0451');
  expect(up.stdout).toContain('[secret]');
  const output = await lab.must(chatty, 'stack', 'output', '--json');
  expect(JSON.parse(output.stdout)).toEqual({ token: '[secret]' });
  expect(JSON.parse((await lab.must(chatty, 'stack', 'output', '--json', '--show-secrets')).stdout)).toEqual({
    token: 'canary-0451',
  });
  const exported = (await lab.must(chatty, 'stack', 'export')).stdout;
  expect(exported).not.toContain('canary-0451');
});

test('a stack file with a function block, as Pulumi ESC has them, is refused by name', async () => {
  const withFunction = await lab.program('with-function', {
    'Pulumi.yaml': 'name: with-function\nruntime: nodejs\n',
    'Pulumi.dev.yaml':
      'config:\n  pulumi:kubeconfig:\n    fn::stackReference:\n      name: organization/infrastructure/production\n      output: kubeconfig\n',
    'package.json': JSON.stringify({ name: 'with-function', private: true, main: 'index.js' }),
    'index.js': '',
  });
  await lab.must(withFunction, 'stack', 'select', 'dev', '--create');
  const preview = await lab.radiant(withFunction, 'preview');
  expect(preview.code).toBe(2);
  expect(preview.stderr).toContain('fn::stackReference');
  expect(preview.stderr).toContain('Pulumi.dev.yaml');
});
