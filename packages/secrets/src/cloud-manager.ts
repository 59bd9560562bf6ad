import { randomBytes } from 'node:crypto';
import { OperationError, type SecretsManager } from '@radiant/model';
import { decryptSealed } from './decrypt-sealed.ts';
import { keyBytes, sealText } from './sealed-text.ts';
import type { SealingKeys } from './sealing-key.ts';

export const cloudType = 'cloud';

/** Recorded with the stack as `secrets_providers.state`; in its configuration file `secretsprovider` and `encryptedkey` (Pulumi: secrets/cloud). */
export interface CloudState {
  /** `awskms://…` */
  readonly url: string;
  /** The key that seals the stack's secrets, itself sealed by the key of the URL, in base64. */
  readonly encryptedkey: string;
}

export interface CloudManager extends SecretsManager {
  readonly state: CloudState & { readonly [field: string]: unknown };
}

/** A manager with a new data key, which is sealed by the key that `url` names. */
export async function createCloudManager(url: string, keys: SealingKeys): Promise<CloudManager> {
  const dataKey = randomBytes(keyBytes);
  const sealed = await keys(url).seal(dataKey);
  const state = { url, encryptedkey: Buffer.from(sealed).toString('base64') };
  opened.set(nameOf(state, url), Promise.resolve(dataKey));
  return managerOf(state, dataKey);
}

/**
 * The manager of a stack that has a data key. `insteadUrl` is asked to open it in place of the recorded URL: a key of
 * another name or region (Pulumi: PULUMI_CLOUD_SECRET_OVERRIDE). Throws an OperationError: `SECRETS_STATE_MALFORMED`, or
 * that of the key.
 */
export async function openCloudManager(
  state: { readonly url?: unknown; readonly encryptedkey?: unknown },
  keys: SealingKeys,
  insteadUrl?: string,
): Promise<CloudManager> {
  const { url, encryptedkey } = state;
  if (typeof url !== 'string' || typeof encryptedkey !== 'string' || !/^[A-Za-z0-9+/]+=*$/.test(encryptedkey))
    throw malformed();
  const dataKey = await openOnce({ url, encryptedkey }, keys, insteadUrl ?? url);
  return managerOf({ url, encryptedkey }, dataKey);
}

const opened = new Map<string, Promise<Uint8Array>>();

/** A service is asked once per process for each key. */
function openOnce(state: CloudState, keys: SealingKeys, url: string): Promise<Uint8Array> {
  const name = nameOf(state, url);
  let dataKey = opened.get(name);
  if (dataKey === undefined) {
    dataKey = keys(url)
      .open(Buffer.from(state.encryptedkey, 'base64'))
      .then((bytes) => {
        if (bytes.length !== keyBytes) throw malformed();
        return bytes;
      });
    opened.set(name, dataKey);
    dataKey.catch(() => opened.delete(name));
  }
  return dataKey;
}

function nameOf({ encryptedkey }: CloudState, url: string): string {
  return `${url} ${encryptedkey}`;
}

function managerOf({ url, encryptedkey }: CloudState, dataKey: Uint8Array): CloudManager {
  return {
    type: cloudType,
    state: { url, encryptedkey },
    access: 'open',
    encrypt: (plaintext) => sealText(dataKey, plaintext),
    decrypt: (ciphertext) => decryptSealed(dataKey, ciphertext, 'data key'),
  };
}

function malformed(): OperationError {
  return new OperationError({
    code: 'SECRETS_STATE_MALFORMED',
    summary: `the data key of the stack's secrets is malformed: it should be ${keyBytes} bytes, sealed, in base64`,
    remedy:
      'Restore `secretsprovider` and `encryptedkey` in Pulumi.<stack>.yaml, or `secrets_providers.state` in the state, from a copy.',
  });
}
