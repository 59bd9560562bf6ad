/** The installed plugins. Nothing is downloaded. */
export interface PluginStore {
  /** By name, newest first: those of this home, and those of the established engine, which are used too. */
  list(): Promise<readonly InstalledPluginInfo[]>;
  /** Installs an archive (`.tar.gz`), a folder or an executable. Returns the folder it is in. */
  install(plugin: PluginName, file: string): Promise<string>;
  /** Removes a version, or all of them, from this home. Returns the versions that are gone. */
  remove(kind: string, name: string, version?: string): Promise<readonly string[]>;
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
