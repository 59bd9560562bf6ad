import { type Clock, type Journal, type JournalEntry, OperationError, type SnapshotChange } from '@radiant/model';
import type { EncryptionOptions } from '../deployment/secret-encoding.ts';
import { LogSealedError, type LogWriter } from '../store/store.ts';
import { encodeEntry, extensionsOf } from './journal-format.ts';
import { leaseLost, Objection } from './objection.ts';
import { formatRecords } from './records.ts';

export interface JournalWriterOptions {
  readonly clock: Clock;
  /** Makes the log, once, before the first record; throws when the lease is lost. */
  readonly createLog: () => Promise<LogWriter>;
  /** The text of the first record. */
  readonly header: string;
  readonly encryption: EncryptionOptions;
  /** Whether the lease is held still; asked before a `begin` counts as recorded. */
  readonly isHeld: () => Promise<boolean>;
  /** How old an answer may be that is acted upon: well below the time after which another may take the stack over. */
  readonly heldForMs: number;
  /** Names the log in errors. */
  readonly source: string;
  /** Keeps a copy elsewhere when the log cannot be written; resolves to where. */
  readonly rescue: (records: string) => Promise<string | undefined>;
}

/** How long to wait before trying a write again that failed. */
const retryDelaysMs = [20, 200, 1000];

interface Waiting {
  readonly entry: JournalEntry;
  readonly text: string | Promise<string>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Encoded {
  readonly waiting: Waiting;
  readonly text: string;
}

/**
 * The journal of one running operation. Appends in the order of the calls; records that arrive while others are being
 * written become durable together. A record that could not be written stays first in line: it is tried again with the
 * next, and at the end.
 */
export class JournalWriter implements Journal {
  readonly #options: JournalWriterOptions;
  readonly #entries: JournalEntry[] = [];
  #waiting: Waiting[] = [];
  /** Texts that no attempt has made durable yet. */
  #unwritten: string[];
  #nextNumber = 1;
  #log: LogWriter | undefined;
  #running: Promise<void> | undefined;
  #sealed: OperationError | undefined;
  /** Steps whose beginning could not be recorded, and which therefore are not done. */
  readonly #refusedSteps = new Set<number>();
  /** Extensions that are in durable records, by their references: one may be large, and many resources need it. */
  readonly #written = new Set<string>();

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#unwritten = [options.header];
  }

