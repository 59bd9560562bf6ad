import { stripVTControlCharacters } from 'node:util';
import { expect, test, vi } from 'vitest';
import { folderWith, programWith } from '../testing/program-folder.ts';
import { runToEnd } from '../testing/run-to-end.ts';

// Each of these starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

const program = {
  'package.json': '{"type":"module"}',
  'lib/size.ts': `export enum Size { Small = 'small' }\nexport class Box { constructor(readonly size: Size) {} }\n`,
  'index.ts': `
    import { getStack } from '@pulumi/pulumi';
    import { Box, Size } from './lib/size.js';
    type Unused = string;
    console.log(getStack(), new Box(Size.Small).size);
    export const out = await Promise.resolve(1);`,
};

test('an ES module may use enums and parameter properties, and import sources by their compiled names', async () => {
  const folder = programWith(program);
  for (const _ of ['cold', 'warm']) {
    const ended = await runToEnd(folder);
    expect([ended.result, ended.stdout, ended.monitor.logged()]).toEqual([{ kind: 'finished' }, ['stack small'], []]);
  }
});

test('where ts-node/esm is installed, its place is taken', async () => {
  // The SDK only looks whether it is there.
  const packages = folderWith({
    'ts-node/index.js': '',
    'ts-node/esm.mjs': 'throw new Error("loaded")',
    'ts-node/package.json': JSON.stringify({ exports: { '.': './index.js', './esm': './esm.mjs' } }),
  });
  const folder = programWith({
    ...program,
    'tsconfig.json': '{"compilerOptions":{"target":"es2022","module":"nodenext","types":[]}}',
  });
  const ended = await runToEnd(folder, { env: { ...process.env, NODE_PATH: packages } });
  expect([ended.result, ended.stdout]).toEqual([{ kind: 'finished' }, ['stack small']]);
});

test('an error in a compiled ES module is reported with the line of the source', async () => {
  const folder = programWith({
    'package.json': '{"type":"module"}',
    'index.ts': `enum E { A }\ninterface Unused { a: string }\n\nfunction fail(): never {\n  throw new Error('broken ' + E.A);\n}\nfail();\n`,
  });
  const ended = await runToEnd(folder);
  expect(ended.result).toEqual({ kind: 'failed-reported' });
  const [, message] = ended.monitor.logged()[0]!;
  expect(stripVTControlCharacters(message)).toMatch(
    /Error: broken 0\n\s+at fail \(.*\/index\.ts:5:9\)\n\s+at .*\/index\.ts:7:1/,
  );
});

test('a missing ES module and a syntax error in one are reported as such', async () => {
  const missing = await runToEnd(
    programWith({ 'package.json': '{"type":"module"}', 'index.ts': `import './nowhere.js';\n` }),
  );
  expect(missing.monitor.logged()[0]![1]).toContain("nowhere.js' imported from");
  const wrong = await runToEnd(
    programWith({ 'package.json': '{"type":"module"}', 'index.ts': `enum E { A }\nconst a: number = ;\n` }),
  );
  expect(wrong.monitor.logged()[0]![1]).toContain('index.ts(2,19): error TS1109: Expression expected.');
});
