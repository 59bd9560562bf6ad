import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { ProgramStack } from './harness/program-stack.ts';

const hasPython = spawnSync('python3', ['-m', 'venv', '--help']).status === 0;

/** Writes a wheel, which pip installs without asking anybody. */
const wheel = `import zipfile
with zipfile.ZipFile("greeting-1.0-py3-none-any.whl", "w") as file:
    file.writestr("greeting/__init__.py", "word = 'good morning'")
    file.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.0\\n")
    file.writestr("greeting-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    file.writestr("greeting-1.0.dist-info/RECORD", "")
`;

const install = (stack: ProgramStack, folder = '.', ...flags: string[]) =>
  commandLine(path.join(stack.dir, folder), { ...stack.env, NO_COLOR: '1' }, ['install', ...flags]);

test.runIf(hasPython)(
  'a Python program gets its virtual environment and what it lists, and again at no harm',
  async () => {
    await using stack = await ProgramStack.create({
      'Pulumi.yaml': 'name: proj\nruntime: { name: python, options: { virtualenv: venv } }\n',
      '__main__.py': '',
      'requirements.txt': './greeting-1.0-py3-none-any.whl\n',
    });
    execFileSync('python3', ['-c', wheel], { cwd: stack.dir });
    for (let time = 0; time < 2; time++) {
      const { code, out, err } = await install(stack);
      expect([code, err]).toEqual([0, expect.anything()]);
      expect(out).toContain('venv/bin/python -m pip install -r requirements.txt');
    }
    const word = execFileSync(path.join(stack.dir, 'venv/bin/python'), ['-c', 'import greeting; print(greeting.word)']);
    expect(word.toString()).toBe('good morning\n');
  },
);

test.runIf(hasPython)('a command that fails is told with what it said, and nothing after it is tried', async () => {
  await using stack = await ProgramStack.create({
    'Pulumi.yaml': 'name: proj\nruntime: { name: python, options: { virtualenv: venv } }\n',
    '__main__.py': '',
    'requirements.txt': './nowhere.whl\n',
  });
  const { code, out, err } = await install(stack);
  expect(code).toBe(1);
  expect(err).toContain('nowhere.whl');
  expect(err).toMatch(/pip install -r requirements\.txt` ended with exit code 1/);
  expect(out).not.toContain('Finished installing dependencies');
});

test('a Node.js program and the sources of the plugins that it brings get their packages, or only the one', async () => {
  const manifest = (name: string) => JSON.stringify({ name, private: true, dependencies: { word: 'file:./word' } });
  const word = { 'word/package.json': '{"name":"word","version":"1.0.0"}' };
  const files = {
    'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins: { providers: [{ name: box, path: ./box }] }\n',
    'package.json': manifest('proj'),
    ...word,
    'box/PulumiPlugin.yaml': 'runtime: nodejs\n',
    'box/package.json': manifest('box'),
    'box/word/package.json': word['word/package.json'],
  };
  await using stack = await ProgramStack.create(files);
  const programAlone = await install(stack, '.', '--no-plugins');
  expect(programAlone.out.match(/npm install/g)).toHaveLength(1);
  const both = await install(stack);
  expect(both.code).toBe(0);
  expect(both.out.match(/npm install/g)).toHaveLength(2);
  const pluginAlone = await install(stack, 'box');
  expect(pluginAlone.out).toContain(`For the plugin in ${stack.dir}/box`);
  expect(pluginAlone.out.match(/npm install/g)).toHaveLength(1);
});

test('a runtime whose tools are not known, and a folder without a project, are told', async () => {
  await using stack = await ProgramStack.create({ 'Pulumi.yaml': 'name: proj\nruntime: go\n', 'index.ts': '' });
  const go = await install(stack);
  expect([go.code, go.err]).toEqual([1, expect.stringContaining("written for the runtime 'go'")]);
  const nowhere = await install(stack, '..');
  expect(nowhere.err).toContain('no Pulumi.yaml project file found');
});
