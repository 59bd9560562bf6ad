import { OperationError } from '@radiant/model';

/** A key that stays with a service: it seals and opens small texts, such as another key. */
export interface SealingKey {
  seal(plaintext: Uint8Array): Promise<Uint8Array>;
  open(sealed: Uint8Array): Promise<Uint8Array>;
}

/** Opens the key that a URL names. Nothing is asked of the service before the key is used. */
export type SealingKeys = (url: string) => SealingKey;

/** Why a key cannot be used, for the person who looks after it. */
export function keyUnusable(url: string, why: string, remedy: string, cause?: unknown): OperationError {
  return new OperationError({
    code: 'SECRETS_KEY_UNUSABLE',
    summary: `cannot use the key ${url}: ${why}`,
    remedy,
    cause,
  });
}
