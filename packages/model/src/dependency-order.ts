import { isProviderType, parseProviderReference } from './provider-reference.ts';
import type { ResourceState } from './resource-state.ts';
import type { Urn } from './urn.ts';

/** Every URN that must stand before `state` in a snapshot: parent, provider, dependencies of all sorts. */
export function referencedUrns(state: ResourceState): Set<Urn> {
  const urns = new Set<Urn>(state.dependencies);
  for (const list of Object.values(state.propertyDependencies)) for (const urn of list) urns.add(urn);
  for (const urn of state.replaceWith) urns.add(urn);
  if (state.parent !== undefined) urns.add(state.parent);
  if (state.deletedWith !== undefined) urns.add(state.deletedWith);
  const provider = state.provider === '' ? undefined : parseProviderReference(state.provider);
  if (provider !== undefined) urns.add(provider.urn);
  urns.delete(state.urn);
  return urns;
}

/**
 * A stable topological order: what is already in order keeps its place. A URN that two records share means the live one;
 * a provider is meant by its id too, since a replaced provider still serves until its resources have moved on. Resources
 * in a cycle (which a snapshot never holds, but a damaged file may) keep their given order at the end, for the integrity
 * check to name.
 */
export function orderByDependency(states: readonly ResourceState[]): readonly ResourceState[] {
  const known = indexStates(states);
  if (isOrdered(states, known)) return states;
  const marks = new Uint8Array(states.length); // 0 unseen, 1 on the stack, 2 placed
  const result: ResourceState[] = [];
  for (let root = 0; root < states.length; root += 1) {
    const stack: { index: number; next: number; needs: readonly number[] }[] = [];
    const open = (index: number) => {
      if (marks[index] !== 0) return;
      marks[index] = 1;
      stack.push({ index, next: 0, needs: neededIndexes(states[index]!, known).sort((a, b) => a - b) });
    };
    open(root);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const need = top.needs[top.next];
      if (need !== undefined) {
        top.next += 1;
        open(need);
        continue;
      }
      marks[top.index] = 2;
      result.push(states[top.index]!);
      stack.pop();
    }
  }
  return result;
}

interface StateIndex {
  /** The live record of a URN, else the first that waits for deletion. */
  readonly byUrn: ReadonlyMap<Urn, number>;
  /** Providers by reference `urn::id`. */
  readonly providers: ReadonlyMap<string, number>;
}

function indexStates(states: readonly ResourceState[]): StateIndex {
  const byUrn = new Map<Urn, number>();
  const providers = new Map<string, number>();
  states.forEach((state, index) => {
    if (state.disposition !== 'superseded' || !byUrn.has(state.urn)) byUrn.set(state.urn, index);
    if (isProviderType(state.type)) providers.set(`${state.urn}::${state.id}`, index);
  });
  return { byUrn, providers };
}

function neededIndexes(state: ResourceState, known: StateIndex): number[] {
  const indexes: number[] = [];
  const exact = known.providers.get(state.provider);
  const provider = exact === undefined ? undefined : parseProviderReference(state.provider)?.urn;
  if (exact !== undefined) indexes.push(exact);
  for (const urn of referencedUrns(state)) {
    const index = urn === provider ? undefined : known.byUrn.get(urn);
    if (index !== undefined) indexes.push(index);
  }
  return indexes;
}

function isOrdered(states: readonly ResourceState[], known: StateIndex): boolean {
  return states.every((state, index) => neededIndexes(state, known).every((need) => need < index));
}
