import { OperationError, type ResourceState, type Snapshot } from '@radiant/model';

/** Names one record. `id` tells records of one URN apart: a replaced resource and its successor share it. */
export interface RecordName {
  readonly urn: string;
  readonly id?: string | undefined;
}

/** Positions of the records of that name. Throws `STATE_RECORD_NOT_FOUND`. */
export function findRecords(snapshot: Snapshot, { urn, id }: RecordName): readonly number[] {
  const found = [...snapshot.resources.keys()].filter((index) => {
    const state = snapshot.resources[index]!;
    return state.urn === urn && (id === undefined || state.id === id);
  });
  if (found.length === 0) throw notFound(snapshot, [urn]);
  return found;
}

/** The position of the one record of that name. Throws `STATE_RECORD_NOT_FOUND`, `STATE_RECORD_AMBIGUOUS`. */
export function findRecord(snapshot: Snapshot, name: RecordName): number {
  const found = findRecords(snapshot, name);
  if (found.length === 1) return found[0]!;
  const ids = found.map((index) => `  ${describe(snapshot.resources[index]!)}`);
  throw new OperationError({
    code: 'STATE_RECORD_AMBIGUOUS',
    summary: 'Resource URN ambiguously referred to multiple resources. Did you mean:',
    detail: ids.join('\n'),
    remedy: 'Run the command at a terminal, where you can choose, or edit the state:\n    radiant state edit',
  });
}

/** Positions of the records of these URNs that are not waiting for deletion. Throws `STATE_RECORD_NOT_FOUND`. */
export function findLive(snapshot: Snapshot, urns: readonly string[]): ReadonlySet<number> {
  const live = new Map<string, number>();
  snapshot.resources.forEach((state, index) => {
    if (state.disposition !== 'superseded') live.set(state.urn, index);
  });
  const missing = urns.filter((urn) => !live.has(urn));
  if (missing.length > 0) throw notFound(snapshot, missing);
  return new Set(urns.map((urn) => live.get(urn)!));
}

function describe({ id, isProtected, disposition }: ResourceState): string {
  return `${id}${isProtected ? ' (Protected)' : ''}${disposition === 'superseded' ? ' (Pending Deletion)' : ''}`;
}

function notFound({ pendingOperations }: Snapshot, urns: readonly string[]): OperationError {
  const inDoubt = pendingOperations.some(({ resource }) => urns.includes(resource.urn));
  return new OperationError({
    code: 'STATE_RECORD_NOT_FOUND',
    summary: urns.map((urn) => `No such resource "${urn}" exists in the current state`).join('\n'),
    ...(inDoubt && { detail: 'There is only an operation on it that was interrupted, and nobody knows how it ended.' }),
    remedy: inDoubt
      ? 'Say that it did not happen:\n    radiant refresh --clear-pending-creates'
      : 'See what is recorded:\n    radiant stack --show-urns',
  });
}
