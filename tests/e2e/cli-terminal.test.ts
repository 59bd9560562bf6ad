import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launcher, repository } from '../support/radiant.ts';
import { drawing } from '../support/terminal/screen.ts';
import { canRun, hasPseudoTerminals, openTerminal, type Session } from '../support/terminal/session.ts';

// The CLI at a pseudo-terminal, as a person meets it: the live tree, the question, and Ctrl-C, which a terminal sends to
// every process in front of it. The engine behind it is a stand-in.

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((node) => canRun(node, '--version') && isOld(node));

let dir: string;
let bin: string;

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'radiant-terminal-'));
  const cli = path.join(dir, 'packages/cli');
  bin = path.join(cli, 'bin/radiant.cjs');
  await mkdir(path.join(cli, 'bin'), { recursive: true });
  await mkdir(path.join(cli, 'dist'), { recursive: true });
  await mkdir(path.join(dir, 'node_modules/node/bin'), { recursive: true });
  await copyFile(launcher, bin);
  await writeFile(path.join(dir, 'package.json'), JSON.stringify({ name: 'radiant', version: '1.2.3' }));
  const standIn = pathToFileURL(path.join(repository, 'packages/cli/test/stand-in-cli.ts'));
  await writeFile(path.join(cli, 'dist/cli.mjs'), `export { main } from '${standIn.href}';`);
  await writeFile(
    path.join(dir, 'node_modules/node/package.json'),
    JSON.stringify({ version: process.version.slice(1) }),
  );
  await symlink(process.execPath, path.join(dir, 'node_modules/node/bin/node'));
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

function isOld(node: string): boolean {
  return Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) < 22;
}

function open(node: string, args: string, env: Record<string, string> = {}): Session {
  return openTerminal([node, bin, ...args.split(' ')], { env: { RADIANT_HOME: path.join(dir, 'home'), ...env } });
}

const nodes = [
  ['this Node', process.execPath],
  ['a wrapper on an old Node', oldNode],
] as const;

describe.skipIf(!hasPseudoTerminals).each(nodes)('at a terminal, on %s', (_, node) => {
  test.skipIf(node === undefined)('the tree is live, the question is asked, and the first Ctrl-C drains', async () => {
    const session = open(node!, 'up');
    await session.shows('Do you want to perform this update?');
    expect(session.written()).toContain('└─ kubernetes:core/v1:ConfigMap');
    // `no` is preselected; `yes` stands above it.
    session.type('\u001b[A\r');
    await session.shows('Updating (dev):');
    await session.shows('creating (');
    session.type('\u0003');
    await session.shows('Press Ctrl-C again to stop at once.');
    expect(await session.ended).toBe(8);
    expect(session.written()).not.toContain('Stopping at once');
    expect(session.written().lastIndexOf('\u001b[?25h')).toBeGreaterThan(session.written().lastIndexOf('\u001b[?25l'));
  });

  test.skipIf(node === undefined)('the second Ctrl-C stops at once', async () => {
    const session = open(node!, 'up --yes --skip-preview', { STAND_IN: 'stubborn' });
    await session.shows('creating (');
    session.type('\u0003');
    await session.shows('Press Ctrl-C again to stop at once.');
    session.type('\u0003');
    await session.shows('Stopping at once');
    expect(await session.ended).toBe(8);
  });

  test.skipIf(node === undefined)('Ctrl-C at the question leaves everything as it is', async () => {
    const session = open(node!, 'up');
    await session.shows('Do you want to perform this update?');
    session.type('\u0003');
    expect(await session.ended).toBe(8);
    expect(session.written()).not.toContain('Updating');
  });
});

describe.skipIf(!hasPseudoTerminals)('with --display=plain', () => {
  test.each([
    ['1\r', 'Updating (dev):'],
    ['yes\r', 'Updating (dev):'],
    ['maybe\r2\r', 'confirmation declined, not proceeding with the update'],
    ['\r', 'confirmation declined, not proceeding with the update'],
  ])('nothing is drawn over, and %j answers the question', async (keys, then) => {
    const session = open(process.execPath, 'up --display=plain');
    await session.shows('Number or word, or Enter for no: ');
    expect(session.screen()).toContain('\n  1. yes\n  2. no\n  3. details\n');
    session.type(keys);
    await session.shows(then);
    session.type('\u0003');
    await session.ended;
    expect(session.written()).not.toMatch(drawing);
  });

  test('Ctrl-C at the question leaves everything as it is', async () => {
    const session = open(process.execPath, 'up --display=plain');
    await session.shows('Number or word');
    session.type('\u0003');
    expect(await session.ended).toBe(8);
    expect(session.written()).not.toContain('Updating');
  });
});
