import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Bytes of known size, read when asked for. */
export interface Blob {
  readonly size: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** Asset contents that cannot be had: no such file, no such page. The message is for the user. */
export class UnreadableAssetError extends Error {
  override readonly name = 'UnreadableAssetError';
}

export function blobOf(bytes: Uint8Array): Blob {
  return {
    size: bytes.length,
    chunks: async function* () {
      yield bytes;
    },
  };
}

/** A file; a relative path starts at `directory`. */
export async function fileBlob(path: string, directory: string): Promise<Blob> {
  const file = isAbsolute(path) ? path : join(directory, path);
  const info = await stat(file).catch((error: unknown) => {
    throw unreadable(`the file "${file}"`, error);
  });
  if (info.isDirectory())
    throw new UnreadableAssetError(`"${file}" is a folder, and an asset is one file; use an archive`);
  return { size: info.size, chunks: () => createReadStream(file) };
}

export async function readLocalFile(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw unreadable(`the file "${path}"`, error);
  });
}

/** What a `file:`, `http:` or `https:` address holds; it is read at once. */
export async function uriBytes(uri: string): Promise<Uint8Array> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol === 'file:') return readLocalFile(fileURLToPath(url));
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UnreadableAssetError(`"${uri}" is not an address that can be read: use http, https or file`);
  const response = await fetch(url).catch((error: unknown) => {
    throw unreadable(withoutSecrets(url), error);
  });
  if (!response.ok)
    throw new UnreadableAssetError(`cannot read ${withoutSecrets(url)}: it answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Signed addresses carry their key in the query. */
function withoutSecrets(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

export function unreadable(what: string, error: unknown): UnreadableAssetError {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: { code?: string } };
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    ENOTDIR: 'a part of its path is not a folder',
  };
  const why = reasons[code ?? ''] ?? cause?.code ?? message ?? String(error);
  return new UnreadableAssetError(`cannot read ${what}: ${why}`);
}
