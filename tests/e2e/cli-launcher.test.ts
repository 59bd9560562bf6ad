import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/processes.ts';
import { collect, type Finished, launcher, repository, run } from '../support/radiant.ts';

// The launcher alone, in installations made for it: what it answers itself, on which Node it runs the rest, and that
// nothing outlives it. The rest is a stand-in that says what it was given.

const standIn = `
export async function main(launch) {
  const [what] = launch.args;
  if (what === 'wait') {
    const counts = { direct: 0, wrapper: 0 };
    const say = () => console.log(JSON.stringify(counts));
    process.on('SIGINT', () => { counts.direct++; say(); });
    process.on('radiant:wrapper-signal', (signal) => { counts.wrapper++; counts.signal = signal; say(); });
    process.on('SIGTERM', () => process.exit(7));
    console.log('ready ' + process.pid);
    setInterval(() => {}, 1000);
    return;
  }
  if (what === 'die') process.kill(process.pid, 'SIGKILL');
  if (what === 'warn') {
    process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning');
    process.emitWarning('something else', 'ExperimentalWarning');
  }
  const { version, execPath, argv } = process;
  console.log(JSON.stringify({ launch, version, execPath, argv, marker: process.env.RADIANT_WRAPPER_FD ?? null }));
  process.exitCode = 3;
}
`;

const newNode = process.execPath;
const oldNode = findOldNode();

let dir: string;

beforeAll(async () => {
  dir = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-launcher-')));
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

/** A Node that Radiant does not run on, if this machine has one. */
function findOldNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'));
  for (const folder of folders) {
    const binary = path.join(folder, 'node');
    try {
      const version = execFileSync(binary, ['--version'], { encoding: 'utf8' });
      if (Number(version.slice(1).split('.')[0]) < 22) return binary;
    } catch {
      // Not there.
    }
  }
  return undefined;
}

/** The layout of the published package under `name`; `entry` is where the stand-in goes. */
async function install(name: string, entry?: 'dist/cli.mjs' | 'src/main.ts'): Promise<{ root: string; bin: string }> {
  const root = path.join(dir, name);
  const cli = path.join(root, 'packages/cli');
  await mkdir(path.join(cli, 'bin'), { recursive: true });
  await copyFile(launcher, path.join(cli, 'bin/radiant.cjs'));
  await writeFile(
    path.join(root, 'package.json'),
    JSON.stringify({ name: 'radiant', version: '1.2.3', type: 'module' }),
  );
  if (entry !== undefined) {
    await mkdir(path.dirname(path.join(cli, entry)), { recursive: true });
    await writeFile(path.join(cli, entry), standIn);
  }
  return { root, bin: path.join(cli, 'bin/radiant.cjs') };
}

/** Puts the package \`node\` into a folder, as npm does; without its binary when its install script did not run. */
async function installNode(folder: string, version = process.version.slice(1), hasBinary = true): Promise<void> {
  const root = path.join(folder, 'node_modules/node');
  await mkdir(path.join(root, 'bin'), { recursive: true });
  await writeFile(path.join(root, 'package.json'), JSON.stringify({ name: 'node', version }));
  if (hasBinary) await symlink(newNode, path.join(root, 'bin/node'));
}

function launch(node: string, bin: string, args: readonly string[], cwd = dir): Promise<Finished> {
  return run(node, [bin, ...args], cwd, environment());
}

function environment(): NodeJS.ProcessEnv {
  const { npm_lifecycle_event: _, ...env } = process.env;
  return { ...env, RADIANT_HOME: path.join(dir, 'home') };
}

describe('before anything is built', () => {
  test('the version is known', async () => {
    const { bin } = await install('bare');
    for (const args of [['version'], ['--version'], ['version', '--non-interactive']]) {
      expect(await launch(newNode, bin, args)).toMatchObject({
        code: 0,
        stdout: 'v3.270.0+radiant.1.2.3\n',
        stderr: '',
      });
    }
  });

  test('native providers need no plugin, and npm installs the SDKs of others', async () => {
    const { bin } = await install('bare');
    const native = await launch(newNode, bin, ['plugin', 'install', 'resource', 'kubernetes', '4.34.2']);
    expect(native).toMatchObject({
      code: 0,
      stdout: 'The kubernetes provider is part of Radiant: nothing to install.\n',
    });
    const env = { ...environment(), npm_lifecycle_event: 'install' };
    const other = await run(newNode, [bin, 'plugin', 'install', 'resource', 'random', '4.0.0'], dir, env);
    expect(other).toMatchObject({ code: 0, stdout: '' });
    expect(other.stderr).toContain('radiant plugin install resource random 4.0.0 --file');
    // A script of the person's own is not answered for: it goes on to the command, which is not built here.
    const script = { ...environment(), npm_lifecycle_event: 'setup' };
    const asked = ['plugin', 'install', 'resource', 'random', '4.0.0', '--server', 'https://example.com'];
    expect((await run(newNode, [bin, ...asked], dir, script)).stderr).toContain('dist/cli.mjs is missing');
  });

  test('everything else says that the installation is incomplete', async () => {
    const { bin } = await install('bare');
    const { code, stderr } = await launch(newNode, bin, ['up']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*dist\/cli\.mjs is missing: .*\n$/);
  });

  test('a checkout runs its sources', async () => {
    const { bin } = await install('checkout', 'src/main.ts');
    const { code, stdout } = await launch(newNode, bin, ['up', '-y']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout).launch).toEqual({ args: ['up', '-y'], launcher: bin, version: 'v3.270.0+radiant.1.2.3' });
  });
});

