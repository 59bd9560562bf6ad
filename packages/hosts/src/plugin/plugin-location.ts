import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { OperationError } from '@radiant/model';
import semver from 'semver';
import { installedPlugins } from './installed-plugins.ts';
import { manifestFile } from './plugin-manifest.ts';

/** A plugin that the project names itself: `plugins.providers` or `packages` of Pulumi.yaml. */
export interface ProjectPlugin {
  readonly name: string;
  /** Absolute. An executable's folder, the executable itself, or a folder of sources with a PulumiPlugin.yaml. */
  readonly path: string;
  readonly version?: string;
}

export type PluginLocation =
  | { readonly kind: 'executable'; readonly path: string }
  /** A folder of sources, to be run by a language's runtime. */
  | { readonly kind: 'source'; readonly dir: string };

export interface PluginSearch {
  readonly name: string;
  readonly version?: string;
  readonly projectPlugins: readonly ProjectPlugin[];
  /** Folders of installed plugins: `$RADIANT_HOME/plugins`, `~/.pulumi/plugins`. */
  readonly pluginFolders: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface FoundPlugin {
  readonly location: PluginLocation;
  /** Something to tell about how it was found. */
  readonly warning?: string;
}

const executableEndings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];

/**
 * Where the plugin of a package is (engine reference 4.6): what the project names, then PATH, then what is installed.
 * Throws OperationError that says where it was looked for.
 */
export function findPlugin(search: PluginSearch): FoundPlugin {
  const named = fromProject(search);
  if (named !== undefined) return { location: named };
  const installed = fromFolders(search);
  const ambient = isOn(search.env.PULUMI_IGNORE_AMBIENT_PLUGINS) ? undefined : fromPath(search);
  if (ambient !== undefined) {
    const location = { kind: 'executable', path: ambient } as const;
    if (installed === undefined) return { location };
    const warning = `using ${binaryName(search.name)} from $PATH at ${ambient}, although version ${installed.version} is installed`;
    return { location, warning };
  }
  if (installed !== undefined) return { location: installed.location };
  throw missingPlugin(search);
}

function binaryName(name: string): string {
  return `pulumi-resource-${name}`;
}

function fromProject({ name, version, projectPlugins }: PluginSearch): PluginLocation | undefined {
  const plugin = projectPlugins.find((each) => {
    const isWanted = version === undefined || each.version === undefined || sameVersion(each.version, version);
    return each.name === name && isWanted;
  });
  if (plugin === undefined) return undefined;
  const location = locate(plugin.path, name);
  if (location !== undefined) return location;
  throw new OperationError({
    code: 'PLUGIN_NOT_FOUND',
    summary: `the project says that the plugin "${name}" is at ${plugin.path}, but there is none`,
    detail: `There is neither an executable ${binaryName(name)} nor a PulumiPlugin.yaml.`,
    remedy: 'Correct its path in Pulumi.yaml.',
  });
}

function locate(path: string, name: string): PluginLocation | undefined {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined) return undefined;
  if (info.isFile()) return isExecutable(path) ? { kind: 'executable', path } : undefined;
  const binary = executableIn(path, name);
  if (binary !== undefined) return { kind: 'executable', path: binary };
  return manifestFile('plugin', path) === undefined ? undefined : { kind: 'source', dir: path };
}

/** Whether an installed plugin has something that can be started. */
export function isStartable(dir: string, { kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return manifestFile('plugin', dir) !== undefined || executable(dir, `pulumi-${kind}-${name}`) !== undefined;
}

function fromPath({ name, env }: PluginSearch): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const binary = executableIn(resolve(folder), name);
    if (binary !== undefined) return binary;
  }
  return undefined;
}

function fromFolders(
  search: PluginSearch,
): { readonly location: PluginLocation; readonly version: string } | undefined {
  const { name, version, pluginFolders } = search;
  const found = installedPlugins(pluginFolders).filter((plugin) => plugin.kind === 'resource' && plugin.name === name);
  const wanted = version === undefined ? found : found.filter((each) => sameVersion(each.version, version));
  // The folders stand in the order of their rank, which a stable sort keeps among equal versions.
  for (const { dir, version: best } of wanted.sort((a, b) => semver.compare(b.version, a.version))) {
    const location = locate(dir, name);
    if (location !== undefined) return { location, version: best };
  }
  return undefined;
}

function executableIn(folder: string, name: string): string | undefined {
  return executable(folder, binaryName(name));
}

function executable(folder: string, file: string): string | undefined {
  const candidates = executableEndings.map((ending) => join(folder, file + ending));
  return candidates.find((each) => isExecutable(each));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function sameVersion(a: string, b: string): boolean {
  const [left, right] = [semver.valid(a), semver.valid(b)];
  return left === null || right === null ? a === b : semver.eq(left, right);
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}

function missingPlugin({ name, version, pluginFolders }: PluginSearch): OperationError {
  const plain = version?.replace(/^v/, '');
  const folders = pluginFolders.map((folder) => `  in ${join(folder, `resource-${name}-v${plain ?? '…'}`)}`);
  const others = installedPlugins(pluginFolders)
    .filter((plugin) => plugin.kind === 'resource' && plugin.name === name)
    .map((plugin) => plugin.version);
  const installed = others.length === 0 ? [] : [`Installed is version ${[...new Set(others)].join(', ')}.`];
  return new OperationError({
    code: 'PLUGIN_NOT_FOUND',
    summary: `no provider plugin serves the package '${name}'${plain === undefined ? '' : ` version ${plain}`}`,
    detail: ['It was looked for', `  as ${binaryName(name)} on $PATH`, ...folders, ...installed].join('\n'),
    remedy:
      `Radiant downloads no plugins. Install one that you have downloaded:\n` +
      `    radiant plugin install resource ${name} ${plain ?? '<version>'} --file pulumi-resource-${name}.tar.gz\n` +
      `or name the folder of its executable or its sources in Pulumi.yaml:\n` +
      `    plugins:\n      providers:\n        - name: ${name}\n          path: ./path/to/plugin`,
  });
}
