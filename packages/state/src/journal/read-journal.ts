import { OperationError } from '@radiant/model';
import type { Json } from '../deployment/deployment-json.ts';
import type { AcceptedLength, LogContent } from '../store/store.ts';
import { decodeHeader, type JournalHeader } from './journal-format.ts';
import { parseRecords, type RecordsResult, salvageRecords } from './records.ts';

/** A journal whose entries are still JSON. */
export interface JournalText {
  readonly source: string;
  /** Undefined when that record is damaged. */
  readonly header: JournalHeader | undefined;
  /** All, or of a damaged journal those that can be read, from before and after the damage. */
  readonly entries: readonly Json[];
  readonly damage?: JournalDamage | undefined;
}

export interface JournalDamage {
  /** In one sentence. */
  readonly message: string;
  /** `STATE_JOURNAL_DAMAGED`: for who needs the journal whole. */
  readonly error: OperationError;
}

/**
 * Reads a journal, its torn tail cut. Undefined when it does not even hold its first record, and so nothing was done
 * under it. What is damaged is told with file and record.
 */
export function readJournal(log: LogContent, source: string): JournalText | undefined {
  const result = parseRecords(log.bytes);
  const problem = problemOf(log, result);
  if (problem !== undefined) return salvage(log.bytes, source, problem);
  if (result.kind === 'damaged' || result.texts.length === 0) return undefined;
  const [header, ...entries] = result.texts.map((text) => JSON.parse(text) as Json);
  return { source, header: decodeHeader(header!, source), entries };
}

/** How much of a log a seal accepts: all records that are whole; a damaged journal with its damage, for the reader to report. */
export const wholeLength: AcceptedLength = (bytes, tearing) => {
  const result = parseRecords(bytes);
  const isDamaged = problemOf({ bytes, tearing }, result) !== undefined;
  return result.kind === 'damaged' || isDamaged ? bytes.length : result.length;
};

function problemOf(
  { bytes, tearing, damage, partAt }: Pick<LogContent, 'bytes' | 'tearing' | 'damage' | 'partAt'>,
  result: RecordsResult,
): string | undefined {
  const unreadable = (number: number, offset: number) => {
    const part = partAt === undefined ? '' : `, in ${partAt(offset)}`;
    return `record ${number} cannot be read: it does not match its checksum, at byte ${offset}${part}`;
  };
  if (damage !== undefined) return damage;
  if (result.kind === 'damaged') return unreadable(result.number, result.offset);
  // Where writes are only ever cut short, a line that has its end was whole once.
  const isAltered = result.isTorn && tearing === 'cut-short' && bytes.at(-1) === 0x0a;
  return isAltered ? unreadable(result.texts.length + 1, result.length) : undefined;
}

function salvage(bytes: Uint8Array, source: string, problem: string): JournalText {
  const records = salvageRecords(bytes);
  const [first] = records;
  const header = first?.number === 1 ? decodeHeader(JSON.parse(first.text) as Json, source) : undefined;
  const entries = records.filter(({ number }) => number > 1).map(({ text }) => JSON.parse(text) as Json);
  const message = `the journal ${source} is damaged: ${problem}`;
  return { source, header, entries, damage: { message, error: damaged(message, entries.length) } };
}

/** On every store, and with the lease and the history of any change. */
export const givingUpJournal =
  'give up what the journal holds, and see what became of it:\n' +
  '    radiant stack export --file state.json\n    radiant stack import --file state.json\n    radiant refresh';

function damaged(message: string, readable: number): OperationError {
  return new OperationError({
    code: 'STATE_JOURNAL_DAMAGED',
    summary: message,
    detail:
      'It holds what the last operation did and had not yet merged into the state. Nothing was changed or dropped; ' +
      `${readable} of its entries can be read.`,
    remedy:
      'Restore that file from a copy. If there is none, keep what can be read, and look for the rest:\n' +
      '    radiant state repair\n    radiant refresh',
  });
}
