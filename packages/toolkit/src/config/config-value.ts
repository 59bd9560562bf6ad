import { exitCodes, OperationError, Secret } from '@radiant/model';
import type { ConfigPath } from './config-path.ts';

/** A value of a stack file: plain, sealed, or a structure whose leaves are one or the other. */
export type ConfigValue =
  /** `isSecret`: written in the clear, by a project that declares it secret. */
  | { readonly kind: 'plain'; readonly text: string; readonly isSecret?: true }
  | { readonly kind: 'sealed'; readonly ciphertext: string }
  | { readonly kind: 'object'; readonly value: unknown; readonly isSecret?: true };

/**
 * Reads one value as Pulumi does: scalars are text whatever YAML made of them, `{secure: …}` is a secret, everything
 * else is a structure. `place` is the file and the key, for errors.
 */
export function parseConfigValue(value: unknown, place: string): ConfigValue {
  if (value === null || value === undefined) return { kind: 'plain', text: '' };
  if (typeof value === 'string') return { kind: 'plain', text: value };
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return { kind: 'plain', text: String(value) };
  const ciphertext = sealedText(value);
  if (ciphertext !== undefined) return { kind: 'sealed', ciphertext };
  refuseFunctions(value, place);
  return { kind: 'object', value };
}

/** The ciphertext of `{secure: …}`; undefined for anything else. */
export function sealedText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  const secure = (value as { secure?: unknown }).secure;
  return keys.length === 1 && typeof secure === 'string' ? secure : undefined;
}

export function containsSealed(value: unknown): boolean {
  if (sealedText(value) !== undefined) return true;
  if (Array.isArray(value)) return value.some(containsSealed);
  return typeof value === 'object' && value !== null && Object.values(value).some(containsSealed);
}

/** Replaces every `{secure: …}` leaf. */
export async function mapSealed(value: unknown, replace: (ciphertext: string) => Promise<unknown>): Promise<unknown> {
  const ciphertext = sealedText(value);
  if (ciphertext !== undefined) return await replace(ciphertext);
  if (Array.isArray(value)) return await Promise.all(value.map((item) => mapSealed(item, replace)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, item]) => [key, await mapSealed(item, replace)] as const),
  );
  return Object.fromEntries(entries);
}

/** The places of all ciphertexts in a value, each with the path that leads to it. */
export function sealedPlaces(value: unknown, path: ConfigPath = []): readonly SealedPlace[] {
  const ciphertext = sealedText(value);
  if (ciphertext !== undefined) return [{ path, ciphertext }];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => sealedPlaces(item, [...path, index]));
  return Object.entries(value).flatMap(([key, item]) => sealedPlaces(item, [...path, key]));
}

export interface SealedPlace {
  readonly path: ConfigPath;
  readonly ciphertext: string;
}

/** As a stack file has it: text, a structure, `{secure: …}`. */
export function writtenValue(value: ConfigValue): unknown {
  switch (value.kind) {
    case 'plain':
      return value.text;
    case 'sealed':
      return { secure: value.ciphertext };
    case 'object':
      return value.value;
  }
}

/** A value of a stack file with every `{secure: …}` opened to a `Secret`: what another manager may seal anew. */
export async function openToSecrets(
  written: unknown,
  decrypt: (ciphertext: string) => Promise<string>,
): Promise<unknown> {
  return await mapSealed(written, async (ciphertext) => new Secret(await decrypt(ciphertext)));
}

/** The opposite: every `Secret`, which is a text, becomes `{secure: …}`. */
export async function sealSecrets(value: unknown, encrypt: (text: string) => Promise<string>): Promise<unknown> {
  if (value instanceof Secret) return { secure: await encrypt(String(value.value)) };
  if (Array.isArray(value)) return await Promise.all(value.map((item) => sealSecrets(item, encrypt)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await sealSecrets(item, encrypt)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

export function containsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(containsSecret);
}

function refuseFunctions(value: unknown, place: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith('fn::')) {
      throw new OperationError({
        code: 'CONFIG_FUNCTION',
        summary: `${place} uses "${key}", and a stack file holds values, not functions`,
        detail: 'Functions such as this one are evaluated by Pulumi ESC environments only.',
        remedy:
          key === 'fn::stackReference'
            ? 'Remove the block, and read the output in the program instead:\n    new pulumi.StackReference("organization/project/stack").getOutput("name")'
            : 'Remove the block, and set the value itself:\n    radiant config set <key> <value>',
        exitCode: exitCodes.configuration,
      });
    }
    refuseFunctions(item, place);
  }
}
