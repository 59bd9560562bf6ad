import type { ResourceState, Snapshot } from '@radiant/model';
import { type EditedState, unedited } from './edited-state.ts';
import { findLive } from './find-records.ts';

export type Mark = 'protect' | 'unprotect' | 'taint' | 'untaint';

/** Undefined when the record has the mark already. */
const marked: { readonly [mark in Mark]: (state: ResourceState) => Partial<ResourceState> | undefined } = {
  protect: ({ isProtected }) => (isProtected ? undefined : { isProtected: true }),
  unprotect: ({ isProtected }) => (isProtected ? { isProtected: false } : undefined),
  taint: ({ isTainted }) => (isTainted ? undefined : { isTainted: true }),
  untaint: ({ isTainted }) => (isTainted ? { isTainted: false } : undefined),
};

/**
 * Marks records as protected or to be replaced, or takes the mark off. What waits for deletion is left alone. `urns`
 * undefined: all. Throws `STATE_RECORD_NOT_FOUND`.
 */
export function markRecords(snapshot: Snapshot, mark: Mark, urns: readonly string[] | undefined): EditedState {
  const chosen = urns === undefined ? undefined : findLive(snapshot, urns);
  const { records, doubts } = unedited(snapshot);
  return {
    records: records.map((record) => {
      const { from, state } = record;
      const isChosen = chosen === undefined ? state.disposition !== 'superseded' : chosen.has(from!);
      const fields = isChosen ? marked[mark](state) : undefined;
      return fields === undefined ? record : { from: from!, state: { ...state, ...fields } };
    }),
    doubts,
  };
}
