import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import { expect, test } from 'vitest';
import type { ProgramOptions } from '../program/program.ts';
import { runProgram } from '../program/run-program.ts';
import { folderWith, programWith } from '../testing/program-folder.ts';
import { programOptions } from '../testing/run-to-end.ts';

function refusalOf(programDir: string, changes: Partial<ProgramOptions> = {}): OperationError {
  try {
    runProgram({ ...programOptions(programDir, '127.0.0.1:1'), ...changes }).kill();
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

test('a missing SDK is named with the line that installs it, by the lock file', () => {
  const manifest = JSON.stringify({ dependencies: { '@pulumi/pulumi': '3.270.0' } });
  const lines = [
    ['package-lock.json', 'npm install'],
    ['yarn.lock', 'yarn install'],
    ['pnpm-lock.yaml', 'pnpm install'],
    ['bun.lock', 'bun install'],
  ] as const;
  for (const [lockFile, line] of lines) {
    const folder = folderWith({ 'package.json': manifest, 'index.ts': '', [lockFile]: '' });
    const { code, remedy, summary } = refusalOf(folder);
    expect([code, remedy]).toEqual(['SDK_NOT_INSTALLED', `Run \`${line}\` in ${folder}`]);
    expect(summary).toContain(folder);
  }
});

test('a lock file above the program, as in a workspace, is where to install', () => {
  const root = folderWith({
    'yarn.lock': '',
    'apps/day/package.json': '{"dependencies":{"@pulumi/pulumi":"*"}}',
    'apps/day/index.ts': '',
  });
  expect(refusalOf(join(root, 'apps/day')).remedy).toBe(`Run \`yarn install\` in ${root}`);
});

test('an SDK that is not even asked for is to be added', () => {
  const folder = folderWith({ 'package.json': '{}', 'index.ts': '', 'pnpm-lock.yaml': '' });
  expect(refusalOf(folder).remedy).toBe(`Run \`pnpm add @pulumi/pulumi\` in ${folder}`);
});

test('a program directory that does not exist is refused', () => {
  const missing = join(folderWith({}), 'nowhere');
  expect(refusalOf(missing)).toMatchObject({
    code: 'PROGRAM_DIRECTORY_NOT_FOUND',
    summary: expect.stringContaining(missing),
  });
});

test('a missing entry file is refused with what names it', () => {
  expect(refusalOf(programWith({})).message).toContain('There is no index.ts or index.js');
  const built = programWith({ 'package.json': '{"main":"bin/index.js","scripts":{"build":"tsc"}}' });
  expect(refusalOf(built).message).toMatch(
    /package\.json names 'bin\/index\.js', which does not exist[\s\S]*npm run build/,
  );
  expect(refusalOf(programWith({}), { entryPoint: 'app.ts' }).message).toContain("Pulumi.yaml names 'app.ts'");
});

test('an entry file is found wherever the SDK would find it', () => {
  const runs = (files: Readonly<Record<string, string>>, entryPoint = '.', directory = '') => {
    const folder = join(programWith(files), directory);
    const program = runProgram({ ...programOptions(folder, '127.0.0.1:1'), entryPoint });
    program.kill();
    return program.done;
  };
  return expect(
    Promise.all([
      runs({ 'package.json': '{"main":"src/app.ts"}', 'src/app.ts': '' }),
      runs({ 'package.json': '{"main":"src"}', 'src/index.ts': '' }),
      runs({ 'package.json': '{"main":"missing.js"}', 'index.ts': '' }),
      runs({ 'package.json': '{"exports":{".":{"import":"./a.mjs"}},"type":"module"}', 'a.mjs': '' }),
      runs({ 'package.json': '{"type":"module"}', 'index.mts': '' }),
      runs({ 'app/index.js': '' }, 'app/'),
      runs({ 'app.ts': '' }, 'app'),
      runs({ 'sub/package.yaml': 'main: app.ts', 'sub/app.ts': '' }, '.', 'sub'),
    ]),
  ).resolves.toEqual(Array(8).fill({ kind: 'killed' }));
});

test('options of the wrong type are refused', () => {
  const folder = programWith({ 'index.ts': '' });
  expect(refusalOf(folder, { runtimeOptions: { typescript: 'no' } }).summary).toBe(
    'the runtime option \'typescript\' must be true or false, not "no"',
  );
  expect(refusalOf(folder, { runtimeOptions: { nodeargs: '--title="x' } }).summary).toContain(
    'quote that is not closed',
  );
});

test('a damaged package.json is no crash', () => {
  const folder = folderWith({ 'index.ts': '' });
  writeFileSync(join(folder, 'package.json'), '{"main":');
  mkdirSync(join(folder, 'node_modules'));
  expect(refusalOf(folder).code).toBe('SDK_NOT_INSTALLED');
});

test('a package.json that is not JSON is named when no entry is found for it', () => {
  const folder = folderWith({
    'package.json': '{"main": "program.ts",',
    'program.ts': '',
    'node_modules/@pulumi/pulumi/package.json': '{}',
  });
  const { code, detail, remedy } = refusalOf(folder);
  expect([code, remedy]).toEqual(['PROGRAM_ENTRY_NOT_FOUND', 'Correct package.json.']);
  expect(detail).toContain('package.json is not JSON');
});
