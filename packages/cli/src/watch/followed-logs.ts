import { OperationError } from '@radiant/model';
import type { Stack, StackLogLine } from '@radiant/toolkit';

export interface LogsListener {
  line(line: StackLogLine): void;
  /** Said once: why there are no logs. */
  unavailable(reason: string): void;
}

/** How far back a later reading goes, for what was on its way when the one before ended. */
const overlapMs = 5_000;
const rememberedLines = 10_000;

/** What the pods of a stack write, while the stack changes: read anew whenever it may run other pods than before. */
export class FollowedLogs {
  readonly #openStack: () => Promise<Stack>;
  readonly #listener: LogsListener;
  readonly #shown = new Set<string>();
  #since: Date;
  #reading = new AbortController();
  #reason = '';

  constructor(openStack: () => Promise<Stack>, since: Date, listener: LogsListener) {
    this.#openStack = openStack;
    this.#since = since;
    this.#listener = listener;
    void this.#read(this.#reading.signal);
  }

  /** The stack has changed. */
  restart(): void {
    this.stop();
    this.#since = new Date(Math.max(this.#since.getTime(), Date.now() - overlapMs));
    this.#reading = new AbortController();
    void this.#read(this.#reading.signal);
  }

  stop(): void {
    this.#reading.abort();
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      const stack = await this.#openStack();
      await stack.logs({ since: this.#since, isFollowed: true, signal }, (line) => this.#tell(line));
    } catch (error) {
      if (!signal.aborted) this.#explain(error);
    }
  }

  #tell(line: StackLogLine): void {
    const key = [line.time.getTime(), line.namespace, line.pod, line.container, line.text].join('\n');
    if (this.#shown.has(key)) return;
    this.#shown.add(key);
    if (this.#shown.size > rememberedLines) this.#shown.delete(this.#shown.values().next().value!);
    this.#listener.line(line);
  }

  /** A stack that runs nothing has nothing to write. */
  #explain(error: unknown): void {
    if (error instanceof OperationError && error.code === 'LOGS_NONE') return;
    const reason = error instanceof OperationError ? error.summary : String(error);
    if (reason !== this.#reason) this.#listener.unavailable(reason);
    this.#reason = reason;
  }
}
