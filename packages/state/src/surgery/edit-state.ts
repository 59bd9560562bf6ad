import {
  type PendingOperation,
  type PropertyValue,
  type ResourceState,
  Secret,
  type SecretsProvider,
  type Snapshot,
  someProperty,
} from '@radiant/model';
import { isSealed } from '../deployment/sealed-secret.ts';
import { compareStates } from './compare-states.ts';
import type { EditedDoubt, EditedRecord, EditedState } from './edited-state.ts';

/** What a person made of a state in an editor, told as a change of the snapshot. */
export function editState(snapshot: Snapshot, edited: Snapshot, secrets: SecretsProvider | undefined): EditedState {
  const origins = originsOf(snapshot.resources, edited.resources);
  const records = edited.resources.map((state): EditedRecord => {
    const from = origins.get(state);
    if (from === undefined) return { state };
    const old = snapshot.resources[from]!;
    return { from, state: compareStates(old, state, secrets).length === 0 ? old : state };
  });
  return { records, doubts: editDoubts(snapshot.pendingOperations, edited.pendingOperations, secrets) };
}

/** What tells that two records are one, from certain to likely; the last finds what was given another name. */
const likenesses: readonly ((state: ResourceState) => string | undefined)[] = [
  ({ urn, id, disposition }) => `${urn} ${id} ${disposition}`,
  ({ urn, id }) => `${urn} ${id}`,
  ({ urn }) => urn,
  ({ type, id }) => (id === '' ? undefined : `${type} ${id}`),
];

function originsOf(
  before: readonly ResourceState[],
  after: readonly ResourceState[],
): ReadonlyMap<ResourceState, number> {
  const origins = new Map<ResourceState, number>();
  const taken = new Set<number>();
  for (const likeness of likenesses) {
    const open = Map.groupBy(
      [...before.keys()].filter((index) => !taken.has(index)),
      (index) => likeness(before[index]!),
    );
    for (const state of after) {
      const key = likeness(state);
      const from = key === undefined || origins.has(state) ? undefined : open.get(key)?.shift();
      if (from === undefined) continue;
      origins.set(state, from);
      taken.add(from);
    }
  }
  return origins;
}

function editDoubts(
  before: readonly PendingOperation[],
  after: readonly PendingOperation[],
  secrets: SecretsProvider | undefined,
): readonly EditedDoubt[] {
  const open = new Map(before.entries());
  return after.map((operation): EditedDoubt => {
    const known = [...open].find(
      ([, old]) => old.kind === operation.kind && compareStates(old.resource, operation.resource, secrets).length === 0,
    );
    if (known === undefined) return { operation };
    open.delete(known[0]);
    return { from: known[0], operation: known[1] };
  });
}

/** Whether there are secrets that a person wrote in the clear: they need the key. What was read without it does not. */
export function hasNewSecrets({ resources, pendingOperations }: Snapshot): boolean {
  const isNew = (value: PropertyValue) => value instanceof Secret && !isSealed(value);
  const states = [...resources, ...pendingOperations.map(({ resource }) => resource)];
  return states.some(({ inputs, outputs, replacementTrigger }) =>
    [inputs, outputs, replacementTrigger].some((value) => someProperty(value, isNew)),
  );
}
