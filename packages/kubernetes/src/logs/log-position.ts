/** A line of a container's log, with its time in nanoseconds since 1970. */
export interface TimedLine {
  readonly nanos: bigint;
  readonly text: string;
}

const stampedLine = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?(.*)$/s;

/** Reads a line as the API server writes it with `timestamps=true`: RFC 3339 with nanoseconds, a space, the text. */
export function parseTimedLine(line: string): TimedLine | undefined {
  const [, clock, fraction = '', zone, text = ''] = stampedLine.exec(line) ?? [];
  if (clock === undefined) return undefined;
  const seconds = Date.parse(`${clock}${zone}`) / 1000;
  return { nanos: BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')), text };
}

/**
 * How far a log has been read. Logs can be asked for from a whole second on, and several lines may have one time, so what
 * was read already is told by the time of its last line and how many lines have that time.
 */
export class LogPosition {
  #nanos: bigint;
  #read = 0;
  #toSkip = 0;

  /** Nothing is wanted that was written before. */
  constructor(sinceNanos: bigint) {
    this.#nanos = sinceNanos;
  }

  /** For `sinceTime`, which counts in seconds. */
  get sinceTime(): string {
    return new Date(Number(this.#nanos / 1_000_000_000n) * 1000).toISOString().replace('.000Z', 'Z');
  }

  /** The log is read again, from `sinceTime`. */
  reopen(): void {
    this.#toSkip = this.#read;
  }

  /** The log is that of a container that was started after the one before had ended. */
  restart(): void {
    this.#read = 0;
    this.#toSkip = 0;
  }

  /** Whether a line has not been read before; it has been now. */
  advance({ nanos }: TimedLine): boolean {
    if (nanos < this.#nanos) return false;
    if (nanos > this.#nanos) {
      this.#nanos = nanos;
      this.#read = 1;
      this.#toSkip = 0;
      return true;
    }
    if (this.#toSkip > 0) {
      this.#toSkip--;
      return false;
    }
    this.#read++;
    return true;
  }
}
