import { crc32 } from 'node:zlib';

/*
 * A record is a line: `<checksum> <number> <first>-<last> <JSON>\n`. The checksum (CRC-32, 8 hexadecimal digits) is over
 * what follows it. Records number from 1. `first` and `last` are the numbers of the records that were made durable
 * together: a record beyond `last` was only written once all up to `last` were safe.
 */

/** Lines of records that become durable together; `first` is the number of the first. */
export function formatRecords(texts: readonly string[], first: number): string {
  const last = first + texts.length - 1;
  return texts
    .map((text, index) => {
      const body = `${first + index} ${first}-${last} ${text}`;
      return `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`;
    })
    .join('');
}

export interface RecordsRead {
  /** The JSON of each record, in order. */
  readonly texts: readonly string[];
  /** Where each record ends, in bytes. */
  readonly ends: readonly number[];
  /** How many bytes they take; what lies beyond is a torn tail. */
  readonly length: number;
  readonly isTorn: boolean;
}

export type RecordsResult =
  | ({ readonly kind: 'read' } & RecordsRead)
  /** Record `number` was durable once and is no longer whole. */
  | { readonly kind: 'damaged'; readonly number: number; readonly offset: number };

interface Line {
  readonly number: number;
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

const newline = 0x0a;

/**
 * Reads records up to the first that is not whole. That is a torn tail when nothing after it can have been written
 * later than it became durable, and damage otherwise.
 */
export function parseRecords(bytes: Uint8Array): RecordsResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  const ends: number[] = [];
  let offset = 0;
  let previous: Line | undefined;
  while (offset < buffer.length) {
    const end = buffer.indexOf(newline, offset);
    const line = end < 0 ? undefined : parseLine(buffer.subarray(offset, end));
    if (line === undefined || !follows(line, previous)) {
      const number = texts.length + 1;
      const group = previous !== undefined && number <= previous.last ? previous.first : number;
      if (hasLaterGroup(buffer, offset, group)) return { kind: 'damaged', number, offset };
      return { kind: 'read', texts, ends, length: offset, isTorn: true };
    }
    texts.push(line.text);
    previous = line;
    offset = end + 1;
    ends.push(offset);
  }
  return { kind: 'read', texts, ends, length: offset, isTorn: false };
}

function parseLine(line: Buffer): Line | undefined {
  const text = line.toString('utf8');
  const match = /^([0-9a-f]{8}) (\d+) (\d+)-(\d+) /.exec(text);
  if (match === null || crc32(line.subarray(9)) !== Number.parseInt(match[1]!, 16)) return undefined;
  return {
    number: Number(match[2]),
    first: Number(match[3]),
    last: Number(match[4]),
    text: text.slice(match[0].length),
  };
}

function follows(line: Line, previous: Line | undefined): boolean {
  if (line.number !== (previous?.number ?? 0) + 1) return false;
  return previous !== undefined && line.number <= previous.last
    ? line.first === previous.first && line.last === previous.last
    : line.first === line.number;
}

/** Every record that is whole, in the order of their numbers, whatever is between them. */
export function salvageRecords(bytes: Uint8Array): readonly { readonly number: number; readonly text: string }[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Line[] = [];
  for (let start = 0; start < buffer.length; ) {
    const newlineAt = buffer.indexOf(newline, start);
    const end = newlineAt < 0 ? buffer.length : newlineAt;
    const line = newlineAt < 0 ? undefined : parseLine(buffer.subarray(start, end));
    if (line !== undefined && line.number > (found.at(-1)?.number ?? 0)) found.push(line);
    start = end + 1;
  }
  return found;
}

/** Whether a whole record from after `offset` belongs to a group that was begun once the group `first` was durable. */
function hasLaterGroup(buffer: Buffer, offset: number, first: number): boolean {
  let start = offset;
  while (start < buffer.length) {
    const end = buffer.indexOf(newline, start);
    if (end < 0) return false;
    const line = parseLine(buffer.subarray(start, end));
    if (line !== undefined && line.first > first) return true;
    start = end + 1;
  }
  return false;
}

/**
 * A journal with the records that were put elsewhere when it could not be written: `rescued` is lines that begin with the
 * first record that was not durable. The journal as it is when they do not fit.
 */
export function joinRescued(bytes: Uint8Array, rescued: Uint8Array): Uint8Array {
  const first = Number(/^[0-9a-f]{8} (\d+) /.exec(Buffer.from(rescued).subarray(0, 64).toString())?.[1] ?? 0);
  const journal = parseRecords(bytes);
  if (journal.kind === 'damaged' || first < 1 || journal.texts.length < first - 1) return bytes;
  const durable = first === 1 ? 0 : journal.ends[first - 2]!;
  const joined = Buffer.concat([bytes.subarray(0, durable), rescued]);
  const result = parseRecords(joined);
  return result.kind === 'read' && result.texts.length > journal.texts.length ? joined : bytes;
}
