import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, OperationError, type SecretsProvider } from '@radiant/model';
import { Document, isMap, isNode, isScalar, isSeq, type YAMLMap } from 'yaml';
import { readTextFile } from '../json-file.ts';
import { parseYamlDocument, writeYamlDocument } from '../project/yaml-file.ts';
import { type ConfigPath, valueAtPath } from './config-path.ts';
import { type ConfigValue, parseConfigValue } from './config-value.ts';

/**
 * `Pulumi.<stack>.yaml`: the configuration of a stack and how its secrets are sealed. Edits keep comments, order and
 * whatever else is in the file.
 */
export class StackFile {
  readonly path: string;
  readonly #document: Document;
  readonly #text: string;

  private constructor(file: string, text: string) {
    this.path = file;
    this.#document = text.trim() === '' ? new Document({}) : parseYamlDocument(file, text);
    this.#text = text;
  }

  /** A file that does not exist is an empty one. */
  static async open(file: string): Promise<StackFile> {
    return new StackFile(file, (await readTextFile(file)) ?? '');
  }

  /** The file of a stack that is no more. */
  static async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }

  /** What sealed the secrets of this file; undefined when it does not say. */
  get sealedWith(): SecretsProvider | undefined {
    const url = this.secretsProvider;
    const encryptedkey = this.#textAt('encryptedkey');
    if (url?.includes('://') && encryptedkey !== undefined) return { type: 'cloud', state: { url, encryptedkey } };
    const salt = this.#textAt('encryptionsalt');
    return salt === undefined ? undefined : { type: 'passphrase', state: { salt } };
  }

  /** The secrets manager that a stack with this file is to have: `passphrase`, `default`, or the URL of a key. */
  get secretsProvider(): string | undefined {
    return this.#textAt('secretsprovider');
  }

  /** Every value, in the file's order. */
  values(): ReadonlyMap<string, ConfigValue> {
    const values = new Map<string, ConfigValue>();
    const config = this.#config();
    if (config === undefined) return values;
    const plain = config.toJS(this.#document, { maxAliasCount: 100 }) as Record<string, unknown>;
    for (const [key, value] of Object.entries(plain)) {
      if (!key.includes(':')) throw this.#unqualified(key);
      values.set(normalise(key), parseConfigValue(value, `${this.path}: ${key}`));
    }
    return values;
  }

  /** Undefined where there is none, or nothing in it. */
  #config(): YAMLMap | undefined {
    const config = this.#document.get('config', true);
    if (isMap(config)) return config;
    const isEmpty = config === undefined || config === null || (isScalar(config) && (config.value ?? '') === '');
    if (isEmpty) return undefined;
    throw new OperationError({
      code: 'CONFIG_INVALID',
      summary: `${this.path}: "config" holds keys and values`,
      exitCode: exitCodes.configuration,
    });
  }

  /** Says what seals the secrets from now on. Pulumi's keys and their order: they stand before everything else. */
  setSealedWith({ type, state }: SecretsProvider): void {
    const fields =
      type === 'cloud'
        ? { secretsprovider: state.url, encryptedkey: state.encryptedkey }
        : { encryptionsalt: state.salt };
    for (const key of ['secretsprovider', 'encryptedkey', 'encryptionsalt'])
      if (!Object.hasOwn(fields, key)) this.#document.delete(key);
    for (const [key, value] of Object.entries(fields).reverse()) this.#setAtTop(key, value);
  }

  #setAtTop(key: string, value: unknown): void {
    const { contents } = this.#document;
    if (this.#document.has(key) || !isMap(contents)) this.#document.set(key, value);
    else contents.items.unshift(this.#document.createPair(key, value));
  }

  /** `value` is a scalar, `{secure: …}`, or a structure of these. Structures on the way to `path` are made. */
  set(key: string, configPath: ConfigPath, value: unknown): void {
    const parts = ['config', this.#spelling(key), ...configPath];
    if (this.#config() === undefined) this.#document.set('config', this.#document.createNode({}));
    if (configPath.length > 0) this.#makeRoom(parts);
    const node = this.#document.createNode(value);
    const old = this.#document.getIn(parts, true);
    if (isNode(old) && isNode(node)) {
      node.comment = old.comment;
      node.commentBefore = old.commentBefore;
      node.spaceBefore = old.spaceBefore;
    }
    this.#document.setIn(parts, node);
  }

  /** Returns whether there was anything to remove. */
  remove(key: string, configPath: ConfigPath): boolean {
    const parts = ['config', this.#spelling(key), ...configPath];
    if (!this.#document.hasIn(parts)) return false;
    this.#document.deleteIn(parts);
    const config = this.#document.get('config', true);
    if (isMap(config) && config.items.length === 0) this.#document.delete('config');
    return true;
  }

  async save(): Promise<void> {
    const text = this.path.endsWith('.json')
      ? `${JSON.stringify(this.#document.toJS(), null, 4)}\n`
      : writeYamlDocument(this.#document, this.#text);
    await mkdir(path.dirname(this.path), { recursive: true });
    const mode = (await stat(this.path).catch(() => undefined))?.mode ?? 0o644;
    const temporary = `${this.path}.${process.pid}.tmp`;
    await writeFile(temporary, text, { mode: mode & 0o777 });
    await rename(temporary, this.path);
  }

  /** A set that leads through something that is no structure, or past the end of a list, is refused rather than guessed. */
  #makeRoom(parts: readonly (string | number)[]): void {
    for (let length = 2; length < parts.length; length += 1) {
      const here = this.#document.getIn(parts.slice(0, length), true);
      const next = parts[length]!;
      if (here === undefined || here === null) {
        this.#document.setIn(parts.slice(0, length), this.#document.createNode(typeof next === 'number' ? [] : {}));
        if (typeof next === 'number' && next > 0)
          throw this.#pathRefused(parts, `the list is empty, so its first place is [0]`);
        continue;
      }
      if (isSeq(here)) {
        if (typeof next !== 'number')
          throw this.#pathRefused(parts, `there is a list at ${formatParts(parts.slice(1, length))}`);
        if (next > here.items.length)
          throw this.#pathRefused(
            parts,
            `the list has ${here.items.length} items, so its next place is [${here.items.length}]`,
          );
      } else if (isMap(here)) {
        if (typeof next === 'number')
          throw this.#pathRefused(parts, `there are keys at ${formatParts(parts.slice(1, length))}, not a list`);
      } else {
        throw this.#pathRefused(parts, `there is a plain value at ${formatParts(parts.slice(1, length))}`);
      }
    }
  }

  /** The key as the file spells it, which may be the old `ns:config:name`. */
  #spelling(key: string): string {
    const [namespace, name] = key.split(':');
    const old = `${namespace}:config:${name}`;
    return this.#document.hasIn(['config', old]) ? old : key;
  }

  #textAt(key: string): string | undefined {
    const value = this.#document.get(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    throw new OperationError({
      code: 'CONFIG_INVALID',
      summary: `${this.path}: "${key}" is text`,
      exitCode: exitCodes.configuration,
    });
  }

  #unqualified(key: string): OperationError {
    return new OperationError({
      code: 'CONFIG_KEY_INVALID',
      summary: `${this.path}: the key "${key}" has no namespace`,
      remedy: `Write it with the project's name before it:\n    <project>:${key}: …`,
      exitCode: exitCodes.configuration,
    });
  }

  #pathRefused(parts: readonly (string | number)[], why: string): OperationError {
    return new OperationError({
      code: 'CONFIG_PATH_INVALID',
      summary: `cannot set ${formatParts(parts.slice(1))} in ${this.path}: ${why}`,
      exitCode: exitCodes.configuration,
    });
  }
}

function normalise(key: string): string {
  const parts = key.split(':');
  return parts.length === 3 && parts[1] === 'config' ? `${parts[0]}:${parts[2]}` : key;
}

function formatParts(parts: readonly (string | number)[]): string {
  return parts
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

/** The value at a path inside a structure of the file. */
export function valueInside(value: ConfigValue, configPath: ConfigPath, place: string): ConfigValue | undefined {
  if (configPath.length === 0) return value;
  if (value.kind !== 'object') return undefined;
  const inner = valueAtPath(value.value, configPath);
  return inner === undefined ? undefined : parseConfigValue(inner, place);
}
