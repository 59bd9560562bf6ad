import { orderByDependency, type ResourceState, stackType, type Urn } from '@radiant/model';
import type { EditedRecord } from './edited-state.ts';

/**
 * Takes out references to what is not recorded, or, in a circle, not before the one that refers. A resource that loses
 * its parent becomes a child of the stack and keeps its URN, so that its program finds it again.
 */
export function mendReferences(records: readonly EditedRecord[]): readonly EditedRecord[] {
  const urns = new Set(records.map(({ state }) => state.urn));
  const stack = records.find(({ state }) => state.type === stackType && state.disposition === 'live')?.state.urn;
  const standing = records.map((record) => within(record, urns, stack));
  return withoutCircles(standing, stack);
}

function withoutCircles(records: readonly EditedRecord[], stack: Urn | undefined): readonly EditedRecord[] {
  const ordered = orderByDependency(records.map(({ state }) => state));
  const before = new Set<Urn>();
  const cut = new Map<ResourceState, ResourceState>();
  for (const state of ordered) {
    cut.set(state, within({ state }, before, stack !== undefined && before.has(stack) ? stack : undefined).state);
    before.add(state.urn);
  }
  return records.map((record) => {
    const state = cut.get(record.state)!;
    return state === record.state ? record : { ...record, state };
  });
}

/** The record, referring to nothing but `urns`. Providers are left: what has one cannot do without. */
function within(record: EditedRecord, urns: ReadonlySet<Urn>, stack: Urn | undefined): EditedRecord {
  const { state } = record;
  const isMissing = (urn: Urn) => !urns.has(urn);
  const { parent, deletedWith, ...rest } = state;
  const isOrphan = parent !== undefined && isMissing(parent);
  const isAlone = deletedWith !== undefined && isMissing(deletedWith);
  const lists = [state.dependencies, state.replaceWith, ...Object.values(state.propertyDependencies)];
  if (!isOrphan && !isAlone && !lists.some((list) => list.some(isMissing))) return record;
  const kept = (list: readonly Urn[]) => list.filter((urn) => !isMissing(urn));
  const newParent = isOrphan ? (stack === state.urn ? undefined : stack) : parent;
  const companion = isAlone ? undefined : deletedWith;
  return {
    ...record,
    state: {
      ...rest,
      ...(newParent === undefined ? {} : { parent: newParent }),
      ...(companion === undefined ? {} : { deletedWith: companion }),
      dependencies: kept(state.dependencies),
      replaceWith: kept(state.replaceWith),
      propertyDependencies: Object.fromEntries(
        Object.entries(state.propertyDependencies).map(([property, list]) => [property, kept(list)]),
      ),
    },
  };
}
