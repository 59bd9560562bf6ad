import { OperationError } from '@radiant/model';
import { openText } from './sealed-text.ts';

/** Opens a value of a manager; `keyName` says in the error what may be another one than it was. */
export function decryptSealed(key: Uint8Array, ciphertext: string, keyName: string): string {
  const opened = openText(key, ciphertext);
  switch (opened.kind) {
    case 'opened':
      return opened.plaintext;
    case 'malformed':
      throw new OperationError({
        code: 'SECRETS_CIPHERTEXT_MALFORMED',
        summary: 'failed to decrypt: the sealed value does not have the form v1:NONCE:CIPHERTEXT',
      });
    case 'refused':
      throw new OperationError({
        code: 'SECRETS_CIPHERTEXT_REFUSED',
        summary: `failed to decrypt: the value was sealed with another ${keyName}, or was changed since`,
      });
  }
}
