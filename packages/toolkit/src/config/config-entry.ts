import { OperationError, type SecretsManager } from '@radiant/model';
import type { Json } from '@radiant/state';
import type { ConfigEntry } from '../api.ts';
import { type ConfigValue, containsSealed, mapSealed, writtenValue } from './config-value.ts';
import type { StackFile } from './stack-file.ts';

/** How a stack's secrets are sealed. Opened on first use only: deriving a key takes a fifth of a second. */
export interface StackSecrets {
  open(): Promise<SecretsManager>;
  /** Called before the first secret is written to the stack file, which must then say how it was sealed. */
  recordIn(file: StackFile): Promise<void>;
}

export function writtenEntry(value: ConfigValue): Json {
  return value.kind !== 'sealed' && value.isSecret ? '[secret]' : (writtenValue(value) as Json);
}

export function unreadable(error: unknown, key: string): ConfigEntry {
  if (!(error instanceof OperationError)) throw error;
  return { key, value: 'ERROR_UNABLE_TO_DECRYPT', isSecret: true };
}

/** What only the project declares secret is in the clear in the stack file, and must not be so anywhere else. */
export async function sealedEntry(value: ConfigValue, secrets: StackSecrets): Promise<Json> {
  if (value.kind === 'sealed' || value.isSecret !== true) return writtenValue(value) as Json;
  const text = await openText(value, decryptWith(secrets));
  return { secure: await (await secrets.open()).encrypt(text) };
}

export function isSecret(value: ConfigValue): boolean {
  if (value.kind === 'sealed') return true;
  return value.isSecret === true || (value.kind === 'object' && containsSealed(value.value));
}

/** Whoever has a secret that does not open wants to know which. */
export async function naming<Opened>(key: string, file: string, open: () => Promise<Opened>): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof OperationError) || !error.code.startsWith('SECRETS_CIPHERTEXT_')) throw error;
    throw new OperationError({
      code: error.code,
      summary: `${file}: ${key}: ${error.summary}`,
      remedy: `Set the value again:\n    radiant config set --secret ${key} <value>`,
      cause: error,
    });
  }
}

type Decrypt = (ciphertext: string) => Promise<string>;

export async function openText(value: ConfigValue, decrypt: Decrypt): Promise<string> {
  switch (value.kind) {
    case 'plain':
      return value.text;
    case 'sealed':
      return await decrypt(value.ciphertext);
    case 'object':
      return JSON.stringify(await mapSealed(value.value, decrypt));
  }
}

/** `secrets` undefined: secrets stay closed. */
export async function entryOf(
  key: string,
  value: ConfigValue,
  secrets: StackSecrets | undefined,
): Promise<ConfigEntry> {
  if (value.kind !== 'sealed' && value.isSecret && secrets === undefined)
    return { key, value: undefined, isSecret: true };
  if (value.kind === 'plain') return { key, value: value.text, isSecret: isSecret(value) };
  if (value.kind === 'sealed') {
    return {
      key,
      value: secrets === undefined ? undefined : await decryptWith(secrets)(value.ciphertext),
      isSecret: true,
    };
  }
  const objectValue = await mapSealed(
    value.value,
    secrets === undefined ? async () => '[secret]' : decryptWith(secrets),
  );
  return { key, value: JSON.stringify(objectValue), objectValue, isSecret: isSecret(value) };
}

export function decryptWith(secrets: StackSecrets): Decrypt {
  return async (ciphertext) => await (await secrets.open()).decrypt(ciphertext);
}