  /** What was appended, durable or not, in order. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  async append(given: JournalEntry): Promise<void> {
    const entry = given.kind === 'end' && this.#refusedSteps.has(given.step) ? withoutStep(given) : given;
    if (entry === undefined) return;
    const text = this.#encode(entry);
    this.#entries.push(entry);
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entry, text, resolve, reject });
      this.#running ??= this.#writeGroups();
    });
  }

  /** Tries once more to make durable what could not be; throws if it still cannot. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#entries.length === 0) return;
    try {
      await this.#writeTrying();
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  async #writeGroups(): Promise<void> {
    // One turn of the event loop lets the steps of one moment share a write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#writeGroup(await this.#encodeGroup(group));
    }
    this.#running = undefined;
  }

  async #writeGroup(group: readonly Encoded[]): Promise<void> {
    const begins = group.filter(({ waiting }) => waiting.entry.kind === 'begin');
    // Asked beside the write: should a claim appear meanwhile, its holder finds the records or closes the log before them.
    const asking = begins.length > 0 ? new Objection(this.#options) : undefined;
    try {
      this.#unwritten.push(...group.map(({ text }) => text));
      await this.#writeTrying();
    } catch (error) {
      for (const { waiting } of begins) this.#endRefused(waiting.entry);
      const explained = await this.#explain(error);
      for (const { waiting } of group) waiting.reject(explained);
      return;
    }
    for (const { waiting } of group) for (const { ref } of extensionsOf(waiting.entry)) this.#written.add(ref);
    const objection = await asking?.get();
    for (const { waiting } of group) {
      if (objection === undefined || waiting.entry.kind !== 'begin') waiting.resolve();
      else {
        this.#endRefused(waiting.entry);
        waiting.reject(objection);
      }
    }
  }

  async #writeTrying(): Promise<void> {
    for (const delayMs of [...retryDelaysMs, undefined]) {
      try {
        await this.#write();
        return;
      } catch (error) {
        if (error instanceof LogSealedError) this.#sealed = leaseLost(this.#options.source);
        if (this.#sealed !== undefined) throw this.#sealed;
        if (delayMs === undefined || !isOfTheStore(error)) throw error;
        await this.#options.clock.sleep(delayMs);
      }
    }
  }

  async #write(): Promise<void> {
    if (this.#sealed !== undefined) throw this.#sealed;
    this.#log ??= await this.#options.createLog();
    const texts = this.#unwritten;
    if (texts.length === 0) return;
    await this.#log.append(Buffer.from(formatRecords(texts, this.#nextNumber)));
    this.#nextNumber += texts.length;
    this.#unwritten = [];
  }

  /** A refused `begin` stays in line like any other record; its end follows at once, so that it is not in doubt. */
  #endRefused(entry: JournalEntry): void {
    if (entry.kind !== 'begin') return;
    const end: JournalEntry = { kind: 'end', step: entry.step, outcome: 'failed', changes: [] };
    this.#refusedSteps.add(entry.step);
    this.#entries.push(end);
    this.#unwritten.push(encodeEntry(end, this.#options.encryption) as string);
  }

  #encode(entry: JournalEntry): string | Promise<string> {
    try {
      const text = encodeEntry(entry, this.#options.encryption, this.#written);
      // It is awaited, and its failure reported, when its turn comes.
      if (typeof text !== 'string') text.catch(() => undefined);
      return text;
    } catch (error) {
      if (entry.kind === 'begin') this.#refusedSteps.add(entry.step);
      throw error;
    }
  }

  /** A record whose secrets cannot be encrypted fails alone. A step that cannot begin has not begun. */
  async #encodeGroup(group: readonly Waiting[]): Promise<readonly Encoded[]> {
    const encoded: Encoded[] = [];
    for (const waiting of group) {
      try {
        encoded.push({ waiting, text: await waiting.text });
      } catch (error) {
        const { entry } = waiting;
        if (entry.kind === 'begin') {
          this.#entries.splice(this.#entries.indexOf(entry), 1);
          this.#refusedSteps.add(entry.step);
        }
        waiting.reject(error);
      }
    }
    return encoded;
  }

  async #explain(error: unknown): Promise<unknown> {
    if (!isOfTheStore(error)) return error;
    const copy = await this.#options.rescue(formatRecords(this.#unwritten, this.#nextNumber));
    return unwritable(this.#options.source, error, copy);
  }
}

/** Not what an OperationError says already, unless that is about the store as well. */
function isOfTheStore(error: unknown): boolean {
  return !(error instanceof OperationError) || error.code === 'STATE_UNWRITABLE' || error.code === 'STATE_UNREADABLE';
}

/** What remains of the end of a step that was never recorded as begun. */
function withoutStep({ changes }: { readonly changes: readonly SnapshotChange[] }): JournalEntry | undefined {
  return changes.length === 0 ? undefined : { kind: 'change', changes };
}

function unwritable(source: string, cause: unknown, copy: string | undefined): OperationError {
  const reason =
    cause instanceof OperationError ? cause.summary : cause instanceof Error ? cause.message : String(cause);
  return new OperationError({
    code: 'STATE_JOURNAL_UNWRITABLE',
    summary: `what was done could not be recorded in ${source}: ${reason}`,
    detail:
      copy === undefined
        ? 'It is tried again until the operation ends. What is not recorded by then is in doubt, and looked up next time.'
        : `It was written to ${copy} instead, where the next operation on this machine finds it.`,
    remedy: 'Mend that, then run the command again.',
    cause,
  });
}
