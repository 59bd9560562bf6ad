import { OperationError, type PropertyValue, Secret, type SecretsManager, type SecretsProvider } from '@radiant/model';

/** Names a manager together with its key: two with one identity open each other's ciphertexts. */
export function providerIdentity(provider: SecretsProvider): string {
  const state = Object.entries(provider.state).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${provider.type} ${JSON.stringify(state)}`;
}

interface KnownCiphertext {
  readonly identity: string;
  readonly ciphertext: string;
}

const ciphertexts = new WeakMap<Secret, KnownCiphertext>();
const sealed = new WeakSet<Secret>();

/** The ciphertext that `secret` was read from or has been written as, under that manager. */
export function knownCiphertext(secret: Secret, identity: string): string | undefined {
  const known = ciphertexts.get(secret);
  return known?.identity === identity ? known.ciphertext : undefined;
}

export function rememberCiphertext(secret: Secret, identity: string, ciphertext: string): void {
  ciphertexts.set(secret, { identity, ciphertext });
}

/** Whether the value was read without its key: it can be written back, but not looked at. */
export function isSealed(secret: Secret): boolean {
  return sealed.has(secret);
}

/**
 * A secret whose ciphertext nobody has opened. It is written back as it was; looking at its value throws what a locked
 * manager throws.
 */
export function sealedSecret(ciphertext: string, identity: string, manager: SecretsManager | undefined): Secret {
  const secret = new Secret(null);
  Object.defineProperty(secret, 'value', {
    enumerable: true,
    get: (): PropertyValue => {
      if (manager?.access === 'locked') manager.decrypt(ciphertext);
      throw new OperationError({
        code: 'SECRETS_LOCKED',
        summary: 'failed to decrypt: the secrets of this state were loaded without the key that opens them',
      });
    },
  });
  rememberCiphertext(secret, identity, ciphertext);
  sealed.add(secret);
  return secret;
}
