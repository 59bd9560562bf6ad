import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gitFacts } from './git-facts.ts';

function folder(): { readonly dir: string; git(...args: string[]): void } {
  const dir = mkdtempSync(join(tmpdir(), 'radiant-git-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  return { dir, git: (...args) => void execFileSync('git', [...identity, ...args], { cwd: dir, stdio: 'pipe' }) };
}

test('a commit is told by its author, branch, title and repository, and whether there is more than it', async () => {
  const { dir, git } = folder();
  git('init', '-q', '-b', 'trunk');
  git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
  writeFileSync(join(dir, 'a'), '1');
  git('add', '.');
  git('commit', '-q', '-m', 'Open the shop\n\nAt last.');
  const { environment, title } = await gitFacts(dir);
  expect(title).toBe('Open the shop');
  expect(environment).toEqual({
    'git.head': expect.stringMatching(/^[0-9a-f]{40}$/),
    'git.headName': 'refs/heads/trunk',
    'git.dirty': 'false',
    'git.author': 'Ada',
    'git.author.email': 'ada@example.com',
    'git.committer': 'Ada',
    'git.committer.email': 'ada@example.com',
    'vcs.kind': 'github.com',
    'vcs.owner': 'acme',
    'vcs.repo': 'shop',
  });
  writeFileSync(join(dir, 'a'), '2');
  expect((await gitFacts(dir)).environment['git.dirty']).toBe('true');
});

test('a folder outside of any repository has nothing to tell', async () => {
  expect(await gitFacts(folder().dir)).toEqual({ environment: {} });
});

test.each([
  ['https://user:token@gitlab.com/group/sub/tool', { 'vcs.kind': 'gitlab.com', 'vcs.owner': 'group/sub' }],
  ['ssh://git@bitbucket.org/team/app.git', { 'vcs.owner': 'team', 'vcs.repo': 'app' }],
  ['https://git.example.com/a/b.git', { 'vcs.kind': undefined }],
])('the remote %s is told without what is secret in it', async (url, expected) => {
  const { dir, git } = folder();
  git('init', '-q');
  git('remote', 'add', 'origin', url);
  git('commit', '-q', '--allow-empty', '-m', 'x');
  const { environment } = await gitFacts(dir);
  for (const [name, value] of Object.entries(expected)) expect(environment[name]).toBe(value);
  expect(JSON.stringify(environment)).not.toContain('token');
});
