import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the history remembers of the source: `git.head`, `git.headName` (Pulumi's names). Empty outside a repository. */
export async function gitEnvironment(dir: string): Promise<{ readonly [name: string]: string }> {
  const git = async (...args: string[]) => {
    try {
      return (
        await run('git', args, { cwd: dir, timeout: 2_000, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } })
      ).stdout.trim();
    } catch {
      return undefined;
    }
  };
  const [head, branch] = await Promise.all([git('rev-parse', 'HEAD'), git('symbolic-ref', '--quiet', 'HEAD')]);
  if (head === undefined) return {};
  return { 'git.head': head, ...(branch === undefined ? {} : { 'git.headName': branch }) };
}
