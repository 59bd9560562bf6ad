import { type Clock, type Journal, type JournalEntry, OperationError, type SnapshotChange } from '@radiant/model';
import type { EncryptionOptions } from '../deployment/secret-encoding.ts';
import { errorCode } from '../store/file-system.ts';
import { LogSealedError, type LogWriter } from '../store/store.ts';
import { encodeEntry } from './journal-format.ts';
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
  /** Names the log in errors. */
  readonly source: string;
  /** Keeps a copy elsewhere when the log cannot be written; resolves to where. */
  readonly rescue: (records: string) => Promise<string | undefined>;
}

/** The journal of one running operation. */
export interface JournalWriter extends Journal {
  /** What was appended, durable or not, in order. */
  readonly entries: readonly JournalEntry[];
  /** Whether the log was made. */
  readonly isBegun: boolean;
  /** Tries once more to make durable what could not be; throws if it still cannot. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** How long to wait before trying a write again that failed. */
const retryDelaysMs = [20, 200, 1000];

interface Waiting {
  readonly entry: JournalEntry;
  readonly text: string | Promise<string>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends in the order of the calls; records that arrive while others are being written become durable together. A
 * record that could not be written stays first in line: it is tried again with the next, and at the end.
 */
export function createJournalWriter(options: JournalWriterOptions): JournalWriter {
  const entries: JournalEntry[] = [];
  const waiting: Waiting[] = [];
  /** Texts that no attempt has made durable yet. */
  let unwritten: string[] = [];
  let nextNumber = 1;
  let log: LogWriter | undefined;
  let running: Promise<void> | undefined;
  let sealed: OperationError | undefined;
  /** Steps whose beginning could not be recorded, and which therefore are not done. */
  const refusedSteps = new Set<number>();

  const write = async () => {
    if (sealed !== undefined) throw sealed;
    if (log === undefined) {
      log = await options.createLog();
      unwritten.unshift(options.header);
    }
    const texts = unwritten;
    if (texts.length === 0) return;
    await log.append(Buffer.from(formatRecords(texts, nextNumber)));
    nextNumber += texts.length;
    unwritten = [];
  };

  const writeTrying = async () => {
    for (const delayMs of [...retryDelaysMs, undefined]) {
      try {
        return await write();
      } catch (error) {
        if (error instanceof LogSealedError) sealed = leaseLost(options.source);
        if (sealed !== undefined) throw sealed;
        if (error instanceof OperationError && errorCode(error.cause) === undefined) throw error;
        if (delayMs === undefined) throw await unwritable(options, error, formatRecords(unwritten, nextNumber));
        await options.clock.sleep(delayMs);
      }
    }
  };

  /** A refused `begin` stays first in line like any other record; its end follows at once, so that it is not in doubt. */
  const refuse = (record: Waiting, reason: unknown) => {
    const { entry } = record;
    if (entry.kind === 'begin' && !refusedSteps.has(entry.step)) {
      const end: JournalEntry = { kind: 'end', step: entry.step, outcome: 'failed', changes: [] };
      refusedSteps.add(entry.step);
      entries.push(end);
      unwritten.push(encodeEntry(end, options.encryption) as string);
    }
    record.reject(reason);
  };

  const encode = (entry: JournalEntry) => {
    try {
      const text = encodeEntry(entry, options.encryption);
      // It is awaited, and its failure reported, when its turn comes.
      if (typeof text !== 'string') text.catch(() => undefined);
      return text;
    } catch (error) {
      if (entry.kind === 'begin') refusedSteps.add(entry.step);
      throw error;
    }
  };

  const encodeGroup = async (group: readonly Waiting[]) => {
    const encoded: { readonly record: Waiting; readonly text: string }[] = [];
    for (const record of group) {
      try {
        encoded.push({ record, text: await record.text });
      } catch (error) {
        // It fails alone: its secrets cannot be encrypted. A step that cannot begin has not begun.
        if (isBegin(record)) entries.splice(entries.indexOf(record.entry), 1);
        if (record.entry.kind === 'begin') refusedSteps.add(record.entry.step);
        record.reject(error);
      }
    }
    return encoded;
  };

  const runGroups = async () => {
    // One turn of the event loop lets the steps of one moment share a write.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = await encodeGroup(waiting.splice(0));
      try {
        unwritten.push(...group.map(({ text }) => text));
        await writeTrying();
      } catch (error) {
        for (const { record } of group) refuse(record, error);
        continue;
      }
      const objection = group.some(({ record }) => isBegin(record)) ? await objectionTo(options) : undefined;
      for (const { record } of group) {
        if (objection !== undefined && isBegin(record)) refuse(record, objection);
        else record.resolve();
      }
    }
    running = undefined;
  };

  return {
    entries,
    get isBegun() {
      return log !== undefined;
    },
    append: async (given) => {
      const entry = given.kind === 'end' && refusedSteps.has(given.step) ? withoutStep(given) : given;
      if (entry === undefined) return;
      const text = encode(entry);
      entries.push(entry);
      await new Promise<void>((resolve, reject) => {
        waiting.push({ entry, text, resolve, reject });
        running ??= runGroups();
      });
    },
    flush: async () => {
      while (running !== undefined) await running;
      if (unwritten.length > 0) await writeTrying();
    },
    close: async () => {
      await log?.close();
    },
  };
}

function isBegin({ entry }: Waiting): boolean {
  return entry.kind === 'begin';
}

/** What remains of the end of a step that was never recorded as begun. */
function withoutStep({ changes }: { readonly changes: readonly SnapshotChange[] }): JournalEntry | undefined {
  return changes.length === 0 ? undefined : { kind: 'change', changes };
}

/** Why a `begin` must not be acted upon, though it is recorded. */
async function objectionTo(options: JournalWriterOptions): Promise<unknown> {
  try {
    return (await options.isHeld()) ? undefined : leaseLost(options.source);
  } catch (error) {
    return error;
  }
}

export function leaseLost(source: string): OperationError {
  return new OperationError({
    code: 'STATE_LEASE_LOST',
    summary: 'this operation no longer holds the stack: it was cancelled, or was silent so long that another took over',
    detail: `What it had recorded in ${source} until then counts; the next operation goes on from there.`,
    remedy: 'Run the command again.',
  });
}

async function unwritable(options: JournalWriterOptions, cause: unknown, records: string): Promise<OperationError> {
  const copy = await options.rescue(records);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OperationError({
    code: 'STATE_JOURNAL_UNWRITABLE',
    summary: `what was done could not be recorded in ${options.source}: ${reason}`,
    detail:
      copy === undefined
        ? 'It is tried again until the operation ends. What is not recorded by then is in doubt, and looked up next time.'
        : `It was written to ${copy} instead, where the next operation on this machine finds it.`,
    remedy: 'Make room or mend the disk, then run the command again.',
    cause,
  });
}
