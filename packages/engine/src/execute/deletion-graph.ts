import { type ResourceState, referencedUrns, type Urn } from '@radiant/model';

/**
 * For each record that is to go, which of the others must go before it can: those that it leans on come after it. A URN
 * means every generation that has it, since records do not say which one they lean on. Generations that came to depend on
 * each other the other way round would make circles of that: within a circle, later records go first.
 */
export function deletionGraph(states: readonly ResourceState[]): readonly (readonly number[])[] {
  const generations = new Map<Urn, number[]>();
  states.forEach(({ urn }, index) => {
    const known = generations.get(urn);
    if (known === undefined) generations.set(urn, [index]);
    else known.push(index);
  });
  const leansOn = states.map((state, index) =>
    [...referencedUrns(state)].flatMap((urn) => generations.get(urn) ?? []).filter((needed) => needed !== index),
  );
  if (!hasCircle(leansOn)) return leansOn;
  const circles = findCircles(leansOn);
  return leansOn.map((needs, index) => needs.filter((needed) => circles[needed] !== circles[index] || needed < index));
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
