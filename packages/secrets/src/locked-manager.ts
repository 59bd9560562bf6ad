import { OperationError, type SecretsManager, type SecretsProvider } from '@radiant/model';

/** Stands in for a manager whose key is not at hand: states pass through with their ciphertexts, any use fails with `reason`. */
export function lockedManager(provider: SecretsProvider, reason: string): SecretsManager {
  const refuse = (verb: 'encrypt' | 'decrypt'): never => {
    throw new OperationError({ code: 'SECRETS_LOCKED', summary: `failed to ${verb}: ${reason}` });
  };
  return {
    type: provider.type,
    state: provider.state,
    access: 'locked',
    encrypt: () => refuse('encrypt'),
    decrypt: () => refuse('decrypt'),
  };
}
