import { OperationError, type PropertyMap, type PropertyValue, Secret, type SecretsManager } from '@radiant/model';
import type { Json, JsonObject } from '@radiant/state';
import type { ConfigEntry, StackConfig } from '../api.ts';
import { checkProjectConfig, withProjectConfig } from '../project/project-config.ts';
import { type ProjectFile, stackFilePath } from '../project/project-file.ts';
import {
  decryptWith,
  entryOf,
  isSecret,
  naming,
  openText,
  type StackSecrets,
  sealedEntry,
  unreadable,
  writtenEntry,
} from './config-entry.ts';
import { parseConfigKey, prettyConfigKey } from './config-key.ts';
import { type ConfigPath, parseConfigPath, valueAtPath } from './config-path.ts';
import { settingValue } from './config-setting.ts';
import { containsSecret, openToSecrets, parseConfigValue, sealSecrets, writtenValue } from './config-value.ts';
import { refuseLikelySecret } from './looks-like-secret.ts';
import { StackFile, valueInside } from './stack-file.ts';

/** All configuration of a stack as a program gets it. */
export interface OpenedConfig {
  /** Keys `namespace:name`; structures as JSON text. */
  readonly values: { readonly [key: string]: string };
  /** The same with their structures and secrets. */
  readonly properties: PropertyMap;
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
        if (setting.refusesLikelySecret === true && setting.secret !== true)
          refuseLikelySecret(setting.key.includes(':') ? setting.key : `${project.name}:${setting.key}`, setting.value);
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
      const properties: Record<string, PropertyValue> = {};
      const secretKeys: string[] = [];
      const secretTexts: string[] = [];
      const decrypt = async (ciphertext: string) => {
        const text = await (await secrets.open()).decrypt(ciphertext);
        secretTexts.push(text);
        return text;
      };
      for (const [key, value] of all) {
        const text = await naming(key, path, () => openText(value, decrypt));
        const property = value.kind === 'object' ? (JSON.parse(text) as PropertyValue) : text;
        values[key] = text;
        properties[key] = isSecret(value) ? new Secret(property) : property;
        if (isSecret(value)) secretKeys.push(key);
      }
      if (isChecked) checkProjectConfig(project, stack, { values: all, texts: values, own: new Set(own.keys()) });
      return { values, properties, secretKeys, secretTexts };
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

function keyNotFound(key: string, stack: string): OperationError {
  return new OperationError({
    code: 'CONFIG_KEY_NOT_FOUND',
    summary: `configuration key '${key}' not found for stack '${stack}'`,
    remedy: `Set it:\n    radiant config set ${key} <value>`,
  });
}
