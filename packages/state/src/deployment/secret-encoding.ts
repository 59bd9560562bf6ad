import { type Extension, OperationError, type Secret, type SecretsManager, type SecretsProvider } from '@radiant/model';
import { type CiphertextMemory, formatPlace } from './ciphertext-memory.ts';
import { type Feature, type Json, maskText, signatureKey, signatures } from './deployment-json.ts';
import { encodeProperty, type PropertyEncoder } from './property-encoding.ts';
import { isSealed, knownCiphertext, providerIdentity, rememberCiphertext } from './sealed-secret.ts';

/**
 * How secrets are written: `encrypted` for a store, `plaintext` for `--show-secrets`, `masked` as the text `[secret]`
 * (`preview --json`), `blinded` as a secret whose ciphertext is `[secret]` (engine events).
 */
export type SecretsMode = 'encrypted' | 'plaintext' | 'masked' | 'blinded';

export interface EncryptionOptions {
  /** The stack's manager; a mere provider can write back what it once sealed, and nothing new. */
  readonly secrets?: SecretsManager | SecretsProvider | undefined;
  readonly memory?: CiphertextMemory | undefined;
}

/** Encodes any number of resources, whose new secrets are then encrypted together. */
export interface ResourceEncoder extends PropertyEncoder {
  /** Whose properties are being encoded. */
  urn: string;
  /** Those that the resources need, which are written once beside them. */
  readonly extensions: Map<string, Extension>;
  /** Resolves when every ciphertext is in its place; undefined when they are already. */
  settle(): Promise<void> | undefined;
}

export function createEncoder(mode: SecretsMode, options: EncryptionOptions): ResourceEncoder {
  const features = new Set<Feature>();
  const base = { features, path: [], urn: '', extensions: new Map(), settle: () => undefined };
  switch (mode) {
    case 'masked':
      return { ...base, encodeSecret: () => maskText };
    case 'blinded':
      return { ...base, encodeSecret: () => secretJson({ ciphertext: maskText }) };
    case 'plaintext':
      return {
        ...base,
        encodeSecret: (secret) => secretJson({ plaintext: secretText(secret, 'plaintext', features) }),
      };
    case 'encrypted':
      return encryptingEncoder(features, options);
  }
}

interface Unsettled {
  readonly secret: Secret;
  readonly json: { ciphertext: string };
  readonly ciphertext: Promise<string>;
}

function encryptingEncoder(features: Set<Feature>, { secrets, memory }: EncryptionOptions): ResourceEncoder {
  const identity = secrets === undefined ? '' : providerIdentity(secrets);
  let unsettled: Unsettled[] = [];
  const encoder: ResourceEncoder = {
    features,
    path: [],
    urn: '',
    extensions: new Map(),
    encodeSecret: (secret, path) => {
      const known = knownCiphertext(secret, identity) ?? ciphertextAtPlace(memory, identity, secret, encoder.urn, path);
      if (known !== undefined) return secretJson({ ciphertext: known });
      const manager = requireManager(secrets, encoder.urn, path);
      const ciphertext = manager.encrypt(secretText(secret, 'ciphertext', features));
      const json = { ciphertext: '' };
      if (typeof ciphertext !== 'string') {
        const pending = secretJson(json) as unknown as { ciphertext: string };
        unsettled.push({ secret, json: pending, ciphertext });
        return pending as unknown as Json;
      }
      rememberCiphertext(secret, identity, ciphertext);
      return secretJson({ ciphertext });
    },
    settle: () => {
      if (unsettled.length === 0) return undefined;
      const batch = unsettled;
      unsettled = [];
      return Promise.all(batch.map((item) => item.ciphertext)).then((ciphertexts) => {
        batch.forEach((item, index) => {
          item.json.ciphertext = ciphertexts[index]!;
          rememberCiphertext(item.secret, identity, ciphertexts[index]!);
        });
      });
    },
  };
  return encoder;
}

function ciphertextAtPlace(
  memory: CiphertextMemory | undefined,
  identity: string,
  secret: Secret,
  urn: string,
  path: readonly (string | number)[],
): string | undefined {
  if (memory === undefined) return undefined;
  const before = memory.equalAt(formatPlace(urn, path), secret);
  const ciphertext = before === undefined ? undefined : knownCiphertext(before, identity);
  if (ciphertext !== undefined) rememberCiphertext(secret, identity, ciphertext);
  return ciphertext;
}

function requireManager(
  secrets: SecretsManager | SecretsProvider | undefined,
  urn: string,
  path: readonly (string | number)[],
): SecretsManager {
  if (secrets !== undefined && 'encrypt' in secrets) return secrets;
  throw new OperationError({
    code: 'SECRETS_MANAGER_MISSING',
    summary: `${urn}: the secret "${path.join('.')}" cannot be written, because the stack's secrets manager is not open`,
    remedy: 'Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE and run the command again.',
  });
}

function secretJson(text: { readonly ciphertext: string } | { readonly plaintext: string }): Json {
  return Object.assign({ [signatureKey]: signatures.secret }, text) as Json;
}

/** What is encrypted: the JSON of the value. A secret inside it keeps its mark, and is not encrypted twice (Pulumi). */
function secretText(secret: Secret, field: 'ciphertext' | 'plaintext', features: Set<Feature>): string {
  const inner: PropertyEncoder = {
    features,
    path: [],
    encodeSecret: (nested) => secretJson({ [field]: secretText(nested, field, features) } as { ciphertext: string }),
  };
  // A sealed secret throws here, in the words of its manager.
  return JSON.stringify(encodeProperty(secret.value, inner));
}

/** Whether the file can be written without opening anything. */
export function needsOpening(secret: Secret, secrets: SecretsProvider): boolean {
  return isSealed(secret) && knownCiphertext(secret, providerIdentity(secrets)) === undefined;
}
