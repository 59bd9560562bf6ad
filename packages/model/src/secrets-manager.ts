/** Seals and opens secrets of one stack. Implementations: passphrase; later KMS. */
export interface SecretsManager {
  /** As in a deployment's `secrets_providers.type`: `passphrase`. */
  readonly type: string;
  /** As in `secrets_providers.state`: what is needed, beside the passphrase or key, to open it again. */
  readonly state: { readonly [key: string]: unknown };
  encrypt(plaintext: string): Promise<string>;
  /** Throws OperationError when the key is not the one that sealed it. */
  decrypt(ciphertext: string): Promise<string>;
}
