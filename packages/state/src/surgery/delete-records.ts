import {
  OperationError,
  parseProviderReference,
  parseUrn,
  type ResourceState,
  referencedUrns,
  type Snapshot,
} from '@radiant/model';
import { type EditedState, unedited } from './edited-state.ts';
import { findRecord, type RecordName } from './find-records.ts';

export interface Deletion {
  /** Undefined: all there are. */
  readonly record?: RecordName | undefined;
  /** Together with all that refers to it. */
  readonly withDependents: boolean;
  readonly evenProtected: boolean;
}

/**
 * Takes records out; the things stay. Throws `STATE_RECORD_NOT_FOUND`, `STATE_RECORD_AMBIGUOUS`, `STATE_RECORD_NEEDED`,
 * `STATE_RECORD_PROTECTED`.
 */
export function deleteRecords(snapshot: Snapshot, deletion: Deletion): EditedState {
  const condemned = condemnedBy(snapshot, deletion);
  if (!deletion.evenProtected) refuseProtected(snapshot, condemned);
  const { records, doubts } = unedited(snapshot);
  return { records: records.filter(({ from }) => !condemned.has(from!)), doubts };
}

function condemnedBy(snapshot: Snapshot, { record, withDependents }: Deletion): ReadonlySet<number> {
  if (record === undefined) return new Set(snapshot.resources.keys());
  const chosen = findRecord(snapshot, record);
  const dependents = dependentsOf(snapshot, chosen);
  if (dependents.size > 0 && !withDependents) throw needed(snapshot, chosen, dependents);
  return new Set([chosen, ...dependents]);
}

/** All that refers to a record, directly or not. Where two share its URN, others mean the one that is not to be deleted. */
function dependentsOf(snapshot: Snapshot, chosen: number): ReadonlySet<number> {
  const readers = readersByUrn(snapshot);
  const found = new Set<number>();
  const open = [chosen];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const state = snapshot.resources[next]!;
    for (const reader of readers.get(state.urn) ?? []) {
      if (reader === chosen || found.has(reader) || !refersTo(snapshot, snapshot.resources[reader]!, state)) continue;
      found.add(reader);
      open.push(reader);
    }
  }
  return found;
}

function readersByUrn({ resources }: Snapshot): ReadonlyMap<string, readonly number[]> {
  const readers = new Map<string, number[]>();
  resources.forEach((state, index) => {
    for (const urn of referencedUrns(state)) {
      const known = readers.get(urn);
      if (known === undefined) readers.set(urn, [index]);
      else known.push(index);
    }
  });
  return readers;
}

function refersTo({ resources }: Snapshot, reader: ResourceState, state: ResourceState): boolean {
  const provider = parseProviderReference(reader.provider);
  if (provider?.urn === state.urn) return provider.id === state.id;
  if (state.disposition !== 'superseded') return true;
  return !resources.some((other) => other.urn === state.urn && other.disposition !== 'superseded');
}

function needed({ resources }: Snapshot, chosen: number, dependents: ReadonlySet<number>): OperationError {
  const list = [...dependents].sort((a, b) => a - b).map((index) => resources[index]!.urn);
  const { urn } = resources[chosen]!;
  return new OperationError({
    code: 'STATE_RECORD_NEEDED',
    summary: `${urn} can't be safely deleted because the following resources depend on it:`,
    detail: list.map((dependent) => ` * "${parseUrn(dependent)?.name ?? dependent}" (${dependent})`).join('\n'),
    remedy: 'Delete those resources first or pass --target-dependents.',
    urn,
  });
}

function refuseProtected({ resources }: Snapshot, condemned: ReadonlySet<number>): void {
  const index = [...condemned].find((position) => resources[position]!.isProtected);
  if (index === undefined) return;
  const { urn } = resources[index]!;
  throw new OperationError({
    code: 'STATE_RECORD_PROTECTED',
    summary: `${urn} can't be safely deleted because it is protected. Re-run this command with --force to force deletion`,
    urn,
  });
}
