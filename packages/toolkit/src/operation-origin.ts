import { gitFacts } from './git-facts.ts';
import { engineVersion } from './version.ts';

/** What the history remembers of how an operation came about. */
export interface OperationOrigin {
  /** Under Pulumi's names. */
  readonly environment: { readonly [name: string]: string };
  /** What stands for a message when none is given: the title of the last commit. */
  readonly message: string;
}

export async function operationOrigin(
  project: { readonly dir: string },
  execKind: string | undefined,
): Promise<OperationOrigin> {
  const { environment, title } = await gitFacts(project.dir);
  return {
    environment: {
      ...environment,
      'exec.kind': execKind ?? 'cli',
      'pulumi.arch': process.arch === 'x64' ? 'amd64' : process.arch,
      'pulumi.os': process.platform,
      'pulumi.version': `v${engineVersion}`,
    },
    message: title ?? '',
  };
}
