import { type JournalEntry, OperationError } from '@radiant/model';
import type { Json } from '../deployment/deployment-json.ts';
import { decodeExtensions, type Extensions } from '../deployment/extensions.ts';
import { readerOf } from '../deployment/field-reader.ts';
import type { DecodingContext } from '../deployment/resource-decoding.ts';
import { decodeEntry } from './journal-format.ts';

/**
 * The entries of a damaged journal that can be made sense of without those that are lost. The end of a step whose beginning
 * is lost tells what was done all the same; a step whose end is lost is in doubt.
 */
export function salvageEntries(list: readonly Json[], context: DecodingContext): readonly JournalEntry[] {
  const begun = new Set<number>();
  let extensions: Extensions = context.extensions ?? new Map();
  return list.flatMap((json): readonly JournalEntry[] => {
    try {
      const reader = readerOf(json, 'an entry', context.source);
      if (reader.json.extensions !== undefined) extensions = new Map([...extensions, ...decodeExtensions(reader)]);
      const entry = decodeEntry(reader, { ...context, extensions });
      if (entry.kind === 'begin') begun.add(entry.step);
      return entry.kind !== 'end' || begun.has(entry.step) ? [entry] : [{ kind: 'change', changes: entry.changes }];
    } catch (error) {
      if (error instanceof OperationError) return [];
      throw error;
    }
  });
}
