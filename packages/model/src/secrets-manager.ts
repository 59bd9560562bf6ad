/** Which secrets manager sealed a stack's secrets, and what it needs to open them again; nothing secret itself. */
export interface SecretsProvider {
  /** `passphrase`, `cloud` (Pulumi's names). */
  readonly type: string;
  /** Recorded with the stack: `{salt}` for a passphrase. */
  readonly state: { readonly [field: string]: unknown };
}

/**
 * Seals and opens the texts of secrets. A `locked` manager lacks its key: ciphertexts pass through it unopened, and
 * both functions throw an OperationError that says how to unlock it.
 */
export interface SecretsManager extends SecretsProvider {
  readonly access: 'open' | 'locked';
  /** Every call uses a fresh nonce, so equal texts give different ciphertexts. */
  encrypt(plaintext: string): string | Promise<string>;
  /** Throws an OperationError when `ciphertext` was not made with this key, or was changed. */
  decrypt(ciphertext: string): string | Promise<string>;
}
