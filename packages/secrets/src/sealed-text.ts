import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals a text as `v1:<base64 nonce>:<base64 of ciphertext and tag>`: AES-256-GCM, random nonce, no associated data
 * (Pulumi: config.symmetricCrypter).
 */
export function sealText(key: Uint8Array, plaintext: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString('base64')}:${sealed.toString('base64')}`;
}

export type OpenedText =
  | { readonly kind: 'opened'; readonly plaintext: string }
  /** Not of the form above. */
  | { readonly kind: 'malformed' }
  /** Made with another key, or changed since. */
  | { readonly kind: 'refused' };

export function openText(key: Uint8Array, sealedText: string): OpenedText {
  const match = /^v1:([A-Za-z0-9+/]+=*):([A-Za-z0-9+/]+=*)$/.exec(sealedText);
  if (match === null || match[1]!.length % 4 !== 0 || match[2]!.length % 4 !== 0) return { kind: 'malformed' };
  const nonce = Buffer.from(match[1]!, 'base64');
  const sealed = Buffer.from(match[2]!, 'base64');
  if (nonce.length !== nonceBytes || sealed.length < tagBytes) return { kind: 'malformed' };
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const opened = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
  try {
    return { kind: 'opened', plaintext: Buffer.concat([opened, decipher.final()]).toString('utf8') };
  } catch {
    return { kind: 'refused' };
  }
}
