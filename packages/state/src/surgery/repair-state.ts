import { isProviderType, type ResourceState, type Snapshot } from '@radiant/model';
import type { EditedDoubt, EditedRecord, EditedState } from './edited-state.ts';
import { unedited } from './edited-state.ts';
import { mendProviders } from './mend-providers.ts';
import { mendReferences } from './mend-references.ts';

/**
 * Mends what the integrity of a snapshot demands and what can be mended without knowing more: order, references to what
 * is not recorded, providers that are missing, records that are there twice. No thing is touched, and no record that
 * names one is lost: of two that differ in their ids, the older is left to be deleted by the next update, as what a
 * replacement leaves is.
 */
export function repairState(snapshot: Snapshot): EditedState {
  const { records, doubts } = mendIdentities(unedited(snapshot));
  return { records: mendReferences(mendProviders(mendDuplicates(records))), doubts };
}

/** A component has no id. A resource without one may or may not have been made: its provider, or a person, can tell. */
function mendIdentities({ records, doubts }: EditedState): EditedState {
  const isUnmade = ({ state }: EditedRecord) =>
    state.ownership === 'managed' && state.id === '' && state.disposition === 'live' && !isProviderType(state.type);
  const known = new Set(doubts.map(({ operation }) => operation.resource.urn));
  const unmade = records.filter((record) => isUnmade(record) && !known.has(record.state.urn));
  return {
    records: records.filter((record) => !isUnmade(record)).map(withoutComponentId),
    doubts: [
      ...doubts,
      ...unmade.map(({ state }): EditedDoubt => ({ operation: { kind: 'creating', resource: state } })),
    ],
  };
}

function withoutComponentId(record: EditedRecord): EditedRecord {
  const { state } = record;
  return state.ownership === 'component' && state.id !== '' ? { ...record, state: { ...state, id: '' } } : record;
}

function mendDuplicates(records: readonly EditedRecord[]): readonly EditedRecord[] {
  const live = Map.groupBy(
    records.filter(({ state }) => state.disposition !== 'superseded'),
    ({ state }) => state.urn,
  );
  const keepers = new Map([...live].map(([urn, twins]) => [urn, twins.reduce(preferred)]));
  return records.flatMap((record) => {
    const { state } = record;
    const keeper = keepers.get(state.urn);
    if (keeper === record || state.disposition === 'superseded') return [record];
    const isAnotherThing =
      state.ownership === 'managed' && state.disposition === 'live' && state.id !== keeper?.state.id;
    return isAnotherThing ? [{ ...record, state: { ...state, disposition: 'superseded' } }] : [];
  });
}

/** What exists rather than what is to be made again, then what was changed last. */
function preferred(one: EditedRecord, other: EditedRecord): EditedRecord {
  if (one.state.disposition !== other.state.disposition) return one.state.disposition === 'live' ? one : other;
  return lastChange(one.state) > lastChange(other.state) ? one : other;
}

function lastChange({ modified, created }: ResourceState): string {
  return modified ?? created ?? '';
}
