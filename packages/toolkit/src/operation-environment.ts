import { gitEnvironment } from './git-environment.ts';
import { engineVersion } from './version.ts';

/** What the history remembers of how an operation came about, under Pulumi's names. */
export async function operationEnvironment(
  project: { readonly dir: string },
  execKind: string | undefined,
): Promise<{ readonly [name: string]: string }> {
  return {
    ...(await gitEnvironment(project.dir)),
    'exec.kind': execKind ?? 'cli',
    'pulumi.arch': process.arch === 'x64' ? 'amd64' : process.arch,
    'pulumi.os': process.platform,
    'pulumi.version': `v${engineVersion}`,
  };
}
