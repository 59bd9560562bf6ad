export interface StackConfig {
  /** Keys `namespace:name`, in the file's order, with project defaults. Secret values are opened only when asked. */
  list(options?: { readonly showSecrets?: boolean }): Promise<readonly ConfigEntry[]>;
  /** Throws `configuration key 'x' not found for stack 's'`. */
  get(key: string, options?: { readonly path?: boolean }): Promise<ConfigEntry>;
  set(key: string, value: string, options?: Omit<ConfigSetting, 'key' | 'value'>): Promise<void>;
  /** Sets all of them, in one writing of the file, or none. */
  setAll(settings: readonly ConfigSetting[]): Promise<void>;
  /** What is not there need not be removed. */
  remove(key: string, options?: { readonly path?: boolean }): Promise<void>;
  removeAll(keys: readonly string[], options?: { readonly path?: boolean }): Promise<void>;
}

/** `string`, `bool`, `int` and `float` as `config set --type` names them; `object` is JSON text of a structure. */
export type ConfigSettingType = 'string' | 'bool' | 'int' | 'float' | 'object';

export interface ConfigSetting {
  /** `name` or `namespace:name`; with `path`, followed by the way to a nested value: `outer.list[0]`. */
  readonly key: string;
  readonly value: string;
  readonly secret?: boolean;
  readonly path?: boolean;
  /** Undefined: text, and inside a structure what the text reads as. */
  readonly type?: ConfigSettingType;
  /** Refuse what is not `secret` and looks as if it should be. */
  readonly refusesLikelySecret?: boolean;
}

export interface ConfigCopy {
  /** Undefined: the selected stack. */
  readonly from: string | undefined;
  readonly to: string;
  /** Undefined: everything. */
  readonly key?: string;
  readonly path?: boolean;
}

export interface ConfigEntry {
  /** `project:name` */
  readonly key: string;
  /** Text, or JSON text of an object; undefined for a secret that was not opened. */
  readonly value: string | undefined;
  /** Present when the value is an object or a list. Its secret leaves are `[secret]` unless opened. */
  readonly objectValue?: unknown;
  readonly isSecret: boolean;
}
