import type { SecretsManager, SecretsProvider } from '@radiant/model';
import { StackFile } from '../config/stack-file.ts';
import { newStackSecrets, stackSecrets } from '../config/stack-secrets.ts';
import { stackFilePath } from '../project/project-file.ts';
import type { StackContext } from '../stack-context.ts';

/** What opens the secrets of a stack's state, once it is known how they were sealed. */
export function stateSecrets(
  context: StackContext,
): (provider: SecretsProvider | undefined) => Promise<SecretsManager> {
  return async (provider) =>
    stackSecrets({ ...context, stack: context.ref.stack }, provider ?? (await undeclaredProvider(context))).manager;
}

/**
 * The manager of a state that names none, as older engines leave a stack that was just made: that of the stack file, else
 * a new one.
 */
export async function undeclaredProvider(context: StackContext): Promise<SecretsProvider> {
  const { project, ref } = context;
  const isOwn = ref.project === project.name;
  const sealedWith = isOwn ? (await StackFile.open(stackFilePath(project, ref.stack))).sealedWith : undefined;
  return sealedWith ?? (await newStackSecrets({ ...context, stack: ref.stack }));
}