describe('on a Node that is new enough', () => {
  test('the bundle runs in the same process, with its code kept for the next time', async () => {
    const { bin } = await install('built', 'dist/cli.mjs');
    const { code, stdout, stderr } = await launch(newNode, bin, ['warn']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ version: process.version, marker: null });
    expect(stderr).not.toContain('SQLite');
    expect(stderr).toContain('something else');
  });
});

describe.skipIf(oldNode === undefined)('on a Node that is too old', () => {
  test('a newer one beside the installation, the link or the project is found', async () => {
    const { root, bin } = await install('with-node', 'dist/cli.mjs');
    await installNode(root);
    expect(JSON.parse((await launch(oldNode!, bin, ['up'])).stdout)).toMatchObject({
      version: process.version,
      marker: null,
    });

    const bare = await install('global', 'dist/cli.mjs');
    const project = path.join(dir, 'project');
    await mkdir(path.join(project, 'node_modules/.bin'), { recursive: true });
    await installNode(project);
    const link = path.join(project, 'node_modules/.bin/radiant');
    await symlink(bare.bin, link);
    const throughLink = await launch(oldNode!, link, ['up', '--flag', 'a b']);
    expect(throughLink.code).toBe(3);
    expect(JSON.parse(throughLink.stdout).launch.args).toEqual(['up', '--flag', 'a b']);
    await mkdir(path.join(project, 'deep/er'), { recursive: true });
    const inProject = await launch(oldNode!, bare.bin, ['up'], path.join(project, 'deep/er'));
    expect(JSON.parse(inProject.stdout).version).toBe(process.version);
  });

  test('without one, one line says what is needed', async () => {
    const { bin } = await install('lonely', 'dist/cli.mjs');
    const { code, stderr, stdout } = await launch(oldNode!, bin, ['up']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: Radiant needs Node 22\.18 or newer; this is v\d+\.\d+\.\d+\. Install it, or add it to the project: npm install --save-dev node@24\n$/,
    );
  });

  test('one whose install script npm held back is named, with the line that mends it', async () => {
    const { root, bin } = await install('held-back', 'dist/cli.mjs');
    await installNode(root, '24.21.0', false);
    const { code, stderr } = await launch(oldNode!, bin, ['up']);
    expect(code).toBe(1);
    expect(stderr).toContain(`The package \`node\` in ${root} has no binary`);
    expect(stderr).toContain('npm install-scripts approve node && npm rebuild node');
  });

  test('one that is too old itself is passed over', async () => {
    const { root, bin } = await install('stale', 'dist/cli.mjs');
    await installNode(root, '22.17.1');
    expect((await launch(oldNode!, bin, ['up'])).stderr).toContain('npm install --save-dev node@24');
  });

  test('the version is answered without a newer one', async () => {
    const { bin } = await install('lonely', 'dist/cli.mjs');
    expect((await launch(oldNode!, bin, ['version'])).stdout).toBe('v3.270.0+radiant.1.2.3\n');
  });

  describe('the wrapper', () => {
    let bin: string;

    beforeAll(async () => {
      const installed = await install('wrapped', 'dist/cli.mjs');
      await installNode(installed.root);
      bin = installed.bin;
    });

    async function started(): Promise<{ wrapper: ChildProcess; childPid: number; lines: () => string[] }> {
      const wrapper = spawn(oldNode!, [bin, 'wait'], {
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let text = '';
      wrapper.stdout!.on('data', (chunk) => {
        text += chunk;
      });
      expect(await eventually(async () => text.startsWith('ready '), 10_000)).toBe(true);
      return { wrapper, childPid: Number(/\d+/.exec(text)![0]), lines: () => text.trim().split('\n').slice(1) };
    }

    test('hands on a signal that only it gets', async () => {
      const { wrapper, childPid, lines } = await started();
      wrapper.kill('SIGINT');
      expect(await eventually(async () => lines().length > 0, 5_000)).toBe(true);
      expect(JSON.parse(lines()[0]!)).toEqual({ direct: 0, wrapper: 1, signal: 'SIGINT' });
      process.kill(childPid, 'SIGTERM');
      expect(await collect(wrapper)).toMatchObject({ code: 7 });
    });

    test('lets the child tell that one Ctrl-C for both is one', async () => {
      const { wrapper, lines } = await started();
      process.kill(-wrapper.pid!, 'SIGINT');
      expect(await eventually(async () => lines().length === 2, 5_000)).toBe(true);
      expect(JSON.parse(lines()[1]!)).toEqual({ direct: 1, wrapper: 1, signal: 'SIGINT' });
      wrapper.kill('SIGKILL');
    });

    test('takes the child with it, however it dies', async () => {
      const { wrapper, childPid } = await started();
      wrapper.kill('SIGKILL');
      expect(await eventually(async () => !isAlive(childPid), 2_000)).toBe(true);
    });

    test('ends by the signal that ended the child', async () => {
      expect(await launch(oldNode!, bin, ['die'])).toMatchObject({ code: null, signal: 'SIGKILL' });
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('every Node can read the launcher: its syntax is that of Node 12, and it imports nothing by new names', async () => {
  const source = await readFile(launcher, 'utf8');
  const [lowered, asIs] = await Promise.all(
    ['node12.0', 'esnext'].map((target) => transform(source.replace(/\bimport\(/, 'load('), { target, loader: 'js' })),
  );
  expect(lowered!.code).toBe(asIs!.code);
  expect(source).not.toContain("'node:");
});

test('both names are the launcher', async () => {
  const { bin } = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8'));
  expect(path.join(repository, bin.radiant)).toBe(launcher);
  expect(bin.pulumi).toBe(bin.radiant);
});
