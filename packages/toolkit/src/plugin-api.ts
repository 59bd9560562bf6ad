/** The installed plugins. Nothing is downloaded unless a person says from where. */
export interface PluginStore {
  /** By name, newest first: those of this home, and those of the established engine, which are used too. */
  list(): Promise<readonly InstalledPluginInfo[]>;
  /**
   * Returns the folder it is in. `checksum`: SHA-256 of the archive in hexadecimal; another one is refused. Nothing that is
   * installed is touched before the whole archive is there.
   */
  install(plugin: PluginName, source: PluginSource, options?: { readonly checksum?: string }): Promise<string>;
  /** Those of this home, which alone can be removed, that a filter lets through. Throws OperationError for what is none. */
  removable(filter: PluginFilter): Promise<readonly PluginName[]>;
  /** Removes it from this home. */
  remove(plugin: PluginName): Promise<void>;
  /** The executable of a plugin on PATH or installed; without a version the newest. Throws OperationError. */
  executable(plugin: Omit<PluginName, 'version'> & { readonly version?: string }): Promise<string>;
}

/** What a plugin is installed from. A server has archives under the names that Pulumi publishes them by. */
export type PluginSource =
  /** An archive (`.tar.gz`), a folder or an executable. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'server'; readonly url: string };

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
