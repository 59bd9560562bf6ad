import type { SecretsManager, SecretsProvider } from '@radiant/model';
import type { SecretsSource } from '../deployment/deployment.ts';

/** What seals new secrets of a stack: the manager that was opened, or one that opens when the first secret comes. */
export function writingManager(
  source: SecretsSource | undefined,
  secrets: SecretsManager | undefined,
  secretsProvider: SecretsProvider | undefined,
): SecretsManager | SecretsProvider | undefined {
  if (secrets !== undefined) return secrets;
  if (typeof source !== 'function') return source ?? secretsProvider;
  if (secretsProvider === undefined) return undefined;
  let opening: Promise<SecretsManager> | undefined;
  const open = () => {
    opening ??= source(secretsProvider);
    return opening;
  };
  return {
    ...secretsProvider,
    access: 'open',
    encrypt: async (plaintext) => (await open()).encrypt(plaintext),
    decrypt: async (ciphertext) => (await open()).decrypt(ciphertext),
  };
}
