/** The size of a tar block; headers are one block, contents are filled up to whole ones. */
export const tarBlock = 512;

const nameMax = 100;
const prefixMax = 155;
/** What eleven octal digits hold. */
const sizeMax = 8 ** 11 - 1;

/**
 * The header blocks of a regular file, byte for byte as Go's `archive/tar` writes `Header{Name, Mode: 0600, Size}`: the
 * hash of an archive is the hash of that tar, so every byte counts. USTAR, and PAX for names that do not fit.
 */
export function tarHeader(name: string, size: number): Buffer {
  if (size > sizeMax) throw new RangeError(`"${name}" is larger than 8 GiB, which a tar header cannot say`);
  const bytes = Buffer.from(name);
  if (bytes.length === name.length && bytes.length <= nameMax) return ustarHeader(bytes, '', size);
  const split = splitPath(name);
  if (split !== undefined) return ustarHeader(Buffer.from(split.suffix), split.prefix, size);
  const record = paxRecord('path', name);
  return Buffer.concat([
    paxHeader(name, record.length),
    record,
    filling(record.length),
    ustarHeader(ascii(name), '', size),
  ]);
}

/** The zeros that complete the last block of contents. */
export function filling(size: number): Buffer {
  return Buffer.alloc((tarBlock - (size % tarBlock)) % tarBlock);
}

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(2 * tarBlock);

function ustarHeader(name: Buffer, prefix: string, size: number): Buffer {
  const block = Buffer.alloc(tarBlock);
  name.copy(block, 0, 0, nameMax);
  octal(block, 100, 8, 0o600);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, size);
  octal(block, 136, 12, 0);
  block.write('0', 156);
  octal(block, 329, 8, 0);
  octal(block, 337, 8, 0);
  block.write(prefix, 345);
  return sealed(block);
}

/** Go: writeRawFile; the extended header has no owner and no device. */
function paxHeader(name: string, size: number): Buffer {
  const cut = name.lastIndexOf('/') + 1;
  const path = `${name.slice(0, cut)}PaxHeaders.0/${name.slice(cut)}`;
  const block = Buffer.alloc(tarBlock);
  const text = ascii(path).subarray(0, nameMax).toString('latin1').replace(/\/+$/, '');
  block.write(text, 0, 'latin1');
  octal(block, 100, 8, 0);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, size);
  octal(block, 136, 12, 0);
  block.write('x', 156);
  return sealed(block);
}

/** Magic, version and checksum. */
function sealed(block: Buffer): Buffer {
  block.write('ustar\0', 257, 'latin1');
  block.write('00', 263);
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  octal(block, 148, 7, sum);
  return block;
}

/** Zero-filled octal digits and a NUL. */
function octal(block: Buffer, offset: number, width: number, value: number): void {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
}

/** `LENGTH key=value\n`, in which the length counts its own digits (POSIX: pax). */
function paxRecord(key: string, value: string): Buffer {
  const body = Buffer.from(` ${key}=${value}\n`);
  let length = body.length + String(body.length).length;
  if (String(length).length + body.length !== length) length = String(length).length + body.length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

/** Go: toASCII drops what is not ASCII. */
function ascii(text: string): Buffer {
  return Buffer.from([...text].filter((sign) => sign.charCodeAt(0) < 0x80).join(''), 'latin1');
}

/** Go: splitUSTARPath. */
function splitPath(name: string): { prefix: string; suffix: string } | undefined {
  const isAscii = Buffer.byteLength(name) === name.length;
  if (!isAscii || name.length <= nameMax) return undefined;
  let length = name.length;
  if (length > prefixMax + 1) length = prefixMax + 1;
  else if (name.endsWith('/')) length -= 1;
  const cut = name.slice(0, length).lastIndexOf('/');
  const suffixLength = name.length - cut - 1;
  if (cut <= 0 || suffixLength > nameMax || suffixLength === 0 || cut > prefixMax) return undefined;
  return { prefix: name.slice(0, cut), suffix: name.slice(cut + 1) };
}
