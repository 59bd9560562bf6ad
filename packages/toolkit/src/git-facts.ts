import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a repository says of the source of an operation. Empty outside of one. */
export interface GitFacts {
  /** Under Pulumi's names: `git.head`, `git.headName`, `git.dirty`, `git.author`, `vcs.repo` and so on. */
  readonly environment: { readonly [name: string]: string };
  /** The first line of the last commit's message. */
  readonly title?: string;
}

export async function gitFacts(dir: string): Promise<GitFacts> {
  const git = async (...args: string[]) => {
    try {
      return (
        await run('git', args, { cwd: dir, timeout: 2_000, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } })
      ).stdout.trim();
    } catch {
      return undefined;
    }
  };
  const [commit, branch, status, remote] = await Promise.all([
    git('log', '-1', '--format=%H%n%an%n%ae%n%cn%n%ce%n%s'),
    git('symbolic-ref', '--quiet', 'HEAD'),
    git('status', '--porcelain', '--untracked-files=no'),
    git('remote', 'get-url', 'origin'),
  ]);
  if (commit === undefined) return { environment: {} };
  const [head = '', author = '', authorEmail = '', committer = '', committerEmail = '', ...title] = commit.split('\n');
  return {
    environment: {
      'git.head': head,
      ...(branch !== undefined && { 'git.headName': branch }),
      ...(status !== undefined && { 'git.dirty': String(status !== '') }),
      'git.author': author,
      'git.author.email': authorEmail,
      'git.committer': committer,
      'git.committer.email': committerEmail,
      ...(remote === undefined ? {} : repositoryOf(remote)),
    },
    title: title.join('\n'),
  };
}

const hosts: { readonly [host: string]: string } = {
  'github.com': 'github.com',
  'gitlab.com': 'gitlab.com',
  'bitbucket.org': 'bitbucket.org',
};

/** Owner and name of a repository at a well-known host, from `git@host:owner/name.git` or `https://host/owner/name`. */
function repositoryOf(remote: string): { readonly [name: string]: string } {
  const match = /^(?:[a-z+]+:\/\/)?(?:[^@/]+@)?([^:/]+)[:/](.+)\/([^/]+?)(?:\.git)?\/?$/.exec(remote);
  const kind = match === null ? undefined : hosts[match[1]!];
  return kind === undefined ? {} : { 'vcs.kind': kind, 'vcs.owner': match![2]!, 'vcs.repo': match![3]! };
}
