import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/processes.ts';
import { collect, createLab, type Lab, launcher } from '../support/radiant.ts';

const hasScript = process.platform === 'linux' && existsSync('/usr/bin/script');

let lab: Lab;

beforeAll(async () => {
  lab = await createLab();
  await lab.program('template', {
    'Pulumi.yaml': `name: \${PROJECT}
runtime: nodejs
template:
  config:
    title: { description: What it is called, default: Shop }
    token: { description: The key, secret: true }
`,
    'package.json': '{"name": "${PROJECT}", "main": "index.js"}',
    'index.js': `const pulumi = require('@pulumi/pulumi');
const config = new pulumi.Config();
module.exports = { title: config.require('title'), token: config.getSecret('token') };`,
  });
});

afterAll(() => lab.dispose());

/** A PATH on which installing with npm does this and nothing else. */
async function pathWithNpm(name: string, script: string): Promise<string> {
  const bin = path.join(lab.dir, name);
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(bin, 'npm'), 0o755);
  return `${bin}:${process.env.PATH}`;
}

test.runIf(hasScript)('a person at a terminal is led from an empty folder to a project that deploys', async () => {
  const { CI: _, GITHUB_ACTIONS: __, ...rest } = lab.env;
  const dir = path.join(lab.dir, 'terminal');
  await mkdir(dir);
  const command = `stty cols 100 rows 30; exec ${process.execPath} ${launcher} new ../template`;
  const env = { ...rest, TERM: 'xterm', PULUMI_DISABLE_CI_DETECTION: '1', PATH: await pathWithNpm('quick', 'exit 0') };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: dir, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = collect(child);
  let screen = '';
  child.stdout.on('data', (chunk) => {
    screen += chunk;
  });
  const answer = async (question: string, keys: string) => {
    const isAsked = await eventually(async () => screen.includes(question), 15_000);
    if (!isAsked) throw new Error(`no '${question}' in:\n${screen}`);
    child.stdin.write(`${keys}\r`);
  };
  await answer('Project name', 'day!');
  await eventually(async () => screen.includes('project names may only contain alphanumerics'), 15_000);
  child.stdin.write('\u007f\r');
  await answer('Project description', '');
  await answer('Stack name', 'qa');
  await answer('What it is called (title)', '');
  await answer('The key (token)', 'canary-token');
  const { code } = await ended;
  expect(screen).toContain('Your new project is ready to go!');
  expect(code).toBe(0);
  expect(screen).not.toContain('canary-token');
  expect(await readFile(path.join(dir, 'Pulumi.yaml'), 'utf8')).toMatch(/^name: day\n/);
  await lab.must(dir, 'up', '--yes', '--skip-preview');
  expect((await lab.must(dir, 'stack', 'output', '--show-secrets', '--json')).stdout).toContain('canary-token');
});

test('what a kill in the middle of an installation leaves is mended by the same command with --force', async () => {
  const args = ['new', '../template', '--yes', '-c', 'token=abc', '--name', 'killed'];
  const dir = path.join(lab.dir, 'killed');
  await mkdir(dir);
  const slow = await pathWithNpm('slow', 'touch begun; exec sleep 600');
  const child = lab.start(dir, args, { env: { PATH: slow } });
  const ended = collect(child);
  expect(await eventually(async () => existsSync(path.join(dir, 'begun')), 20_000)).toBe(true);
  child.kill('SIGKILL');
  await ended;
  const refused = await lab.radiant(dir, ...args);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('is not empty; rerun in an empty directory'),
  ]);
  const env = { PATH: await pathWithNpm('quick', 'exit 0') };
  const again = await collect(lab.start(dir, [...args, '--force'], { env }));
  expect([again.code, again.stderr]).toEqual([0, '']);
  await lab.must(dir, 'up', '--yes', '--skip-preview');
});

test('a template of a repository is fetched by git, and nothing of the clone stays', async () => {
  const repository = path.join(lab.dir, 'templates.git');
  await mkdir(path.join(repository, 'web'), { recursive: true });
  await writeFile(path.join(repository, 'web/Pulumi.yaml'), 'name: ${PROJECT}\nruntime: nodejs\n');
  await writeFile(path.join(repository, 'web/index.js'), 'exports.project = "${PROJECT}";\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'web');
  const temporary = path.join(lab.dir, 'tmp');
  await mkdir(temporary);
  const url = `file://${repository}/tree/main/web`;
  const child = lab.start(lab.dir, ['new', url, '--yes', '--dir', 'fetched'], { env: { TMPDIR: temporary } });
  const { code, stderr } = await collect(child);
  expect([code, stderr]).toEqual([0, `Fetching ${url}\n`]);
  expect(await readdir(temporary)).toEqual([]);
  await lab.must(path.join(lab.dir, 'fetched'), 'up', '--yes', '--skip-preview');
  await symlink('/etc/hostname', path.join(repository, 'web/hostname'));
  git('add', '.');
  git('commit', '-qm', 'link');
  const hostile = await lab.radiant(lab.dir, 'new', url, '--yes', '--dir', 'hostile');
  expect([hostile.code, hostile.stderr]).toEqual([
    1,
    expect.stringContaining('hostname is a link that leads out of it'),
  ]);
  expect(existsSync(path.join(lab.dir, 'hostile'))).toBe(false);
});
