export interface StoredSegment {
  readonly number: number;
  readonly bytes: Uint8Array;
}

export type SegmentKind = 'data' | 'seal' | 'stop';

interface Segment {
  readonly kind: SegmentKind;
  /** Of data: how much of the log it follows. Of a seal: how much of it is the log. */
  readonly position: number;
  readonly attempt: string;
  readonly body: Uint8Array;
}

/** The log that segments make. */
export interface JoinedSegments {
  /** Where segments are damaged, all that can be read of the others. */
  readonly bytes: Uint8Array;
  readonly isSealed: boolean;
  /** The first thing that is wrong. */
  readonly damage: string | undefined;
  readonly partAt: (offset: number) => string;
  /** The first number that is free. */
  readonly next: number;
  /** The number of the writer's next segment. */
  readonly writer: number;
  /** Whether something keeps that number from the writer. */
  readonly isClosed: boolean;
}

/** Undefined when it does not begin as segments do. */
export function parseSegment(bytes: Uint8Array): Segment | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf('\n');
  const line = buffer.subarray(0, Math.max(end, 0)).toString('latin1');
  const match = /^(data|seal|stop) (\d{1,15}) ([0-9a-f-]{36})$/.exec(line);
  if (match === null) return undefined;
  const [, kind, position, attempt] = match;
  return { kind: kind as SegmentKind, position: Number(position), attempt: attempt!, body: buffer.subarray(end + 1) };
}

/** `segments` by number. What is damaged is left out, and named by `locate`. */
export function joinSegments(segments: readonly StoredSegment[], locate: (number: number) => string): JoinedSegments {
  const pieces = new Pieces();
  const attempts = new Map<string, number>();
  const name = (number: number) => `segment ${number} (${locate(number)})`;
  let damage: string | undefined;
  /** The first that is missing. Stops may stand beyond it: then it is where the writer is, or was stopped. */
  let gap: number | undefined;
  let isSealed = false;
  let writer = 1;
  let previous = 0;
  for (const { number, bytes } of segments) {
    if (number !== previous + 1) gap ??= previous + 1;
    previous = number;
    const segment = parseSegment(bytes);
    if (segment === undefined || segment.kind === 'data') writer = number + 1;
    if (segment === undefined) {
      damage ??= `${name(number)} does not begin as segments do`;
      continue;
    }
    const { kind, position, attempt, body } = segment;
    if (kind === 'stop') continue;
    if (gap !== undefined) damage ??= `${name(gap)} is missing`;
    const twin = attempts.get(attempt);
    if (twin !== undefined) {
      damage ??= `${name(number)} is a copy of segment ${twin}`;
      continue;
    }
    attempts.set(attempt, number);
    if (position > pieces.length)
      damage ??= `what comes before ${name(number)} is missing from byte ${pieces.length} on`;
    pieces.cutTo(position);
    if (kind === 'data') pieces.push({ start: position, body, name: name(number) });
    isSealed = kind === 'seal';
    if (isSealed) break;
  }
  return {
    bytes: pieces.bytes(),
    isSealed,
    damage,
    partAt: (offset) => pieces.nameAt(offset),
    next: gap ?? previous + 1,
    writer,
    isClosed: segments.some(({ number }) => number === writer),
  };
}

interface Piece {
  /** In the log as it was written. */
  readonly start: number;
  readonly body: Uint8Array;
  readonly name: string;
}

class Pieces {
  readonly #pieces: Piece[] = [];

  get length(): number {
    const last = this.#pieces.at(-1);
    return last === undefined ? 0 : last.start + last.body.length;
  }

  push(piece: Piece): void {
    this.#pieces.push(piece);
  }

  /** Takes back what lies beyond. */
  cutTo(length: number): void {
    while (this.length > length) {
      const last = this.#pieces.pop()!;
      if (last.start < length) this.push({ ...last, body: last.body.subarray(0, length - last.start) });
    }
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#pieces.map(({ body }) => body));
  }

  /** `offset` in `bytes()`. */
  nameAt(offset: number): string {
    let end = 0;
    for (const { body, name } of this.#pieces) {
      end += body.length;
      if (offset < end) return name;
    }
    return this.#pieces.at(-1)?.name ?? 'no segment';
  }
}
