import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PluginRequest } from '@radiant/model';
import semver from 'semver';

/** What a package.json says of the provider that its resources need (engine reference 1.5). */
interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly pulumi?: {
    readonly resource?: unknown;
    readonly name?: unknown;
    readonly version?: unknown;
    readonly server?: unknown;
    readonly parameterization?: { readonly name?: unknown; readonly version?: unknown; readonly value?: unknown };
  };
}

/**
 * The plugins that the installed packages of a Node.js program ask for, by the package they serve: for requests that name
 * no version. Nothing is read before somebody asks, and every node_modules only once.
 */
export function installedPackages(programDir: string): (packageName: string) => PluginRequest | undefined {
  let found: ReadonlyMap<string, PluginRequest> | undefined;
  return (packageName) => {
    found ??= readPackages(programDir);
    return found.get(packageName);
  };
}

function readPackages(programDir: string): ReadonlyMap<string, PluginRequest> {
  const found = new Map<string, PluginRequest>();
  for (let dir = path.resolve(programDir); ; dir = path.dirname(dir)) {
    for (const folder of packageFolders(path.join(dir, 'node_modules'))) {
      const plugin = pluginIn(path.join(folder, 'package.json'));
      // Of several versions the newest serves all: they share the default provider.
      if (plugin !== undefined && isNewer(plugin.request, found.get(plugin.packageName)))
        found.set(plugin.packageName, plugin.request);
    }
    if (dir === path.dirname(dir)) return found;
  }
}

/** The packages in a node_modules, those in scopes, and those that packages have for themselves. */
function* packageFolders(nodeModules: string): Generator<string> {
  for (const entry of entriesOf(nodeModules)) {
    if (entry.name.startsWith('.') || entry.isFile()) continue;
    const folder = path.join(nodeModules, entry.name);
    if (entry.name.startsWith('@')) yield* packageFolders(folder);
    else {
      yield folder;
      // A link leads to where somebody works, whose node_modules are his own affair.
      if (entry.isDirectory()) yield* packageFolders(path.join(folder, 'node_modules'));
    }
  }
}

function pluginIn(file: string): { readonly packageName: string; readonly request: PluginRequest } | undefined {
  const text = textOf(file);
  if (text === undefined || !text.includes('"pulumi"')) return undefined;
  const { name, version, pulumi } = parse(text);
  if (pulumi?.resource !== true) return undefined;
  const pluginName = asText(pulumi.name) ?? asText(name)?.split('/').at(-1);
  if (pluginName === undefined) return undefined;
  const pluginVersion = (asText(pulumi.version) ?? asText(version))?.replace(/^v/, '');
  const server = asText(pulumi.server);
  const download = server === undefined ? {} : { downloadUrl: server };
  const versioned = pluginVersion === undefined ? {} : { version: pluginVersion };
  const parameter = asText(pulumi.parameterization?.value);
  if (parameter === undefined) return { packageName: pluginName, request: { ...versioned, ...download } };
  const packageVersion = asText(pulumi.parameterization?.version);
  return {
    packageName: asText(pulumi.parameterization?.name) ?? pluginName,
    request: {
      ...(packageVersion === undefined ? {} : { version: packageVersion }),
      ...download,
      base: { name: pluginName, ...versioned, parameter },
    },
  };
}

function isNewer({ version }: PluginRequest, than: PluginRequest | undefined): boolean {
  if (than === undefined) return true;
  const [left, right] = [semver.valid(version), semver.valid(than.version)];
  return left !== null && (right === null || semver.gt(left, right));
}

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A manifest that cannot be read is its owner's affair. */
function parse(text: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null ? manifest : {};
  } catch {
    return {};
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
