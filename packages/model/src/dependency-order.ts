import { parseProviderReference } from './provider-reference.ts';
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
 * A stable topological order: what is already in order keeps its place. Resources in a cycle (which a snapshot never
 * holds, but a damaged file may) keep their given order at the end, for the integrity check to name.
 */
export function orderByDependency(states: readonly ResourceState[]): readonly ResourceState[] {
  if (isOrdered(states)) return states;
  const byUrn = new Map<Urn, number[]>();
  states.forEach((state, index) => {
    const indexes = byUrn.get(state.urn);
    if (indexes === undefined) byUrn.set(state.urn, [index]);
    else indexes.push(index);
  });
  const marks = new Uint8Array(states.length); // 0 unseen, 1 on the stack, 2 placed
  const result: ResourceState[] = [];
  for (let root = 0; root < states.length; root += 1) {
    const stack: { index: number; next: number; needs: number[] }[] = [];
    const open = (index: number) => {
      if (marks[index] !== 0) return;
      marks[index] = 1;
      const needs = [...referencedUrns(states[index]!)].flatMap((urn) => byUrn.get(urn) ?? []);
      needs.sort((a, b) => a - b);
      stack.push({ index, next: 0, needs });
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

function isOrdered(states: readonly ResourceState[]): boolean {
  const known = new Set(states.map((state) => state.urn));
  const seen = new Set<Urn>();
  for (const state of states) {
    for (const urn of referencedUrns(state)) if (known.has(urn) && !seen.has(urn)) return false;
    seen.add(state.urn);
  }
  return true;
}
