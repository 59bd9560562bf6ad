import type { PropertyValue, ResourceState, Secret, SecretsProvider } from '@radiant/model';
import { type Json, type JsonObject, maskText, signatureKey, signatures } from '../deployment/deployment-json.ts';
import { encodeResourceWith } from '../deployment/resource-encoding.ts';
import { isSealed, knownCiphertext, providerIdentity } from '../deployment/sealed-secret.ts';
import type { ResourceEncoder } from '../deployment/secret-encoding.ts';

/** A field of a record that is changed. A list of names differs by what is taken out of it and what is put in. */
export interface FieldChange {
  /** As in a deployment: `protect`, `inputs.data.key`, `propertyDependencies.url`. */
  readonly path: string;
  /** JSON text, or the text itself; secrets are `[secret]`. Absent where there was nothing. */
  readonly from?: string;
  readonly to?: string;
}

/** How two records differ, field by field. Secrets are compared by their ciphertexts, and never shown. */
export function compareStates(
  from: ResourceState,
  to: ResourceState,
  secrets: SecretsProvider | undefined,
): readonly FieldChange[] {
  if (from === to) return [];
  const identity = secrets === undefined ? '' : providerIdentity(secrets);
  return compareObjects(comparable(from, identity), comparable(to, identity), '');
}

function comparable(state: ResourceState, identity: string): JsonObject {
  const encoder: ResourceEncoder = {
    features: new Set(),
    path: [],
    urn: '',
    extensions: new Map(),
    settle: () => undefined,
    encodeSecret: (secret) => ({ [signatureKey]: signatures.secret, ...witness(secret, identity) }),
  };
  return encodeResourceWith(state, encoder);
}

/** What tells one secret from another without opening either. */
function witness(secret: Secret, identity: string): JsonObject {
  const ciphertext = knownCiphertext(secret, identity);
  if (ciphertext !== undefined) return { ciphertext };
  return isSealed(secret) ? { sealed: true } : { plaintext: JSON.stringify(secret.value satisfies PropertyValue) };
}

function compareObjects(from: JsonObject, to: JsonObject, path: string): readonly FieldChange[] {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return keys.flatMap((key) => compareValues(own(from, key), own(to, key), path === '' ? key : `${path}.${key}`));
}

function own(json: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(json, key) ? json[key] : undefined;
}

function compareValues(from: Json | undefined, to: Json | undefined, path: string): readonly FieldChange[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  if (isPlainObject(from ?? {}) && isPlainObject(to ?? {}) && (isPlainObject(from) || isPlainObject(to)))
    return compareObjects((from ?? {}) as JsonObject, (to ?? {}) as JsonObject, path);
  if (isTextList(from ?? []) && isTextList(to ?? [])) {
    const changes = compareLists((from ?? []) as readonly string[], (to ?? []) as readonly string[], path);
    if (changes.length > 0) return changes;
  }
  return [
    { path, ...(from === undefined ? {} : { from: shown(from) }), ...(to === undefined ? {} : { to: shown(to) }) },
  ];
}

function compareLists(from: readonly string[], to: readonly string[], path: string): readonly FieldChange[] {
  return [
    ...from.filter((text) => !to.includes(text)).map((text) => ({ path, from: text })),
    ...to.filter((text) => !from.includes(text)).map((text) => ({ path, to: text })),
  ];
}

function isPlainObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !Object.hasOwn(json, signatureKey);
}

function isTextList(json: Json | undefined): json is readonly string[] {
  return Array.isArray(json) && json.every((item) => typeof item === 'string');
}

function shown(json: Json): string {
  if (typeof json === 'string') return json;
  return isSecretJson(json)
    ? maskText
    : JSON.stringify(json, (_key, value: Json) => (isSecretJson(value) ? maskText : value));
}

function isSecretJson(json: Json): boolean {
  return typeof json === 'object' && json !== null && (json as JsonObject)[signatureKey] === signatures.secret;
}
