import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { realStacks, smallExport, smallUrns as urns } from './harness/real-stacks.ts';

async function withHistory() {
  const stacks = await realStacks('dev');
  await stacks.must(['config', 'set', 'plain', 'text']);
  await stacks.must(['config', 'set', '--secret', 'token', 'hunter2']);
  await stacks.must(['config', 'set', '--path', 'nested.list[0]', 'one']);
  await stacks.must(['stack', 'import'], { input: smallExport() });
  await stacks.must(['state', 'unprotect', urns.part, '--yes']);
  await stacks.must(['state', 'delete', urns.user, '--yes']);
  return stacks;
}

test('a stack that was never touched has no history', async () => {
  const stacks = await realStacks('dev');
  expect((await stacks.must(['stack', 'history'])).out).toBe('Stack has never been updated\n');
  expect((await stacks.must(['stack', 'history', '--json'])).out).toBe('[]\n');
});

describe('stack history', () => {
  test('lists every operation with its number, newest first, in the fields that SDKs read', async () => {
    const stacks = await withHistory();
    const entries = JSON.parse((await stacks.must(['stack', 'history', '--json'])).out);
    expect(entries.map(({ version, kind, message }: Record<string, unknown>) => [version, kind, message])).toEqual([
      [3, 'import', `state delete '${urns.user}'`],
      [2, 'import', `state unprotect '${urns.part}'`],
      [1, 'import', 'stack import from standard input'],
    ]);
    expect(entries[0]).toMatchObject({
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      endTime: expect.stringMatching(/Z$/),
      result: 'succeeded',
      resourceChanges: {},
      environment: { 'exec.kind': 'cli', 'exec.user': expect.any(String), 'exec.host': expect.any(String) },
      config: {
        'proj:plain': { value: 'text', secret: false },
        'proj:token': { secret: true },
        'proj:nested': { value: '{"list":["one"]}', objectValue: { list: ['one'] }, secret: false },
      },
    });
  });

  test('shows secrets only when it is told to, and keeps them sealed in the store', async () => {
    const stacks = await withHistory();
    expect((await stacks.must(['stack', 'history', '--json', '--show-secrets'])).out).toContain('"value": "hunter2"');
    expect((await stacks.must(['stack', 'history', '--json'])).out).not.toContain('hunter2');
    const folder = join(stacks.store, '.pulumi/history/proj/dev');
    const name = (await readdir(folder))
      .filter((file) => file.endsWith('.history.json'))
      .sort()
      .at(-1)!;
    const { config } = JSON.parse(await readFile(join(folder, name), 'utf8'));
    // As Pulumi writes it: texts, structures, and `secure` for what is sealed.
    expect(config).toEqual({
      'proj:plain': 'text',
      'proj:token': { secure: expect.stringMatching(/^v1:/) },
      'proj:nested': { list: ['one'] },
    });
  });

  test('comes in pages', async () => {
    const stacks = await withHistory();
    const page = async (...flags: string[]) =>
      JSON.parse((await stacks.must(['stack', 'history', '--json', ...flags])).out).map(
        ({ version }: { readonly version: number }) => version,
      );
    expect(await page('--page-size', '2')).toEqual([3, 2]);
    expect(await page('--page-size', '2', '--page', '2')).toEqual([1]);
    expect((await stacks.must(['stack', 'history', '--page', '4'])).out).toBe("No stack updates found on page '4'\n");
    expect((await stacks.cli(['stack', 'history', '--page', '0'])).exitCode).toBe(1);
  });

  test('is told to people as the established CLI tells it', async () => {
    const stacks = await withHistory();
    const { out } = await stacks.must(['stack', 'history', '--page-size', '1']);
    expect(out).toMatch(
      /^Version: 3\nUpdateKind: import\nStatus: succeeded\nMessage: state delete 'urn[^\n]*\n\+0-0~0 0 Updated (now|\d+ seconds? ago) took \ds\n {4}exec\.host: /,
    );
    expect((await stacks.must(['stack', 'history', '--full-dates'])).out).toMatch(/Updated \d{4}-\d\d-\d\dT/);
  });

  test('remembers the commit, whose title stands for a message', async () => {
    const stacks = await realStacks('dev');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@b.c', ...args], {
        cwd: stacks.dir,
        stdio: 'pipe',
      });
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'Open the shop');
    await stacks.must(['refresh', '--yes', '--skip-preview']);
    await stacks.must(['refresh', '--yes', '--skip-preview', '--message', 'look']);
    const entries = JSON.parse((await stacks.must(['stack', 'history', '--json'])).out);
    expect(entries).toMatchObject([
      { kind: 'refresh', message: 'look' },
      { kind: 'refresh', message: 'Open the shop', environment: { 'git.author': 'Ada' } },
    ]);
  });
});

describe('stack export --version', () => {
  test('prints the state that an operation left, also of one that changed nothing', async () => {
    const stacks = await withHistory();
    await stacks.must(['refresh', '--yes', '--skip-preview', '--target', urns.root]);
    const count = async (version: string) => (await stacks.exported('dev', '--version', version)).resources!.length;
    expect([await count('1'), await count('2'), await count('3'), await count('4')]).toEqual([5, 5, 4, 4]);
    expect((await stacks.exported('dev', '--version', '1')).resources![3].protect).toBe(true);
  });

  test('says which versions there are', async () => {
    const stacks = await withHistory();
    const { exitCode, err } = await stacks.cli(['stack', 'export', '--version', '9']);
    expect(exitCode).toBe(1);
    expect(err).toContain("error: the stack 'dev' has no version 9\n  Its history has versions 1 to 3.\n");
  });
});
