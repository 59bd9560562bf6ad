import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { folderWith, programWith } from '../testing/program-folder.ts';
import { runToEnd } from '../testing/run-to-end.ts';

// Each of these starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

test('a program that brings its own loader is left to it', async () => {
  const folder = programWith({
    'loader.mjs': `
      import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) {
        return url.endsWith('.greeting') ? { format: 'commonjs', source: 'console.log("loaded by its own")', shortCircuit: true } : next(url, context);
      } });`,
    'index.greeting': '',
  });
  const ended = await runToEnd(folder, {
    entryPoint: 'index.greeting',
    typecheck: 'error',
    runtimeOptions: { typescript: false, nodeargs: '--import ./loader.mjs' },
  });
  expect([ended.result, ended.stdout]).toEqual([{ kind: 'finished' }, ['loaded by its own']]);
});

test('settings of ts-node in the environment are left to ts-node', async () => {
  const folder = programWith({ 'index.ts': 'const n: number = "text"; console.log(n);' });
  const ended = await runToEnd(folder, { env: { ...process.env, TS_NODE_IGNORE_DIAGNOSTICS: '2322' } });
  expect([ended.result, ended.stdout]).toEqual([{ kind: 'finished' }, ['text']]);
});

test('what depends on types as a whole is left to ts-node', async () => {
  const folder = programWith({
    'tsconfig.json': '{"compilerOptions":{"experimentalDecorators":true,"emitDecoratorMetadata":true,"types":[]}}',
    'index.ts': `
      const seen: unknown[] = [];
      (Reflect as any).metadata = (key: string, value: unknown) => (seen.push(value), () => {});
      class Inner {}
      const mark: PropertyDecorator = () => {};
      class Outer { @mark inner?: Inner; @mark list?: string[]; }
      console.log(seen.length, seen.includes(Inner), new Outer() instanceof Outer);`,
  });
  const ended = await runToEnd(folder);
  expect([ended.result, ended.stdout]).toEqual([{ kind: 'finished' }, ['2 true true']]);
});

test('a program may load source-map-support itself, and keeps mapped traces', async () => {
  const folder = programWith({
    'index.ts': `
      require('source-map-support/register');
      const support = require('source-map-support');
      support.install();

      interface Unused { a: string }
      console.log(new Error('here').stack!.split('\\n')[1], typeof support.wrapCallSite);`,
  });
  const ended = await runToEnd(folder);
  expect(ended.stdout).toEqual([expect.stringMatching(/index\.ts:7:\d+\) function$/)]);
});

test('a damaged cache costs time and nothing else', async () => {
  const folder = programWith({ 'index.ts': 'enum E { A = 5 } console.log(E.A);' });
  const cacheDir = folderWith({});
  await runToEnd(folder, { cacheDir });
  const entries = globSync('programs/*/sources/*/*', { cwd: cacheDir });
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries) writeFileSync(join(cacheDir, entry), 'damaged');
  const ended = await runToEnd(folder, { cacheDir });
  expect([ended.result, ended.stdout]).toEqual([{ kind: 'finished' }, ['5']]);
});

test('the compiled code of one directory does not serve another', async () => {
  const source = 'console.log(new Error("x").stack!.split("\\n")[1]);';
  for (const _ of [1, 2]) {
    const folder = programWith({ 'index.ts': source });
    expect((await runToEnd(folder)).stdout[0]).toContain(join(folder, 'index.ts'));
  }
});

test('worker threads and forked processes of a program know nothing of the preload', async () => {
  const folder = programWith({
    'child.js': `
      const report = { execArgv: process.execArgv, cache: Object.keys(require.cache).filter((path) => !path.startsWith(__dirname)) };
      const { parentPort } = require('node:worker_threads');
      if (parentPort) parentPort.postMessage(report); else process.send(report);`,
    'index.ts': `
      import { fork } from 'node:child_process';
      import { Worker } from 'node:worker_threads';
      const print = (report: { execArgv: string[]; cache: string[] }) => console.log(JSON.stringify(report));
      fork('./child.js').on('message', print);
      new Worker('./child.js').on('message', print);`,
  });
  const ended = await runToEnd(folder);
  expect(ended.stdout.map((line) => (JSON.parse(line) as { execArgv: string[] }).execArgv)).toEqual([[], []]);
});
