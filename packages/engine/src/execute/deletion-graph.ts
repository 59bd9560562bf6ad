import { type ResourceState, referencedUrns, type Urn } from '@radiant/model';

/** Positions of records. */
export interface DeletionGraph {
  /** For each, what it leans on and must go before. */
  readonly leansOn: readonly (readonly number[])[];
  /** Those that stay recorded longer than some that they lean on, with these: where circles were broken. */
  readonly outliving: ReadonlyMap<number, readonly number[]>;
}

/**
 * For each record that is to go, which of the others must go before it can: those that it leans on come after it. A URN
 * means every generation that has it, since records do not say which one they lean on; who depends on a component needs
 * what is in it, of which records name nothing where another process made it. Generations that came to depend on each
 * other the other way round would make circles of that, and so would the parts of a component: within a circle, later
 * records go first. `heirs`, by position: who leaves his thing to another goes before that one, which then leans on all that
 * the thing leans on.
 */
export function deletionGraph(
  states: readonly ResourceState[],
  heirs: ReadonlyMap<number, number> = new Map(),
): DeletionGraph {
  const generations = new Map<Urn, number[]>();
  states.forEach(({ urn }, index) => {
    const known = generations.get(urn);
    if (known === undefined) generations.set(urn, [index]);
    else known.push(index);
  });
  const partsOf = componentParts(states);
  const needs = states.map((state, index) => {
    const urns = [...referencedUrns(state)];
    const needed = new Set(urns.flatMap((urn) => generations.get(urn) ?? []));
    for (const urn of urns) if (urn !== state.parent) for (const part of partsOf(urn, state)) needed.add(part);
    needed.delete(index);
    return needed;
  });
  for (const [left, heir] of heirs) {
    for (const need of needs[left]!) if (need !== heir) needs[heir]!.add(need);
    needs[left]!.add(heir);
  }
  const leansOn = needs.map((needed) => [...needed]);
  if (!hasCircle(leansOn)) return { leansOn, outliving: new Map() };
  const circles = findCircles(leansOn);
  const isBroken = (index: number) => (needed: number) => circles[needed] === circles[index] && needed > index;
  const outliving = new Map(leansOn.map((needs, index) => [index, needs.filter(isBroken(index))] as const));
  for (const [index, outlived] of outliving) if (outlived.length === 0) outliving.delete(index);
  return {
    leansOn: leansOn.map((needs, index) => needs.filter((needed) => !isBroken(index)(needed))),
    outliving,
  };
}

/** Positions of all that is in a component, for somebody who is not in it himself. */
function componentParts(states: readonly ResourceState[]): (urn: Urn, user: ResourceState) => readonly number[] {
  const children = new Map<Urn, number[]>();
  const parents = new Map<Urn, Urn>();
  const components = new Set<Urn>();
  states.forEach(({ urn, parent, ownership }, index) => {
    if (ownership === 'component') components.add(urn);
    if (parent === undefined) return;
    parents.set(urn, parent);
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [index]);
    else known.push(index);
  });
  const isIn = (user: ResourceState, component: Urn): boolean => {
    for (let urn = user.parent; urn !== undefined; urn = parents.get(urn)) if (urn === component) return true;
    return false;
  };
  return (component, user) => {
    if (!components.has(component) || isIn(user, component)) return [];
    const parts: number[] = [];
    const open = [component];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop())
      for (const index of children.get(urn) ?? []) {
        parts.push(index);
        open.push(states[index]!.urn);
      }
    return parts;
  };
}

function hasCircle(leansOn: readonly (readonly number[])[]): boolean {
  const dependents = new Uint32Array(leansOn.length);
  for (const needs of leansOn) for (const needed of needs) dependents[needed]! += 1;
  const free = [...leansOn.keys()].filter((index) => dependents[index] === 0);
  let freed = 0;
  for (let index = free.pop(); index !== undefined; index = free.pop()) {
    freed += 1;
    for (const needed of leansOn[index]!) {
      dependents[needed]! -= 1;
      if (dependents[needed] === 0) free.push(needed);
    }
  }
  return freed < leansOn.length;
}

/** Numbers the strongly connected components (Tarjan's algorithm, without recursion): equal number, same circle. */
function findCircles(edges: readonly (readonly number[])[]): readonly number[] {
  const component = new Array<number>(edges.length).fill(-1);
  const order = new Array<number>(edges.length).fill(-1);
  const low = new Array<number>(edges.length).fill(0);
  const open: number[] = [];
  let count = 0;
  for (const root of edges.keys()) {
    const path = order[root] === -1 ? [{ node: root, next: 0 }] : [];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top;
      if (top.next === 0) {
        order[node] = low[node] = count;
        count += 1;
        open.push(node);
      }
      const target = edges[node]![top.next];
      top.next += 1;
      if (target === undefined) {
        path.pop();
        if (low[node] === order[node]) closeCircle(open, component, node);
        const parent = path.at(-1)?.node;
        if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      } else if (order[target] === -1) path.push({ node: target, next: 0 });
      else if (component[target] === -1) low[node] = Math.min(low[node]!, order[target]!);
    }
  }
  return component;
}

function closeCircle(open: number[], component: number[], root: number): void {
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    component[node] = root;
    if (node === root) return;
  }
}
