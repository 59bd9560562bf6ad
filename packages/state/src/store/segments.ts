import { randomUUID } from 'node:crypto';
import { OperationError } from '@radiant/model';
import { type LogContent, LogSealedError, type LogWriter } from './store.ts';

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
  /** From the first to the last before a gap; undefined when there is no such log. */
  read(): Promise<readonly Uint8Array[] | undefined>;
}

export type SegmentCreation =
  | { readonly kind: 'created' }
  | { readonly kind: 'taken'; readonly by: Uint8Array }
  /** The log has been deleted, or is another of the same name. */
  | { readonly kind: 'gone' };

type Segment =
  | { readonly kind: 'data'; readonly start: number; readonly body: Uint8Array }
  | { readonly kind: 'seal'; readonly length: number }
  | { readonly kind: 'stop' };

/** `source` names the log in errors. */
export function createSegmentWriter(port: SegmentPort, source: string): LogWriter {
  let number = 1;
  let length = 0;
  const append = async (bytes: Uint8Array) => {
    const segment = encodeSegment('data', length, bytes);
    for (;;) {
      const result = await port.create(number, segment);
      if (result.kind === 'gone') throw closedError(source);
      if (result.kind === 'taken' && parseSegment(result.by, source).kind !== 'data') throw closedError(source);
      // Data is this writer's alone: what has taken the number is what a failed append left.
      number += 1;
      if (result.kind === 'taken') continue;
      length += bytes.length;
      return;
    }
  };
  return { append, close: async () => undefined };
}

export async function readSegments(port: SegmentPort, source: string): Promise<LogContent | undefined> {
  const segments = await port.read();
  return segments === undefined ? undefined : joinSegments(segments, source);
}

/** See `Store.sealLog`. */
export async function sealSegments(
  port: SegmentPort,
  acceptedLength: (bytes: Uint8Array) => number,
  source: string,
): Promise<LogContent | undefined> {
  for (;;) {
    const segments = await port.read();
    if (segments === undefined) return undefined;
    const content = joinSegments(segments, source);
    if (content.isSealed) return content;
    const length = acceptedLength(content.bytes);
    const result = await port.create(segments.length + 1, encodeSegment('seal', length));
    if (result.kind === 'gone') return undefined;
    if (result.kind === 'created') return { bytes: content.bytes.subarray(0, length), isSealed: true };
    // Its writer is at it, and may be the quicker of the two for ever.
    await stopWriter(port, segments.length + 1, source);
  }
}

/** Puts a stop where a writer that is at `number` has not come yet, and then one into each number on the way to it. */
async function stopWriter(port: SegmentPort, number: number, source: string): Promise<void> {
  const stopAt = async (at: number) => {
    const result = await port.create(at, encodeSegment('stop', 0));
    return result.kind === 'taken' ? parseSegment(result.by, source).kind : 'stop';
  };
  let ahead = number + 4;
  while ((await stopAt(ahead)) === 'data') ahead += ahead - number;
  for (let at = ahead - 1; at > number; at -= 1) if ((await stopAt(at)) === 'data') return;
}

function closedError(source: string): LogSealedError {
  return new LogSealedError(`${source} was closed by a newer operation`);
}

function encodeSegment(kind: Segment['kind'], position: number, body: Uint8Array = Buffer.alloc(0)): Uint8Array {
  return Buffer.concat([Buffer.from(`${kind} ${position} ${randomUUID()}\n`), body]);
}

function parseSegment(bytes: Uint8Array, source: string): Segment {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf('\n');
  const match = /^(data|seal|stop) (\d{1,15}) [0-9a-f-]{36}$/.exec(
    buffer.subarray(0, Math.max(end, 0)).toString('latin1'),
  );
  if (match === null) throw damaged(source, 'one of its segments does not begin as segments do');
  const position = Number(match[2]);
  switch (match[1]) {
    case 'seal':
      return { kind: 'seal', length: position };
    case 'stop':
      return { kind: 'stop' };
    default:
      return { kind: 'data', start: position, body: buffer.subarray(end + 1) };
  }
}

function joinSegments(segments: readonly Uint8Array[], source: string): LogContent {
  const chunks: Uint8Array[] = [];
  let length = 0;
  /** Takes back what lies beyond `wanted`. */
  const cutTo = (wanted: number) => {
    if (wanted > length) throw damaged(source, `a segment before byte ${wanted} is missing`);
    while (length > wanted) {
      const last = chunks.pop()!;
      length -= last.length;
      if (length < wanted) push(last.subarray(0, wanted - length));
    }
  };
  const push = (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
  };
  for (const bytes of segments) {
    const segment = parseSegment(bytes, source);
    if (segment.kind === 'seal') {
      cutTo(segment.length);
      return { bytes: Buffer.concat(chunks), isSealed: true };
    }
    if (segment.kind === 'stop') continue;
    cutTo(segment.start);
    push(segment.body);
  }
  return { bytes: Buffer.concat(chunks), isSealed: false };
}

function damaged(source: string, problem: string): OperationError {
  return new OperationError({
    code: 'STATE_JOURNAL_DAMAGED',
    summary: `the journal ${source} is damaged: ${problem}`,
    detail:
      'It holds what the last operation did and had not yet merged into the state. Nothing was changed or dropped.',
    remedy:
      'Restore it from a copy. If there is none, `stack export` prints the state without the journal; delete the ' +
      'journal to go on from there, and then run `refresh` to find what it held.',
  });
}
