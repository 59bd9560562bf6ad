import { gunzipSync, inflateRawSync } from 'node:zlib';
import { UnreadableAssetError } from './blob.ts';
import { tarBlock } from './tar-header.ts';

export interface ArchivedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type ArchiveFormat = 'tar' | 'tgz' | 'zip';

/** By its ending alone (Pulumi: detectArchiveFormat). Undefined: not an archive file. */
export function archiveFormat(path: string): ArchiveFormat | undefined {
  if (path.endsWith('.tar')) return 'tar';
  if (path.endsWith('.tgz') || path.endsWith('.tar.gz')) return 'tgz';
  if (path.endsWith('.zip') || path.endsWith('.jar')) return 'zip';
  return undefined;
}

/** The regular files of an archive, in its own order. `where` names it in errors. */
export function archivedFiles(bytes: Uint8Array, format: ArchiveFormat, where: string): readonly ArchivedFile[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (format === 'zip') return zippedFiles(buffer);
    return tarredFiles(format === 'tgz' ? gunzipSync(buffer) : buffer);
  } catch (error) {
    throw new UnreadableAssetError(`${where} is not a ${format} archive: ${(error as Error).message}`);
  }
}

function tarredFiles(tar: Buffer): readonly ArchivedFile[] {
  const files: ArchivedFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + tarBlock <= tar.length; ) {
    const header = tar.subarray(at, at + tarBlock);
    if (header.every((byte) => byte === 0)) break;
    const size = Number.parseInt(text(header, 124, 12).trim() || '0', 8);
    if (!Number.isSafeInteger(size) || at + tarBlock + size > tar.length) throw new Error('it is damaged');
    const bytes = tar.subarray(at + tarBlock, at + tarBlock + size);
    at += tarBlock + Math.ceil(size / tarBlock) * tarBlock;
    const type = String.fromCharCode(header[156]!);
    if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(bytes.toString('utf8'))?.[1] ?? longName;
    else if (type === 'L') longName = text(bytes, 0, bytes.length);
    else {
      const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
      const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + text(header, 0, 100);
      longName = undefined;
      if (type === '0' || type === '\0') files.push({ name, bytes });
    }
  }
  return files;
}

/** Up to the first NUL. */
function text(bytes: Buffer, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

function zippedFiles(zip: Buffer): readonly ArchivedFile[] {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== endOfDirectory) end -= 1;
  if (end < 0) throw new Error('it has no directory');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw new Error('zip64 is not supported');
  const files: ArchivedFile[] = [];
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== directoryEntry) throw new Error('its directory is damaged');
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (!name.endsWith('/')) files.push({ name, bytes: zippedBytes(zip, at) });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}

function zippedBytes(zip: Buffer, entry: number): Uint8Array {
  const method = zip.readUInt16LE(entry + 10);
  const compressedSize = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(start, start + compressedSize);
  if (method === 0) return bytes;
  if (method === 8) return inflateRawSync(bytes);
  throw new Error(`compression method ${method} is not supported`);
}
