import type { SecretsProvider } from '@radiant/model';
import { stackFilePath } from '../project/project-file.ts';
import type { StackContext } from '../stack-context.ts';
import { StackFile } from './stack-file.ts';
import { newStackSecrets } from './stack-secrets.ts';

/**
 * Makes a stack, whose secrets `provider` seals: a kind, or the URL of a key. A stack file that already has a salt or a key
 * keeps it: what it holds was sealed with it. On the default store a new salt is written there with the first secret only;
 * elsewhere at once, as Pulumi does.
 */
export async function makeSealedStack(context: StackContext, provider: string | undefined): Promise<void> {
  const { ref, project, backend, isDefaultStore } = context;
  const file = await StackFile.open(stackFilePath(project, ref.stack));
  const named = provider ?? file.secretsProvider;
  if (file.sealedWith !== undefined && isSealedBy(file.sealedWith, named)) {
    await backend.createStack(ref, { secretsProvider: file.sealedWith });
    return;
  }
  const manager = await newStackSecrets({ ...context, stack: ref.stack }, named);
  await backend.createStack(ref, { secretsProvider: manager });
  // A key that was chosen is part of the stack's configuration.
  if (isDefaultStore && manager.type === 'passphrase') return;
  file.setSealedWith(manager);
  await file.save();
}

/** Whether what sealed a stack file is what the person wants. */
function isSealedBy({ type, state }: SecretsProvider, named: string | undefined): boolean {
  if (named === undefined || named === 'default') return true;
  return type === 'cloud' ? state.url === named : type === named;
}
