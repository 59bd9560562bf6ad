import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  findPlugin,
  type InstalledPlugin,
  installedPlugins,
  isStartable,
  pluginEntry,
  pluginKinds,
} from '@radiant/hosts';
import { exitCodes, OperationError } from '@radiant/model';
import semver from 'semver';
import type { Home, InstalledPluginInfo, PluginName, PluginStore } from './api.ts';
import { type Environment, pluginFolders } from './home.ts';

/** The plugins of this home, and those of the established engine's beside it, which are only read. */
export function createPluginStore(env: Environment, home: Home, cwd: string): PluginStore {
  const own = path.join(home.root, 'plugins');
  return {
    async list() {
      const listed = await Promise.all(installedPlugins(pluginFolders(env, home)).map(describe));
      return listed.sort((a, b) => a.name.localeCompare(b.name) || semver.compare(b.version, a.version));
    },

    async install(plugin, file) {
      const name = checked(plugin);
      const target = path.join(own, pluginEntry(name));
      const partial = `${target}.partial`;
      await mkdir(own, { recursive: true });
      await writeFile(partial, '');
      await rm(target, { recursive: true, force: true });
      await mkdir(target);
      try {
        await unpack(path.resolve(cwd, file), target, name);
        if (!isStartable(target, name)) throw noPlugin(file, name);
      } catch (error) {
        await rm(target, { recursive: true, force: true });
        throw error;
      } finally {
        await rm(partial, { force: true });
      }
      return target;
    },

    async removable({ kind, name, versions }) {
      if (kind !== undefined) knownKind(kind);
      const range = versions === undefined ? undefined : versionRange(versions);
      return installedPlugins([own]).filter(
        (plugin) =>
          (kind === undefined || plugin.kind === kind) &&
          (name === undefined || plugin.name === name) &&
          (range === undefined || semver.satisfies(plugin.version, range, { includePrerelease: true })),
      );
    },

    async remove(plugin) {
      await rm(path.join(own, pluginEntry(checked(plugin))), { recursive: true, force: true });
    },

    async executable({ kind, name, version }) {
      const search = { kind: knownKind(kind), name, ...(version !== undefined && { version }) };
      const { location } = findPlugin({ ...search, projectPlugins: [], pluginFolders: pluginFolders(env, home), env });
      if (location.kind === 'executable') return location.path;
      throw new OperationError({
        code: 'PLUGIN_NOT_EXECUTABLE',
        summary: `the ${kind} plugin '${name}' in ${location.dir} has no executable: it runs from source`,
        remedy: 'Run it by the tools of its language, in that folder.',
      });
    },
  };
}

function knownKind(kind: string): InstalledPlugin['kind'] {
  const known = pluginKinds.find((each) => each === kind);
  if (known !== undefined) return known;
  throw new OperationError({
    code: 'PLUGIN_KIND_UNKNOWN',
    summary: `unrecognized plugin kind: ${kind}`,
    remedy: `It is one of ${pluginKinds.join(', ')}.`,
    exitCode: exitCodes.configuration,
  });
}

function versionRange(text: string): semver.Range {
  try {
    return new semver.Range(text);
  } catch (cause) {
    throw new OperationError({
      code: 'PLUGIN_VERSION_INVALID',
      summary: `invalid plugin semver: '${text}' is neither a version nor a range of versions`,
      remedy: 'Write 4.16.0, or a range in quotes: ">=4.0.0 <5.0.0".',
      exitCode: exitCodes.configuration,
      cause,
    });
  }
}

async function describe(plugin: InstalledPlugin): Promise<InstalledPluginInfo> {
  const { birthtime } = await stat(plugin.dir);
  return { ...plugin, sizeBytes: await sizeOf(plugin.dir), installedAt: birthtime };
}

async function sizeOf(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true });
  const sizes = entries.map(async (entry) => {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) return await sizeOf(file);
    return entry.isFile() ? (await stat(file)).size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** A name becomes a folder's, so it is held to what names of plugins are made of. */
function checked({ kind, name, version }: PluginName): Omit<InstalledPlugin, 'dir'> {
  const known = pluginKinds.find((each) => each === kind);
  const plain = semver.valid(version);
  if (known !== undefined && plain !== null && /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name))
    return { kind: known, name, version: plain };
  throw new OperationError({
    code: 'PLUGIN_NAME_INVALID',
    summary: `'${kind} ${name} ${version}' names no plugin: a kind (${pluginKinds.join(', ')}), a name and a version do`,
    remedy: 'radiant plugin install resource shelf 1.2.3 --file pulumi-resource-shelf.tar.gz',
    exitCode: exitCodes.configuration,
  });
}

/** An archive as it is published, a folder, or the executable alone. */
async function unpack(file: string, target: string, { kind, name }: Omit<InstalledPlugin, 'dir'>): Promise<void> {
  const info = await stat(file).catch((cause: unknown) => {
    throw new OperationError({ code: 'PLUGIN_FILE_MISSING', summary: `there is no file ${file}`, cause });
  });
  if (info.isDirectory()) return await cp(file, target, { recursive: true });
  if (/\.(tar|tar\.gz|tgz)$/.test(file)) return await untar(file, target);
  const binary = path.join(target, `pulumi-${kind}-${name}`);
  await cp(file, binary);
  await chmod(binary, 0o755);
}

async function untar(file: string, target: string): Promise<void> {
  const tar = spawn('tar', ['-xf', file, '-C', target], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  tar.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-1000);
  });
  const code = await new Promise<number | null>((resolve) => {
    tar.once('error', (error) => {
      said = error.message;
      resolve(null);
    });
    tar.once('close', resolve);
  });
  if (code === 0) return;
  throw new OperationError({
    code: 'PLUGIN_FILE_INVALID',
    summary: `${file} could not be unpacked`,
    detail: said.trim(),
  });
}

function noPlugin(file: string, { kind, name }: Omit<InstalledPlugin, 'dir'>): OperationError {
  return new OperationError({
    code: 'PLUGIN_FILE_INVALID',
    summary: `${file} holds no plugin '${name}'`,
    detail: `At its top there is neither an executable pulumi-${kind}-${name} nor a PulumiPlugin.yaml.`,
  });
}
