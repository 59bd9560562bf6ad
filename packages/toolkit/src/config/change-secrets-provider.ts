import { OperationError, type SecretsManager, type SecretsProvider } from '@radiant/model';
import { createPassphraseManager, kindOfProviderName } from '@radiant/secrets';
import { stackFilePath } from '../project/project-file.ts';
import type { StackContext } from '../stack-context.ts';
import { undeclaredProvider } from '../state/state-secrets.ts';
import { sealedPlaces, writtenValue } from './config-value.ts';
import { StackFile } from './stack-file.ts';
import { askNewPassphrase, newStackSecrets, type SecretsContext, stackSecrets } from './stack-secrets.ts';

export interface SecretsProviderChange {
  /** `passphrase`, `default`, or the URL of a key. */
  readonly provider: string;
  /** For `passphrase`, when nobody can be asked. */
  readonly passphrase?: string | undefined;
}

/**
 * Seals the secrets of a stack anew, in its state and in its file. Everything is opened and sealed before anything is
 * written. Then the state comes first, because only that can be refused: somebody else may hold the stack. Each of the
 * two says by itself what sealed it, so that an end between them leaves both readable, and the same command once more
 * completes the change.
 */
export async function changeSecretsProvider(context: StackContext, change: SecretsProviderChange): Promise<void> {
  const { backend, ref, project } = context;
  const secrets: SecretsContext = { ...context, stack: ref.stack, nextPassphrase: change.passphrase };
  const file = await StackFile.open(stackFilePath(project, ref.stack));
  const recorded = async () => (await backend.loadStack(ref)).secretsProvider;
  const current = file.sealedWith ?? (await recorded()) ?? (await undeclaredProvider(context));
  const open = async (provider: SecretsProvider | undefined) => stackSecrets(secrets, provider ?? current).manager;
  const next = await nextManager(secrets, change, current);
  await resealFile(file, await open(current), next);
  await backend.reseal(ref, { secrets: open, manager: next });
  await file.save();
}

async function nextManager(
  secrets: SecretsContext,
  { provider, passphrase }: SecretsProviderChange,
  current: SecretsProvider,
): Promise<SecretsManager> {
  if (kindOfProviderName(provider) !== 'passphrase' || provider === 'default')
    return await newStackSecrets(secrets, provider);
  if (passphrase !== undefined) return await createPassphraseManager(passphrase);
  if (secrets.interaction.isInteractive) return await createPassphraseManager(await askNewPassphrase(secrets));
  // The passphrase that is given otherwise opens what a passphrase has sealed; it is free when none has.
  if (current.type !== 'passphrase') return await newStackSecrets(secrets);
  throw new OperationError({
    code: 'SECRETS_PASSPHRASE_MISSING',
    summary: 'the new passphrase is missing: nobody can be asked for it, and standard input is empty',
    remedy: `Pass it on standard input:\n    radiant stack change-secrets-provider passphrase --stack ${secrets.stack} < file-with-the-new-passphrase`,
  });
}

/** Comments, order and everything in the clear stay. Nothing is written yet. */
async function resealFile(file: StackFile, current: SecretsManager, next: SecretsManager): Promise<void> {
  for (const [key, value] of file.values())
    for (const { path, ciphertext } of sealedPlaces(writtenValue(value)))
      file.set(key, [...path, 'secure'], await next.encrypt(await current.decrypt(ciphertext)));
  file.setSealedWith(next);
}
