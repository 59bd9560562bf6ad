import { OperationError, type SecretsManager } from '@radiant/model';

/** A manager for tests: sealed texts are marked, numbered and readable, so that reuse and leaks can be seen. */
export function createPlainManager(
  options: { readonly salt?: string; readonly isAsync?: boolean; readonly nextNumber?: () => number } = {},
): SecretsManager {
  const { salt = 'salt', isAsync = false } = options;
  let count = 0;
  const nextNumber = options.nextNumber ?? (() => ++count);
  const prefix = `plain:${salt}:`;
  const encrypt = (text: string) => `${prefix}${nextNumber()}:${Buffer.from(text).toString('base64')}`;
  const decrypt = (ciphertext: string) => {
    if (!ciphertext.startsWith(prefix))
      throw new OperationError({
        code: 'SECRETS_CIPHERTEXT_REFUSED',
        summary: 'failed to decrypt: made with another key',
      });
    return Buffer.from(ciphertext.slice(ciphertext.lastIndexOf(':') + 1), 'base64').toString();
  };
  return {
    type: 'plain',
    state: { salt },
    access: 'open',
    encrypt: isAsync ? async (text) => encrypt(text) : encrypt,
    decrypt: isAsync ? async (text) => decrypt(text) : decrypt,
  };
}
