import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ProgramOptions } from '../../program/program.ts';
import { runProgram } from '../../program/run-program.ts';
import type { TypecheckVerdict } from '../../program/verdict.ts';
import { programWith, writeFiles } from '../../testing/program-folder.ts';
import { programOptions } from '../../testing/run-to-end.ts';
import { startTrivialMonitor } from '../../testing/trivial-monitor.ts';

// Each of these starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

const plainConfig = JSON.stringify({ compilerOptions: { strict: true, skipLibCheck: true, types: [] } });

async function verdictOn(programDir: string, changes: Partial<ProgramOptions> = {}): Promise<TypecheckVerdict> {
  const { address } = await startTrivialMonitor();
  const program = runProgram({ ...programOptions(programDir, address), typecheck: 'error', ...changes });
  await program.done;
  return program.verdict;
}

test('a type error is found in any file the program reaches, with its place', async () => {
  const folder = programWith({
    'tsconfig.json': plainConfig,
    'index.ts': `import { half } from './lib/half';\nexport const x = half('4');\n`,
    'lib/half.ts': 'export function half(n: number): string {\n  return n / 2;\n}\n',
    'unused.ts': 'const wrong: number = "not reached";\n',
  });
  expect(await verdictOn(folder)).toEqual({
    kind: 'errors',
    diagnostics: [
      {
        file: 'lib/half.ts',
        line: 2,
        column: 3,
        code: 2322,
        message: "Type 'number' is not assignable to type 'string'.",
      },
      { file: 'index.ts', line: 2, column: 23, code: 2345, message: expect.stringContaining("'string'") },
    ],
    rendered: expect.stringContaining(
      "lib/half.ts(2,3): error TS2322: Type 'number' is not assignable to type 'string'.\n\n2   return n / 2;\n    ^\n",
    ),
  });
});

test('a program with sound types is clean, and so it is known the next time', async () => {
  const folder = programWith({
    'tsconfig.json': plainConfig,
    'index.ts': `import * as pulumi from '@pulumi/pulumi';\nexport const name: string = pulumi.getStack();\n`,
  });
  expect(await verdictOn(folder)).toEqual({ kind: 'clean' });
  // A checker that cannot run shows that none was needed.
  const broken = { env: { ...process.env, NODE_OPTIONS: '' }, runtimeOptions: { nodeargs: '--no-such-option' } };
  expect(await verdictOn(folder, broken)).toEqual({ kind: 'clean' });
});

test('a kept verdict lasts exactly as long as what it was made from', async () => {
  const folder = programWith({
    'tsconfig.json': plainConfig,
    'index.ts': `import { n } from './lib';\nexport const text: string = n;\n`,
    'lib.ts': `export const n: string = 'a';\n`,
  });
  const kinds: string[] = [];
  const check = async () => kinds.push((await verdictOn(folder)).kind);
  await check();
  utimesSync(join(folder, 'lib.ts'), new Date(), new Date());
  await check();
  writeFiles(folder, { 'lib.ts': `export const n: number = 'a'.length;\n` });
  await check();
  writeFiles(folder, { 'tsconfig.json': plainConfig.replace('"strict"', '"noCheck":true,"strict"') });
  await check();
  writeFiles(folder, { 'tsconfig.json': plainConfig });
  await check();
  rmSync(join(folder, 'lib.ts'));
  writeFiles(folder, { 'lib/index.ts': `export const n: string = 'b';\n` });
  await check();
  expect(kinds).toEqual(['clean', 'clean', 'errors', 'skipped', 'errors', 'clean']);
});

test('what is not to be checked is skipped, and says why', async () => {
  const wrong = programWith({ 'index.ts': `export const x: number = 'a';\n`, 'tsconfig.json': plainConfig });
  const env = (name: string, value: string) => ({ env: { ...process.env, [name]: value } });
  expect(await verdictOn(wrong, { typecheck: 'off' })).toEqual({ kind: 'skipped', reason: 'off' });
  expect(await verdictOn(wrong, env('PULUMI_NODEJS_TRANSPILE_ONLY', 'true'))).toEqual({
    kind: 'skipped',
    reason: 'transpile-only',
  });
  expect(await verdictOn(wrong, { runtimeOptions: { typescript: false } })).toEqual({
    kind: 'skipped',
    reason: 'javascript',
  });
  const script = programWith({ 'index.js': '' });
  expect(await verdictOn(script)).toEqual({ kind: 'skipped', reason: 'javascript' });
});

test('a checker that breaks is told from a program that is wrong', async () => {
  const folder = programWith({ 'index.ts': 'export {};\n' });
  const verdict = await verdictOn(folder, { runtimeOptions: { nodeargs: '--no-such-option' } });
  expect(verdict).toEqual({ kind: 'failed', message: expect.stringContaining('exited with code 9') });
});

test('a tsconfig that cannot be read as one is an error of the program', async () => {
  const folder = programWith({ 'index.ts': 'export {};\n', 'tsconfig.json': '{ "extends": "./nowhere.json" }' });
  expect(await verdictOn(folder)).toMatchObject({ kind: 'errors', rendered: expect.stringContaining('nowhere.json') });
});
