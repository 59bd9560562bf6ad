import {
  formatUrn,
  OperationError,
  parseUrn,
  type ResourceState,
  renameReferences,
  type Snapshot,
  stackType,
  type Urn,
} from '@radiant/model';
import { type EditedState, unedited } from './edited-state.ts';
import { findRecords } from './find-records.ts';

/**
 * Gives a resource another name: its record, and whatever refers to it. Throws `STATE_RECORD_NOT_FOUND`,
 * `STATE_NAME_INVALID`, `STATE_NAME_TAKEN`.
 */
export function renameRecord(snapshot: Snapshot, urn: string, name: string): EditedState {
  findRecords(snapshot, { urn });
  const to = renamed(urn, name);
  if (to !== urn && snapshot.resources.some((state) => state.urn === to))
    throw new OperationError({
      code: 'STATE_NAME_TAKEN',
      summary: 'The chosen new urn for the state corresponds to an already existing resource',
      detail: to,
      urn: to,
    });
  return mapUrns(unedited(snapshot), (other) => (other === urn ? to : other));
}

/** An edited state with every URN in it passed through `rename`: those of records and those they refer to. */
export function mapUrns({ records, doubts }: EditedState, rename: (urn: Urn) => Urn): EditedState {
  return {
    records: records.map((record) => {
      const state = renameState(record.state, rename);
      return state === record.state ? record : { ...record, state };
    }),
    doubts: doubts.map((doubt) => {
      const resource = renameState(doubt.operation.resource, rename);
      return resource === doubt.operation.resource ? doubt : { ...doubt, operation: { ...doubt.operation, resource } };
    }),
  };
}

function renameState(state: ResourceState, rename: (urn: Urn) => Urn): ResourceState {
  const urn = rename(state.urn);
  const referring = renameReferences(state, rename);
  return urn === state.urn ? referring : { ...referring, urn };
}

function renamed(urn: string, name: string): Urn {
  const parts = parseUrn(urn);
  if (parts === undefined) throw invalid('The provided input URN is not valid', urn);
  if (parts.qualifiedType === stackType)
    throw invalid('the resource of the stack itself is named after its project and its stack', urn);
  if (name.trim() === '') throw invalid('the new name is empty', urn);
  return formatUrn({ ...parts, name });
}

function invalid(summary: string, detail: string): OperationError {
  return new OperationError({ code: 'STATE_NAME_INVALID', summary, detail });
}
