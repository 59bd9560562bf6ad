import type { SecretsManager, SecretsProvider } from '@radiant/model';
import type { SecretsSource } from '../deployment/deployment.ts';

/**
 * What seals new secrets of a stack: the manager that opened its secrets; or, when there were none to open, one that is
 * opened when the first comes. A stack without a recorded manager gets what `source` makes for it.
 */
export async function openWritingManager(
  source: SecretsSource | undefined,
  opened: SecretsManager | undefined,
  provider: SecretsProvider | undefined,
): Promise<SecretsManager | SecretsProvider | undefined> {
  if (opened !== undefined) return opened;
  if (typeof source !== 'function') return source ?? provider;
  if (provider === undefined) return await source(undefined);
  let opening: Promise<SecretsManager> | undefined;
  const open = () => {
    opening ??= source(provider);
    return opening;
  };
  const manager: SecretsManager = {
    ...provider,
    access: 'open',
    encrypt: async (plaintext) => (await open()).encrypt(plaintext),
    decrypt: async (ciphertext) => (await open()).decrypt(ciphertext),
  };
  return manager;
}

/**
 * Makes sure that whatever a provider answers can be sealed. To be called before the first provider is: a passphrase
 * that turns out missing or wrong afterwards would leave an answer that cannot be recorded.
 */
export async function proveCanSeal(secrets: SecretsManager | SecretsProvider | undefined): Promise<void> {
  if (secrets !== undefined && 'encrypt' in secrets) await secrets.encrypt('');
}
