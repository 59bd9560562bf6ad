import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
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
import type { Home, InstalledPluginInfo, PluginName, PluginSource, PluginStore } from './api.ts';
import { archiveUrl, downloadArchive } from './download-archive.ts';
import { type Environment, pluginFolders } from './home.ts';

/** The plugins of this home, and those of the established engine's beside it, which are only read. */
export function createPluginStore(env: Environment, home: Home, cwd: string): PluginStore {
  const own = path.join(home.root, 'plugins');
  return {
    async list() {
      const listed = await Promise.all(installedPlugins(pluginFolders(env, home)).map(describe));
      return listed.sort((a, b) => a.name.localeCompare(b.name) || semver.compare(b.version, a.version));
    },

    async install(plugin, source, { checksum } = {}) {
      const name = checked(plugin);
      return await withFile(cwd, source, name, async (file) => {
        if (checksum !== undefined) await assertChecksum(file, checksum);
        return await place(own, file, name);
      });
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

/** What is downloaded for it is there while `use` runs. */
async function withFile<T>(
  cwd: string,
  source: PluginSource,
  plugin: PluginName,
  use: (file: string) => Promise<T>,
): Promise<T> {
  if (source.kind === 'file') return await use(path.resolve(cwd, source.path));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'radiant-plugin-'));
  try {
    const url = source.kind === 'url' ? source.url : archiveUrl(source.url, plugin);
    return await use(await downloadArchive(url, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As Pulumi marks it, a plugin beside whose folder there is a `.partial` is not all there. */
async function place(own: string, file: string, name: Omit<InstalledPlugin, 'dir'>): Promise<string> {
  const target = path.join(own, pluginEntry(name));
  const partial = `${target}.partial`;
  await mkdir(own, { recursive: true });
  await writeFile(partial, '');
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  try {
    await unpack(file, target, name);
    if (!isStartable(target, name)) throw noPlugin(file, name);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
  return target;
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

async function assertChecksum(file: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash).catch((cause: unknown) => {
    throw new OperationError({ code: 'PLUGIN_FILE_MISSING', summary: `there is no file ${file} to check`, cause });
  });
  const found = hash.digest('hex');
  if (found === expected.toLowerCase()) return;
  throw new OperationError({
    code: 'PLUGIN_CHECKSUM_MISMATCH',
    summary: `${path.basename(file)} is not what was expected: its SHA-256 is ${found}`,
    remedy: 'Nothing was installed. Make sure of the checksum, and of where the archive comes from.',
  });
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
