import { statSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import semver from 'semver';
import { executableIn, executableOnPath, isExecutable } from '../executables.ts';
import { installedPlugins, type PluginKind } from './installed-plugins.ts';
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
  readonly kind: PluginKind;
  /** The package that it serves, the runtime whose programs it runs, or what else it is called by. */
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

/**
 * Where the plugin of a package or of a runtime is (engine reference 4.6): what the project names, then PATH, then what is installed.
 * Throws OperationError that says where it was looked for.
 */
export function findPlugin(search: PluginSearch): FoundPlugin {
  const named = fromProject(search);
  if (named !== undefined) return { location: named };
  const installed = fromFolders(search);
  const ambient = isOn(search.env.PULUMI_IGNORE_AMBIENT_PLUGINS)
    ? undefined
    : executableOnPath(binaryName(search), search.env);
  if (ambient !== undefined) {
    const location = { kind: 'executable', path: ambient } as const;
    if (installed === undefined) return { location };
    const warning = `using ${binaryName(search)} from $PATH at ${ambient}, although version ${installed.version} is installed`;
    return { location, warning };
  }
  if (installed !== undefined) return { location: installed.location };
  throw missingPlugin(search);
}

type PluginName = Pick<PluginSearch, 'kind' | 'name'>;

function binaryName({ kind, name }: PluginName): string {
  return `pulumi-${kind}-${name}`;
}

function fromProject({ kind, name, version, projectPlugins }: PluginSearch): PluginLocation | undefined {
  const plugin = projectPlugins.find((each) => {
    const isWanted = version === undefined || each.version === undefined || sameVersion(each.version, version);
    return each.name === name && isWanted;
  });
  if (plugin === undefined) return undefined;
  const location = locate(plugin.path, { kind, name });
  if (location !== undefined) return location;
  throw new OperationError({
    code: 'PLUGIN_NOT_FOUND',
    summary: `the project says that the plugin "${name}" is at ${plugin.path}, but there is none`,
    detail: `There is neither an executable ${binaryName({ kind, name })} nor a PulumiPlugin.yaml.`,
    remedy: 'Correct its path in Pulumi.yaml.',
  });
}

function locate(path: string, plugin: PluginName): PluginLocation | undefined {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined) return undefined;
  if (info.isFile()) return isExecutable(path) ? { kind: 'executable', path } : undefined;
  const binary = executableIn(path, binaryName(plugin));
  if (binary !== undefined) return { kind: 'executable', path: binary };
  return manifestFile('plugin', path) === undefined ? undefined : { kind: 'source', dir: path };
}

/** Whether an installed plugin has something that can be started. */
export function isStartable(dir: string, { kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return manifestFile('plugin', dir) !== undefined || executableIn(dir, `pulumi-${kind}-${name}`) !== undefined;
}

function fromFolders(
  search: PluginSearch,
): { readonly location: PluginLocation; readonly version: string } | undefined {
  const { kind, name, version, pluginFolders } = search;
  const found = installedPlugins(pluginFolders).filter((plugin) => plugin.kind === kind && plugin.name === name);
  const wanted = version === undefined ? found : found.filter((each) => sameVersion(each.version, version));
  // The folders stand in the order of their rank, which a stable sort keeps among equal versions.
  for (const { dir, version: best } of wanted.sort((a, b) => semver.compare(b.version, a.version))) {
    const location = locate(dir, { kind, name });
    if (location !== undefined) return { location, version: best };
  }
  return undefined;
}

function sameVersion(a: string, b: string): boolean {
  const [left, right] = [semver.valid(a), semver.valid(b)];
  return left === null || right === null ? a === b : semver.eq(left, right);
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}

function missingPlugin({ kind, name, version, pluginFolders }: PluginSearch): OperationError {
  const plain = version?.replace(/^v/, '');
  const folders = pluginFolders.map((folder) => `  in ${join(folder, `${kind}-${name}-v${plain ?? '…'}`)}`);
  const others = installedPlugins(pluginFolders)
    .filter((plugin) => plugin.kind === kind && plugin.name === name)
    .map((plugin) => plugin.version);
  const installed = others.length === 0 ? [] : [`Installed is version ${[...new Set(others)].join(', ')}.`];
  const place = `  as ${binaryName({ kind, name })} on $PATH`;
  return new OperationError({
    code: 'PLUGIN_NOT_FOUND',
    ...absence(kind, name, plain),
    detail: ['It was looked for', place, ...folders, ...installed].join('\n'),
  });
}

function absence(kind: PluginSearch['kind'], name: string, version: string | undefined) {
  const install = `radiant plugin install ${kind} ${name} ${version ?? '<version>'} --file pulumi-${kind}-${name}.tar.gz`;
  if (kind === 'language')
    return {
      summary: `programs of the runtime '${name}' need the language plugin pulumi-language-${name}, and there is none`,
      remedy:
        `Radiant runs Node.js and Python programs itself. For others put pulumi-language-${name}, which Pulumi releases, on $PATH,\n` +
        `or install the archive that you have downloaded:\n    ${install}\nIf the runtime is misspelt, correct \`runtime\` in Pulumi.yaml.`,
    };
  if (kind !== 'resource')
    return {
      summary: `there is no ${kind} plugin '${name}'${version === undefined ? '' : ` version ${version}`}`,
      remedy: `Radiant downloads no plugin by itself. Install one that you have downloaded:\n    ${install}`,
    };
  return {
    summary: `no provider plugin serves the package '${name}'${version === undefined ? '' : ` version ${version}`}`,
    remedy:
      `Radiant downloads no plugin by itself. Install one that you have downloaded:\n    ${install}\n` +
      `or name the folder of its executable or its sources in Pulumi.yaml:\n` +
      `    plugins:\n      providers:\n        - name: ${name}\n          path: ./path/to/plugin`,
  };
}
