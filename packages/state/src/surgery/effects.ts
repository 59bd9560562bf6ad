import {
  orderByDependency,
  type PendingOperationKind,
  type ResourceState,
  type SecretsProvider,
  type Snapshot,
} from '@radiant/model';
import { compareStates, type FieldChange } from './compare-states.ts';
import type { EditedState } from './edited-state.ts';

/** One thing that a change of the state by hand does, for the person who is asked. Things themselves are not touched. */
export type StateEffect =
  /** The record goes; the thing behind it stays, and is nobody's. `isPending`: it was to be deleted. */
  | { readonly kind: 'removed'; readonly urn: string; readonly id: string; readonly isPending: boolean }
  | { readonly kind: 'added'; readonly urn: string; readonly id: string }
  /** `urn` is the one it had. */
  | { readonly kind: 'changed'; readonly urn: string; readonly fields: readonly FieldChange[] }
  /** It stands before those that refer to it. */
  | { readonly kind: 'moved'; readonly urn: string }
  | { readonly kind: 'doubt-settled' | 'doubt-added'; readonly urn: string; readonly operation: PendingOperationKind };

/** Everything that differs between a snapshot and what is to become of it. */
export function effectsOf(
  base: Snapshot,
  edited: EditedState,
  secrets: SecretsProvider | undefined,
): readonly StateEffect[] {
  return [...recordEffects(base, edited, secrets), ...moveEffects(edited), ...doubtEffects(base, edited)];
}

function recordEffects(
  base: Snapshot,
  { records }: EditedState,
  secrets: SecretsProvider | undefined,
): readonly StateEffect[] {
  const kept = new Map(records.map(({ from, state }) => [from, state]));
  const ofOld = base.resources.flatMap((old, index): StateEffect[] => {
    const state = kept.get(index);
    if (state === undefined) return [removed(old)];
    const fields = compareStates(old, state, secrets);
    return fields.length === 0 ? [] : [{ kind: 'changed', urn: old.urn, fields }];
  });
  const added = records
    .filter(({ from }) => from === undefined)
    .map(({ state: { urn, id } }): StateEffect => ({ kind: 'added', urn, id }));
  return [...ofOld, ...added];
}

function removed({ urn, id, disposition }: ResourceState): StateEffect {
  return { kind: 'removed', urn, id, isPending: disposition === 'superseded' };
}

/** Those that are pulled forward; the others only make room. */
function moveEffects({ records }: EditedState): readonly StateEffect[] {
  const before = records.map(({ state }) => state);
  const isNew = new Set(records.filter(({ from }) => from === undefined).map(({ state }) => state));
  const placed = new Set<ResourceState>();
  let next = 0;
  return orderByDependency(before).flatMap((state): StateEffect[] => {
    while (placed.has(before[next]!)) next += 1;
    placed.add(state);
    return before[next] === state || isNew.has(state) ? [] : [{ kind: 'moved', urn: state.urn }];
  });
}

function doubtEffects(base: Snapshot, { doubts }: EditedState): readonly StateEffect[] {
  const kept = new Set(doubts.map(({ operation }) => operation));
  const known = new Set(base.pendingOperations);
  const settled = base.pendingOperations.filter((operation) => !kept.has(operation));
  const added = [...kept].filter((operation) => !known.has(operation));
  return [
    ...settled.map(({ kind, resource }) => ({ kind: 'doubt-settled' as const, urn: resource.urn, operation: kind })),
    ...added.map(({ kind, resource }) => ({ kind: 'doubt-added' as const, urn: resource.urn, operation: kind })),
  ];
}
