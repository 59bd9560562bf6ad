import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { OperationError, type SecretsManager } from '@radiant/model';
import { decryptSealed } from './decrypt-sealed.ts';
import { lockedManager } from './locked-manager.ts';
import { keyBytes, openText, sealText } from './sealed-text.ts';

/** Pulumi: PBKDF2 with HMAC-SHA256; a guess costs a tenth of a second, and so does opening a stack once per process. */
const iterations = 1_000_000;
const saltBytes = 8;
/** What the salt carries sealed, so that a wrong passphrase is noticed before anything is written with it. */
const checkText = 'pulumi';

export const passphraseType = 'passphrase';

/** Recorded with the stack as `secrets_providers.state`, and as `encryptionsalt` in its configuration file. */
export interface PassphraseState {
  /** `v1:<base64 salt>:<sealed check text>`. */
  readonly salt: string;
}

export interface PassphraseManager extends SecretsManager {
  readonly state: PassphraseState & { readonly [field: string]: unknown };
}

/** A manager with a new salt. The empty passphrase is as good as any other (Pulumi). */
export async function createPassphraseManager(passphrase: string): Promise<PassphraseManager> {
  const salt = randomBytes(saltBytes);
  const key = await deriveKey(salt, passphrase);
  return openManager({ salt: `v1:${salt.toString('base64')}:${sealText(key, checkText)}` }, key);
}

/**
 * The manager of a stack that has a salt. Throws an OperationError: `SECRETS_SALT_MALFORMED`, or
 * `SECRETS_PASSPHRASE_WRONG`, for which a caller that only carries ciphertexts may take `lockedPassphraseManager`.
 */
export async function openPassphraseManager(
  state: { readonly salt?: unknown },
  passphrase: string,
): Promise<PassphraseManager> {
  const { salt, check } = parseState(state);
  const key = await deriveKey(salt, passphrase);
  const opened = openText(key, check);
  if (opened.kind === 'malformed') throw malformedSalt();
  if (opened.kind === 'refused' || opened.plaintext !== checkText)
    throw new OperationError({
      code: 'SECRETS_PASSPHRASE_WRONG',
      summary: 'incorrect passphrase',
      remedy:
        'Set PULUMI_CONFIG_PASSPHRASE to the correct passphrase, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.',
    });
  return openManager({ salt: state.salt as string }, key);
}

/** Carries the secrets of a stack whose passphrase is not known, without opening them. */
export function lockedPassphraseManager(state: { readonly salt?: unknown }): SecretsManager {
  parseState(state);
  return lockedManager(
    { type: passphraseType, state: { salt: state.salt } },
    'incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set ' +
      'PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase',
  );
}

function openManager(state: PassphraseState, key: Uint8Array): PassphraseManager {
  return {
    type: passphraseType,
    state: { salt: state.salt },
    access: 'open',
    encrypt: (plaintext) => sealText(key, plaintext),
    decrypt: (ciphertext) => decryptSealed(key, ciphertext, 'passphrase or salt'),
  };
}

function parseState(state: { readonly salt?: unknown }): { readonly salt: Buffer; readonly check: string } {
  if (typeof state.salt !== 'string') throw malformedSalt();
  const match = /^v1:([A-Za-z0-9+/]+=*):(v1:.+)$/.exec(state.salt);
  if (match === null) throw malformedSalt();
  return { salt: Buffer.from(match[1]!, 'base64'), check: match[2]! };
}

function malformedSalt(): OperationError {
  return new OperationError({
    code: 'SECRETS_SALT_MALFORMED',
    summary: 'the stack\'s encryption salt is malformed: it should read "v1:SALT:v1:NONCE:CIPHERTEXT"',
    remedy:
      'Restore `encryptionsalt` in Pulumi.<stack>.yaml, or `secrets_providers.state.salt` in the state, from a copy.',
  });
}

const keys = new Map<string, Promise<Uint8Array>>();
const derive = promisify(pbkdf2);

/** Off the main thread, and once per process for each salt and passphrase. */
function deriveKey(salt: Buffer, passphrase: string): Promise<Uint8Array> {
  const name = `${salt.toString('base64')}:${passphrase}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = derive(passphrase, salt, iterations, keyBytes, 'sha256');
    keys.set(name, key);
    key.catch(() => keys.delete(name));
  }
  return key;
}
