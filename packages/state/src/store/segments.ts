import { randomUUID } from 'node:crypto';
import {
  type JoinedSegments,
  joinSegments,
  parseSegment,
  type SegmentKind,
  type StoredSegment,
} from './join-segments.ts';
import { type AcceptedLength, type LogContent, LogSealedError, type LogWriter } from './store.ts';

/*
 * A log for stores that cannot append: segments, numbered from 1, each made at most once and never changed. Whoever
 * closes the log makes the next segment, so that a late writer finds its number taken.
 *
 *   data START ATTEMPT\n…   these bytes follow the first START bytes of the log; what was beyond them is taken back
 *   seal LENGTH ATTEMPT\n   the first LENGTH bytes are the log, for good
 *   stop 0 ATTEMPT\n        nothing; only keeps the number from a writer until there is a seal
 *
 * ATTEMPT is a UUID: a segment that was made, but whose maker was not told, is known by its bytes.
 */

/** The segments of one log. */
export interface SegmentPort {
  /** Atomic. `created` also when it is there already with exactly these bytes. */
  create(number: number, bytes: Uint8Array): Promise<SegmentCreation>;
  /** By number; undefined when there is no such log. */
  read(): Promise<readonly StoredSegment[] | undefined>;
  /** Where it is, for people. */
  locate(number: number): string;
}

export type SegmentCreation =
  | { readonly kind: 'created' }
  | { readonly kind: 'taken'; readonly by: Uint8Array }
  /** The log has been deleted, or is another of the same name. */
  | { readonly kind: 'gone' };

/** `source` names the log in errors. */
export function createSegmentWriter(port: SegmentPort, source: string): LogWriter {
  let number = 1;
  let length = 0;
  const append = async (bytes: Uint8Array) => {
    const segment = encodeSegment('data', length, bytes);
    for (;;) {
      const result = await port.create(number, segment);
      if (result.kind === 'gone') throw closedError(source);
      if (result.kind === 'taken' && kindOf(result.by) !== 'data') throw closedError(source);
      // Data is this writer's alone: what has taken the number is what a failed append left.
      number += 1;
      if (result.kind === 'taken') continue;
      length += bytes.length;
      return;
    }
  };
  return { append, close: async () => undefined };
}

export async function readSegments(port: SegmentPort): Promise<LogContent | undefined> {
  const joined = await readJoined(port);
  if (joined === undefined) return undefined;
  const { bytes, isSealed, damage, partAt } = joined;
  return { bytes, isSealed, damage, partAt, tearing: 'cut-short' };
}

/** What seems damaged may only have been written, or deleted, while it was read. */
async function readJoined(port: SegmentPort): Promise<JoinedSegments | undefined> {
  const read = async () => {
    const segments = await port.read();
    return segments === undefined ? undefined : joinSegments(segments, (number) => port.locate(number));
  };
  const joined = await read();
  return joined?.damage === undefined ? joined : await read();
}

/** See `Store.sealLog`. */
export async function sealSegments(port: SegmentPort, acceptedLength: AcceptedLength): Promise<LogContent | undefined> {
  for (;;) {
    const joined = await readJoined(port);
    if (joined === undefined) return undefined;
    if (joined.damage !== undefined && !joined.isClosed) {
      await port.create(joined.writer, encodeSegment('stop', 0));
      continue;
    }
    const content: LogContent = { ...joined, tearing: 'cut-short' };
    if (joined.isSealed || joined.damage !== undefined) return content;
    const length = acceptedLength(content.bytes, content.tearing);
    const result = await port.create(joined.next, encodeSegment('seal', length));
    if (result.kind === 'gone') return undefined;
    if (result.kind === 'created') return { ...content, bytes: content.bytes.subarray(0, length), isSealed: true };
    // Its writer is at it, and may be the quicker of the two for ever.
    await stopWriter(port, joined.next);
  }
}

/** Puts a stop where a writer that is at `number` has not come yet, and then one into each number on the way to it. */
async function stopWriter(port: SegmentPort, number: number): Promise<void> {
  const stopAt = async (at: number) => {
    const result = await port.create(at, encodeSegment('stop', 0));
    return result.kind === 'taken' ? kindOf(result.by) : 'stop';
  };
  let ahead = number + 4;
  while ((await stopAt(ahead)) === 'data') ahead += ahead - number;
  for (let at = ahead - 1; at > number; at -= 1) if ((await stopAt(at)) === 'data') return;
}

function closedError(source: string): LogSealedError {
  return new LogSealedError(`${source} was closed by a newer operation`);
}

function encodeSegment(kind: SegmentKind, position: number, body: Uint8Array = Buffer.alloc(0)): Uint8Array {
  return Buffer.concat([Buffer.from(`${kind} ${position} ${randomUUID()}\n`), body]);
}

/** One that cannot be read keeps its number from everybody, too. */
function kindOf(bytes: Uint8Array): SegmentKind {
  return parseSegment(bytes)?.kind ?? 'stop';
}
