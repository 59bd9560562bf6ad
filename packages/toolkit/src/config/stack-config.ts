import { OperationError, type SecretsManager } from '@radiant/model';
import type { Json, JsonObject } from '@radiant/state';
import type { ConfigEntry, StackConfig } from '../api.ts';
import { withProjectConfig } from '../project/project-config.ts';
import { type ProjectFile, stackFilePath } from '../project/project-file.ts';
import { parseConfigKey, prettyConfigKey } from './config-key.ts';
import { type ConfigPath, parseConfigPath, typedLeaf } from './config-path.ts';
import { type ConfigValue, containsSealed, mapSealed, parseConfigValue } from './config-value.ts';
import { StackFile, valueInside } from './stack-file.ts';

/** How a stack's secrets are sealed. Opened on first use only: deriving a key takes a fifth of a second. */
export interface StackSecrets {
  open(): Promise<SecretsManager>;
  /** Called before the first secret is written to the stack file, which must then say how it was sealed. */
  recordIn(file: StackFile): Promise<void>;
}

/** All configuration of a stack as a program gets it. */
export interface OpenedConfig {
  /** Keys `namespace:name`; structures as JSON text. */
  readonly values: { readonly [key: string]: string };
  readonly secretKeys: readonly string[];
  /** Every text that was sealed, those inside structures too. */
  readonly secretTexts: readonly string[];
}

export interface FullStackConfig extends StackConfig {
  /** Everything in the clear, for the program. */
  openAll(): Promise<OpenedConfig>;
  /** As the stack file and the project have it, secrets sealed: texts, structures, `{secure: …}`. */
  asWritten(): Promise<JsonObject>;
  /** As the stack file has it, secrets sealed, for the history. */
  sealed(): Promise<{ readonly [key: string]: Json }>;
  /** Reads what `sealed` once gave. What can no longer be opened is told as Pulumi does: ERROR_UNABLE_TO_DECRYPT. */
  readSealed(written: JsonObject, options: { readonly showSecrets: boolean }): Promise<readonly ConfigEntry[]>;
}

export function createStackConfig(project: ProjectFile, stack: string, secrets: StackSecrets): FullStackConfig {
  const path = stackFilePath(project, stack);
  const load = () => StackFile.open(path);

  return {
    async list({ showSecrets = false } = {}) {
      const values = withProjectConfig(project, stack, (await load()).values());
      return await Promise.all(
        [...values].map(([key, value]) =>
          naming(key, path, () => entryOf(key, value, showSecrets ? secrets : undefined)),
        ),
      );
    },

    async get(text, { path: isPath = false } = {}) {
      const { key, configPath } = locate(text, isPath, project);
      const whole = withProjectConfig(project, stack, (await load()).values()).get(key);
      const value = whole === undefined ? undefined : valueInside(whole, configPath, `${path}: ${text}`);
      if (value === undefined) throw keyNotFound(isPath ? text : prettyConfigKey(key, project.name), stack);
      return await naming(key, path, () => entryOf(key, value, secrets));
    },

    async set(text, value, { secret = false, path: isPath = false } = {}) {
      const { key, configPath } = locate(text, isPath, project);
      const file = await load();
      if (!secret) {
        file.set(key, configPath, isPath && configPath.length > 0 ? typedLeaf(value) : value);
      } else {
        const manager = await secrets.open();
        await secrets.recordIn(file);
        file.set(key, configPath, { secure: await manager.encrypt(value) });
      }
      await file.save();
    },

    async remove(text, { path: isPath = false } = {}) {
      const { key, configPath } = locate(text, isPath, project);
      const file = await load();
      if (file.remove(key, configPath)) await file.save();
    },

    async openAll() {
      const merged = withProjectConfig(project, stack, (await load()).values());
      const values: Record<string, string> = {};
      const secretKeys: string[] = [];
      const secretTexts: string[] = [];
      const decrypt = async (ciphertext: string) => {
        const text = await (await secrets.open()).decrypt(ciphertext);
        secretTexts.push(text);
        return text;
      };
      for (const [key, value] of merged) {
        values[key] = await naming(key, path, () => openText(value, decrypt));
        if (isSecret(value)) secretKeys.push(key);
      }
      return { values, secretKeys, secretTexts };
    },

    async asWritten() {
      const merged = withProjectConfig(project, stack, (await load()).values());
      return Object.fromEntries([...merged].map(([key, value]) => [key, writtenEntry(value)]));
    },

    async sealed() {
      const values = (await load()).values();
      const merged = withProjectConfig(project, stack, values);
      return Object.fromEntries([...values.keys()].map((key) => [key, writtenEntry(merged.get(key)!)]));
    },

    async readSealed(written, { showSecrets }) {
      return await Promise.all(
        Object.entries(written).map(async ([key, json]) => {
          const value = parseConfigValue(json, key);
          if (!showSecrets) return await entryOf(key, value, undefined);
          return await entryOf(key, value, secrets).catch((error: unknown) => unreadable(error, key));
        }),
      );
    },
  };
}

function writtenEntry(value: ConfigValue): Json {
  if (value.kind === 'sealed') return { secure: value.ciphertext };
  if (value.isSecret) return '[secret]';
  return value.kind === 'plain' ? value.text : (value.value as Json);
}

function unreadable(error: unknown, key: string): ConfigEntry {
  if (!(error instanceof OperationError)) throw error;
  return { key, value: 'ERROR_UNABLE_TO_DECRYPT', isSecret: true };
}

function locate(
  text: string,
  isPath: boolean,
  project: ProjectFile,
): { readonly key: string; readonly configPath: ConfigPath } {
  if (!isPath) return { key: parseConfigKey(text, project.name), configPath: [] };
  const { key, path } = parseConfigPath(text);
  return { key: parseConfigKey(key, project.name), configPath: path };
}

function isSecret(value: ConfigValue): boolean {
  if (value.kind === 'sealed') return true;
  return value.isSecret === true || (value.kind === 'object' && containsSealed(value.value));
}

/** Whoever has a secret that does not open wants to know which. */
async function naming<Opened>(key: string, file: string, open: () => Promise<Opened>): Promise<Opened> {
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

async function openText(value: ConfigValue, decrypt: Decrypt): Promise<string> {
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
async function entryOf(key: string, value: ConfigValue, secrets: StackSecrets | undefined): Promise<ConfigEntry> {
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

function decryptWith(secrets: StackSecrets): Decrypt {
  return async (ciphertext) => await (await secrets.open()).decrypt(ciphertext);
}

function keyNotFound(key: string, stack: string): OperationError {
  return new OperationError({
    code: 'CONFIG_KEY_NOT_FOUND',
    summary: `configuration key '${key}' not found for stack '${stack}'`,
    remedy: `Set it:\n    radiant config set ${key} <value>`,
  });
}
