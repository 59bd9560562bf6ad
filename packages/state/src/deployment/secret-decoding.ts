import { nestingMax, OperationError, Secret, type SecretsManager, type SecretsProvider } from '@radiant/model';
import type { CiphertextMemory } from './ciphertext-memory.ts';
import { formatPlace } from './ciphertext-memory.ts';
import { type Json, type JsonObject, signatureKey, signatures } from './deployment-json.ts';
import { decodeProperty, type PropertyDecoder } from './property-decoding.ts';
import { providerIdentity, rememberCiphertext, sealedSecret } from './sealed-secret.ts';

/** Ciphertexts of a file with their texts; empty texts of a manager that is locked or absent stay sealed. */
export interface OpenedSecrets {
  readonly identity: string;
  readonly manager: SecretsManager | undefined;
  readonly texts: ReadonlyMap<string, string>;
}

/** Every ciphertext below `json`, each with the first place it was found at. */
export function collectCiphertexts(json: Json | undefined, place: string, into: Map<string, string>, depth = 0): void {
  // What is nested deeper is refused when it is decoded.
  if (typeof json !== 'object' || json === null || depth > 2 * nestingMax) return;
  if (Array.isArray(json)) {
    for (const item of json) collectCiphertexts(item, place, into, depth + 1);
    return;
  }
  const object = json as JsonObject;
  if (object[signatureKey] === signatures.secret) {
    if (typeof object.ciphertext === 'string' && !into.has(object.ciphertext)) into.set(object.ciphertext, place);
    return;
  }
  for (const key in object) collectCiphertexts(object[key], place, into, depth + 1);
}

const batchSize = 1000;

/** Opens all `ciphertexts` of a file at once. Without an open manager nothing is opened. */
export async function openSecrets(
  ciphertexts: ReadonlyMap<string, string>,
  provider: SecretsProvider | undefined,
  manager: SecretsManager | undefined,
): Promise<OpenedSecrets> {
  const texts = new Map<string, string>();
  const sealedBy = manager ?? provider;
  const identity = sealedBy === undefined ? '' : providerIdentity(sealedBy);
  if (manager?.access !== 'open') return { identity, manager, texts };
  const entries = [...ciphertexts];
  for (let start = 0; start < entries.length; start += batchSize) {
    const waiting: Promise<void>[] = [];
    for (const [ciphertext, place] of entries.slice(start, start + batchSize)) {
      const text = openOne(manager, ciphertext, place);
      if (typeof text === 'string') texts.set(ciphertext, text);
      else waiting.push(text.then((opened) => void texts.set(ciphertext, opened)));
    }
    if (waiting.length > 0) await Promise.all(waiting);
  }
  return { identity, manager, texts };
}

function openOne(manager: SecretsManager, ciphertext: string, place: string): string | Promise<string> {
  try {
    const text = manager.decrypt(ciphertext);
    return typeof text === 'string' ? text : text.catch((error: unknown) => throwWithPlace(error, place));
  } catch (error) {
    return throwWithPlace(error, place);
  }
}

function throwWithPlace(error: unknown, place: string): never {
  if (!(error instanceof OperationError)) throw error;
  throw new OperationError({
    code: error.code,
    summary: error.summary,
    detail: `It is a secret of ${place}.`,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    cause: error,
  });
}

/** Decodes the secret that `json` stands for, at `path` of the resource `urn`. */
export function decodeSecretJson(
  json: JsonObject,
  urn: string,
  path: readonly (string | number)[],
  opened: OpenedSecrets,
  memory: CiphertextMemory | undefined,
  decoder: PropertyDecoder,
): Secret {
  const { ciphertext, plaintext } = json;
  // Pulumi takes a plaintext before a ciphertext, and an absent one for the empty ciphertext.
  if (typeof plaintext === 'string' && plaintext !== '') return new Secret(decodeText(plaintext, decoder));
  if (typeof ciphertext !== 'string') return decoder.fail(path, 'is a secret with neither ciphertext nor plaintext');
  const text = opened.texts.get(ciphertext);
  if (text === undefined) return sealedSecret(ciphertext, opened.identity, opened.manager);
  const secret = new Secret(decodeText(text, decoder));
  rememberCiphertext(secret, opened.identity, ciphertext);
  memory?.record(formatPlace(urn, path), secret);
  return secret;
}

function decodeText(text: string, decoder: PropertyDecoder): Secret['value'] {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return decoder.fail(decoder.path, 'is a secret whose opened text is no JSON');
  }
  const inner: PropertyDecoder = {
    path: [...decoder.path],
    fail: decoder.fail,
    decodeSecret: (nested) => {
      const nestedText = nested.plaintext ?? nested.ciphertext;
      if (typeof nestedText !== 'string') return inner.fail(inner.path, 'is a secret without a text');
      return new Secret(decodeText(nestedText, inner));
    },
  };
  return decodeProperty(json, inner);
}
