import type { SecretsManager, SecretsProvider } from '@radiant/model';
import type { SecretsSource } from '../deployment/deployment.ts';

/** What seals new secrets of a stack. */
export interface WritingManager {
  readonly secrets: SecretsManager | SecretsProvider | undefined;
  /** Rejects when the manager could not be opened. */
  readonly isOpened: Promise<unknown>;
}

/**
 * The manager that opened the stack's secrets; or, when there were none to open, one that is being opened meanwhile
 * (deriving a key takes a while). A stack without a recorded manager gets what `source` makes for it.
 */
export async function openWritingManager(
  source: SecretsSource | undefined,
  opened: SecretsManager | undefined,
  provider: SecretsProvider | undefined,
): Promise<WritingManager> {
  if (opened !== undefined) return { secrets: opened, isOpened: Promise.resolve() };
  if (typeof source !== 'function') return { secrets: source ?? provider, isOpened: Promise.resolve() };
  if (provider === undefined) return { secrets: await source(undefined), isOpened: Promise.resolve() };
  const opening = source(provider);
  opening.catch(() => undefined);
  const secrets: SecretsManager = {
    ...provider,
    access: 'open',
    encrypt: async (plaintext) => (await opening).encrypt(plaintext),
    decrypt: async (ciphertext) => (await opening).decrypt(ciphertext),
  };
  return { secrets, isOpened: opening };
}
