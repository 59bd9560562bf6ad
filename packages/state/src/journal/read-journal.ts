import { OperationError } from '@radiant/model';
import type { Json } from '../deployment/deployment-json.ts';
import { decodeHeader, type JournalHeader } from './journal-format.ts';
import { parseRecords } from './records.ts';

/** A journal whose records are whole and whose entries are still JSON. */
export interface JournalText {
  readonly source: string;
  readonly header: JournalHeader;
  readonly entries: readonly Json[];
}

/**
 * Reads a journal, its torn tail cut. Undefined when it does not even hold its first record, and so nothing was done
 * under it. Throws an OperationError `STATE_JOURNAL_DAMAGED` that names file and record.
 */
export function readJournal(bytes: Uint8Array, source: string): JournalText | undefined {
  const result = parseRecords(bytes);
  if (result.kind === 'damaged')
    throw damaged(source, result.number, `it does not match its checksum, at byte ${result.offset}`);
  if (result.texts.length === 0) return undefined;
  const [header, ...entries] = result.texts.map((text, index) => parseJson(text, source, index + 1));
  return { source, header: decodeHeader(header!, source), entries };
}

/** How much of a log a seal accepts: all records that are whole. */
export function wholeLength(bytes: Uint8Array): number {
  const result = parseRecords(bytes);
  // A damaged journal is sealed with its damage, for the reader to report.
  return result.kind === 'damaged' ? bytes.length : result.length;
}

/** On every store, and with the lease and the history of any change. */
export const givingUpJournal =
  'give up what the journal holds, and see what became of it:\n' +
  '    radiant stack export --file state.json\n    radiant stack import --file state.json\n    radiant refresh';

function parseJson(text: string, source: string, number: number): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw damaged(source, number, 'it is no JSON');
  }
}

function damaged(source: string, number: number, problem: string): OperationError {
  return new OperationError({
    code: 'STATE_JOURNAL_DAMAGED',
    summary: `the journal ${source} is damaged: record ${number} cannot be read: ${problem}`,
    detail:
      'It holds what the last operation did and had not yet merged into the state. Nothing was changed or dropped.',
    remedy: `Restore that file from a copy. If there is none, ${givingUpJournal}`,
  });
}
