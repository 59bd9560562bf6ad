import type { ResourceGraph } from './resource-graph.ts';

/** Where a node stands: columns from the left, rows from the top. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/**
 * Puts every node in a column to the right of its parent and of all that it needs, then orders each column so that
 * what belongs together stands side by side (the median of a node's neighbours in the columns before, or after it).
 */
export function layered(graph: ResourceGraph): readonly Place[] {
  const before = predecessors(graph);
  const columnOf = columns(before);
  const members = Map.groupBy(columnOf.keys(), (node) => columnOf[node]!);
  const order = [...members.keys()].sort((left, right) => left - right).map((column) => members.get(column)!);
  const rows = new Map<number, number>();
  const settle = (column: readonly number[]): void => {
    for (const [row, node] of column.entries()) rows.set(node, row);
  };
  for (const column of order) settle(column);
  const after = reversed(before);
  for (let sweep = 0; sweep < 4; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? order : order.toReversed()) {
      const neighbours = isForward ? before : after;
      const weights = new Map(column.map((node) => [node, median(neighbours[node]!, rows) ?? rows.get(node)!]));
      settle(column.sort((left, right) => weights.get(left)! - weights.get(right)! || left - right));
    }
  }
  return columnOf.map((column, node) => ({ column, row: rows.get(node)! }));
}

/** Each node's parent and what it needs. Only what stands earlier counts, so that a broken state makes no circle. */
function predecessors({ nodes, edges }: ResourceGraph): readonly (readonly number[])[] {
  const found: number[][] = nodes.map(() => []);
  for (const { kind, from, to } of edges) {
    const [first, second] = kind === 'parent' ? [to, from] : [from, to];
    if (first < second) found[second]!.push(first);
  }
  return found;
}

function columns(before: readonly (readonly number[])[]): readonly number[] {
  const columnOf: number[] = [];
  for (const earlier of before) columnOf.push(earlier.reduce((most, node) => Math.max(most, columnOf[node]! + 1), 0));
  return columnOf;
}

function reversed(before: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const after: number[][] = before.map(() => []);
  for (const [node, earlier] of before.entries()) for (const other of earlier) after[other]!.push(node);
  return after;
}

function median(nodes: readonly number[], rows: ReadonlyMap<number, number>): number | undefined {
  const sorted = nodes.map((node) => rows.get(node)!).sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? sorted[middle]
    : sorted.length === 0
      ? undefined
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
