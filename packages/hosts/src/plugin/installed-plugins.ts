import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';

/** What a plugin is for (Pulumi: plugin kinds). */
export const pluginKinds = ['resource', 'language', 'analyzer', 'converter', 'tool'] as const;
export type PluginKind = (typeof pluginKinds)[number];

/** A plugin in a folder of plugins (engine reference 4.6). */
export interface InstalledPlugin {
  readonly kind: PluginKind;
  readonly name: string;
  readonly version: string;
  readonly dir: string;
}

/** What is installed in the folders, in their order. What is still being installed, or was cut short, is left out. */
export function installedPlugins(folders: readonly string[]): InstalledPlugin[] {
  return folders.flatMap((folder) =>
    entriesOf(folder).flatMap((entry) => {
      const plugin = parseEntry(entry);
      if (plugin === undefined || existsSync(join(folder, `${entry}.partial`))) return [];
      return [{ ...plugin, dir: join(folder, entry) }];
    }),
  );
}

/** The name of a plugin's folder: `resource-aws-v6.0.0`. */
export function pluginEntry({ kind, name, version }: Omit<InstalledPlugin, 'dir'>): string {
  return `${kind}-${name}-v${version}`;
}

function parseEntry(entry: string): Omit<InstalledPlugin, 'dir'> | undefined {
  const match = /^([a-z]+)-(.+?)-v(\d.*)$/.exec(entry);
  const kind = pluginKinds.find((each) => each === match?.[1]);
  const version = semver.valid(match?.[3]);
  return kind === undefined || version === null ? undefined : { kind, name: match![2]!, version };
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
