import { createHash, type Hash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import {
  Archive,
  Asset,
  isPropertyList,
  isPropertyMap,
  mapProperty,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
  setOwn,
} from '@radiant/model';
import { PropertyError } from '../properties/property-error.ts';
import { archivedFiles, archiveFormat } from './archive-files.ts';
import { type Blob, blobOf, fileBlob, readLocalFile, UnreadableAssetError, unreadable, uriBytes } from './blob.ts';
import { filling, tarEnd, tarHeader } from './tar-header.ts';

/** A folder that Pulumi keeps its own things in, never part of an archive. */
const bookkeepingFolder = '.pulumi';

/**
 * `map` with the hash of every asset and archive that has none: sha256 of an asset's bytes and of an archive file's, and
 * of a tar of everything else (Pulumi: Asset.EnsureHash, Archive.EnsureHash). Relative paths start at `directory`.
 * Throws PropertyError, which names the property, when something cannot be read.
 */
export async function hashAssets(map: PropertyMap, directory: string): Promise<PropertyMap> {
  const found: { readonly path: (string | number)[]; readonly value: Asset | Archive }[] = [];
  collect(map, [], found);
  if (found.length === 0) return map;
  const hashed = new Map<PropertyValue, Asset | Archive>();
  for (const { path, value } of found) {
    try {
      hashed.set(value, await withHash(value, directory));
    } catch (error) {
      if (error instanceof UnreadableAssetError) throw new PropertyError(path, error.message);
      throw error;
    }
  }
  return mapProperty(map, (value) => hashed.get(value) ?? value) as PropertyMap;
}

function collect(
  value: PropertyValue,
  path: (string | number)[],
  found: { path: (string | number)[]; value: Asset | Archive }[],
): void {
  if (value === null || typeof value !== 'object') return;
  if (value instanceof Asset || value instanceof Archive) {
    if (value.hash === '') found.push({ path: [...path], value });
  } else if (value instanceof Secret) collect(value.value, path, found);
  else if (value instanceof OutputValue) collect(value.value ?? null, path, found);
  else if (isPropertyList(value)) value.forEach((item, index) => void collect(item, [...path, index], found));
  else if (isPropertyMap(value)) for (const key of Object.keys(value)) collect(value[key]!, [...path, key], found);
}

async function withHash(value: Asset | Archive, directory: string): Promise<Asset | Archive> {
  if (value.hash !== '' || value.content.kind === 'elided') return value;
  const hash = createHash('sha256');
  if (value instanceof Asset) {
    await feed(hash, await assetBlob(value, directory));
    return new Asset(value.content, hash.digest('hex'));
  }
  const archive = await withMembersHashed(value, directory);
  const file = await archiveFile(archive, directory);
  if (file !== undefined) await feed(hash, file);
  else await feedTar(hash, archive, directory);
  return new Archive(archive.content, hash.digest('hex'));
}

async function withMembersHashed(archive: Archive, directory: string): Promise<Archive> {
  if (archive.content.kind !== 'assets') return archive;
  const assets: Record<string, Asset | Archive> = {};
  for (const [name, member] of Object.entries(archive.content.assets))
    setOwn(assets, name, await withHash(member, directory));
  return new Archive({ kind: 'assets', assets }, archive.hash);
}

async function feed(hash: Hash, blob: Blob): Promise<void> {
  for await (const chunk of blob.chunks()) hash.update(chunk);
}

async function feedTar(hash: Hash, archive: Archive, directory: string): Promise<void> {
  const seen = new Set<string>();
  for await (const { name, blob } of files(archive, directory)) {
    if (seen.has(name)) continue;
    seen.add(name);
    hash.update(tarHeader(name, blob.size));
    await feed(hash, blob);
    hash.update(filling(blob.size));
  }
  hash.update(tarEnd);
}

async function assetBlob(asset: Asset, directory: string): Promise<Blob> {
  const { content } = asset;
  switch (content.kind) {
    case 'text':
      return blobOf(Buffer.from(content.text));
    case 'path':
      return fileBlob(content.path, directory);
    case 'uri':
      return blobOf(await uriBytes(content.uri));
    case 'elided':
      throw new UnreadableAssetError('the contents of an asset were left out, only its hash is known');
  }
}

/** The archive as the one file that it is, when it is one. */
async function archiveFile(archive: Archive, directory: string): Promise<Blob | undefined> {
  const { content } = archive;
  if (content.kind === 'path' && archiveFormat(content.path) !== undefined) return fileBlob(content.path, directory);
  if (content.kind === 'uri') return blobOf(await uriBytes(content.uri));
  return undefined;
}

interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/** All files of an archive, archives within it unfolded: by name, folders in the order of their listing. */
async function* files(archive: Archive, directory: string): AsyncGenerator<NamedBlob> {
  const { content } = archive;
  switch (content.kind) {
    case 'assets':
      for (const name of Object.keys(content.assets).sort(byBytes)) {
        const member = content.assets[name]!;
        if (member instanceof Asset) yield { name, blob: await assetBlob(member, directory) };
        else for await (const inner of files(member, directory)) yield { ...inner, name: posix.join(name, inner.name) };
      }
      return;
    case 'path': {
      const path = isAbsolute(content.path) ? content.path : join(directory, content.path);
      const format = archiveFormat(path);
      if (format === undefined) yield* folderFiles(path);
      else yield* unpacked(archivedFiles(await readLocalFile(path), format, `"${path}"`));
      return;
    }
    case 'uri': {
      const format = archiveFormat(new URL(content.uri).pathname) ?? 'tgz';
      yield* unpacked(archivedFiles(await uriBytes(content.uri), format, `"${content.uri}"`));
      return;
    }
    case 'elided':
      throw new UnreadableAssetError('the contents of an archive were left out, only its hash is known');
  }
}

function* unpacked(found: readonly { name: string; bytes: Uint8Array }[]): Generator<NamedBlob> {
  for (const { name, bytes } of found) yield { name, blob: blobOf(bytes) };
}

/** Go: filepath.Walk. Links to files are followed, links to folders are left out. */
async function* folderFiles(folder: string): AsyncGenerator<NamedBlob> {
  const info = await stat(folder).catch((error: unknown) => {
    throw unreadable(`the archive "${folder}"`, error);
  });
  if (!info.isDirectory())
    throw new UnreadableAssetError(
      `"${folder}" is neither a folder nor an archive file (.tar, .tgz, .tar.gz, .zip, .jar)`,
    );
  yield* walk(folder, '');
}

async function* walk(root: string, inside: string): AsyncGenerator<NamedBlob> {
  const entries = await readdir(join(root, inside), { withFileTypes: true });
  entries.sort((a, b) => byBytes(a.name, b.name));
  for (const entry of entries) {
    if (entry.name === bookkeepingFolder) continue;
    const name = posix.join(inside, entry.name);
    const path = join(root, name);
    if (entry.isDirectory()) yield* walk(root, name);
    else if (!entry.isSymbolicLink() || !(await stat(path)).isDirectory())
      yield { name, blob: await fileBlob(path, root) };
  }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
