import { OperationError, type SecretsManager } from '@radiant/model';
import type { Json, JsonObject } from '@radiant/state';
import type { ConfigEntry, StackConfig } from '../api.ts';
import { checkProjectConfig, withProjectConfig } from '../project/project-config.ts';
import { type ProjectFile, stackFilePath } from '../project/project-file.ts';
import { parseConfigKey, prettyConfigKey } from './config-key.ts';
import { type ConfigPath, parseConfigPath, valueAtPath } from './config-path.ts';
import { settingValue } from './config-setting.ts';
import {
  type ConfigValue,
  containsSealed,
  containsSecret,
  mapSealed,
  openToSecrets,
  parseConfigValue,
  sealSecrets,
  writtenValue,
} from './config-value.ts';
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

/** A place in the configuration with what it holds: a scalar or a structure, secrets opened to `Secret`. */
export interface ConfigPlacement {
  /** `namespace:name` */
  readonly key: string;
  readonly path: ConfigPath;
  readonly value: unknown;
}

export interface FullStackConfig extends StackConfig {
  /** Everything in the clear, for the program; checked against what the project declares when that is wanted. */
  openAll(options: { readonly isChecked: boolean }): Promise<OpenedConfig>;
  /** What the stack file itself has: everything, or what `key` names. Throws when that is not there. */
  placements(key?: string, options?: { readonly path?: boolean }): Promise<readonly ConfigPlacement[]>;
  /** Writes all of it or nothing, secrets sealed. */
  place(placements: readonly ConfigPlacement[]): Promise<void>;
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

  const merged = async () => withProjectConfig(project, (await load()).values());
  const place = async (placements: readonly ConfigPlacement[]) => {
    const file = await load();
    const isSealing = placements.some(({ value }) => containsSecret(value));
    if (isSealing) await secrets.recordIn(file);
    const encrypt = isSealing ? encryptWith(await secrets.open()) : neverSeals;
    for (const { key, path: configPath, value } of placements)
      file.set(key, configPath, await sealSecrets(value, encrypt));
    await file.save();
  };

  const setAll: StackConfig['setAll'] = async (settings) =>
    await place(
      settings.map((setting) => {
        const { key, configPath } = locate(setting.key, setting.path === true, project);
        return { key, path: configPath, value: settingValue(setting, configPath) };
      }),
    );
  const removeAll: StackConfig['removeAll'] = async (texts, { path: isPath = false } = {}) => {
    const places = texts.map((text) => locate(text, isPath, project));
    const file = await load();
    const removed = places.map(({ key, configPath }) => file.remove(key, configPath));
    if (removed.includes(true)) await file.save();
  };

  return {
    async list({ showSecrets = false } = {}) {
      return await Promise.all(
        [...(await merged())].map(([key, value]) =>
          naming(key, path, () => entryOf(key, value, showSecrets ? secrets : undefined)),
        ),
      );
    },

    async get(text, { path: isPath = false } = {}) {
      const { key, configPath } = locate(text, isPath, project);
      const whole = (await merged()).get(key);
      const value = whole === undefined ? undefined : valueInside(whole, configPath, `${path}: ${text}`);
      if (value === undefined) throw keyNotFound(isPath ? text : prettyConfigKey(key, project.name), stack);
      return await naming(key, path, () => entryOf(key, value, secrets));
    },

    set: (key, value, options = {}) => setAll([{ key, value, ...options }]),
    setAll,
    remove: (key, options) => removeAll([key], options),
    removeAll,

    async placements(text, { path: isPath = false } = {}) {
      const values = (await load()).values();
      const opened = async (key: string, configPath: ConfigPath, written: unknown): Promise<ConfigPlacement> => ({
        key,
        path: configPath,
        value: await naming(key, path, () => openToSecrets(written, decryptWith(secrets))),
      });
      if (text === undefined)
        return await Promise.all([...values].map(([key, value]) => opened(key, [], writtenValue(value))));
      const { key, configPath } = locate(text, isPath, project);
      const whole = values.get(key);
      const written = whole === undefined ? undefined : valueAtPath(writtenValue(whole), configPath);
      if (written === undefined) throw keyNotFound(isPath ? text : prettyConfigKey(key, project.name), stack);
      return [await opened(key, configPath, written)];
    },

    place,

    async openAll({ isChecked }) {
      const own = (await load()).values();
      const all = withProjectConfig(project, own);
      const values: Record<string, string> = {};
      const secretKeys: string[] = [];
      const secretTexts: string[] = [];
      const decrypt = async (ciphertext: string) => {
        const text = await (await secrets.open()).decrypt(ciphertext);
        secretTexts.push(text);
        return text;
      };
      for (const [key, value] of all) {
        values[key] = await naming(key, path, () => openText(value, decrypt));
        if (isSecret(value)) secretKeys.push(key);
      }
      if (isChecked) checkProjectConfig(project, stack, { values: all, texts: values, own: new Set(own.keys()) });
      return { values, secretKeys, secretTexts };
    },

    async asWritten() {
      return Object.fromEntries([...(await merged())].map(([key, value]) => [key, writtenEntry(value)]));
    },

    async sealed() {
      const values = (await load()).values();
      const all = withProjectConfig(project, values);
      const entries = [...values.keys()].map(async (key) => [key, await sealedEntry(all.get(key)!, secrets)] as const);
      return Object.fromEntries(await Promise.all(entries));
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
  return value.kind !== 'sealed' && value.isSecret ? '[secret]' : (writtenValue(value) as Json);
}

function unreadable(error: unknown, key: string): ConfigEntry {
  if (!(error instanceof OperationError)) throw error;
  return { key, value: 'ERROR_UNABLE_TO_DECRYPT', isSecret: true };
}

/** What only the project declares secret is in the clear in the stack file, and must not be so anywhere else. */
async function sealedEntry(value: ConfigValue, secrets: StackSecrets): Promise<Json> {
  if (value.kind === 'sealed' || value.isSecret !== true) return writtenValue(value) as Json;
  const text = await openText(value, decryptWith(secrets));
  return { secure: await (await secrets.open()).encrypt(text) };
}

function encryptWith(manager: SecretsManager): (text: string) => Promise<string> {
  return async (text) => await manager.encrypt(text);
}

function neverSeals(): never {
  throw new Error('there was no secret to seal');
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
