/** The installed plugins. Nothing is downloaded. */
export interface PluginStore {
  /** By name, newest first: those of this home, and those of the established engine, which are used too. */
  list(): Promise<readonly InstalledPluginInfo[]>;
  /** Installs an archive (`.tar.gz`), a folder or an executable. Returns the folder it is in. */
  install(plugin: PluginName, file: string): Promise<string>;
  /** Those of this home, which alone can be removed, that a filter lets through. Throws OperationError for what is none. */
  removable(filter: PluginFilter): Promise<readonly PluginName[]>;
  /** Removes it from this home. */
  remove(plugin: PluginName): Promise<void>;
  /** The executable of a plugin on PATH or installed; without a version the newest. Throws OperationError. */
  executable(plugin: Omit<PluginName, 'version'> & { readonly version?: string }): Promise<string>;
}

export interface PluginFilter {
  readonly kind?: string;
  readonly name?: string;
  /** A version, or a range of them (`>=1.2.0 <2.0.0`). */
  readonly versions?: string;
}

export interface PluginName {
  /** `resource`, `language`, `analyzer`, `converter` or `tool`. */
  readonly kind: string;
  readonly name: string;
  /** With or without a leading `v`. */
  readonly version: string;
}

export interface InstalledPluginInfo extends PluginName {
  readonly dir: string;
  readonly sizeBytes: number;
  readonly installedAt: Date;
}
