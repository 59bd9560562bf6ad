import { referencedUrns, type StateKey, type Urn } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { type Doomed, deleteStep, isProtectedFromDelete } from './delete-step.ts';

interface Node {
  readonly doomed: Doomed;
  /** What this one leans on: freed when it is gone. */
  readonly leansOn: Node[];
  dependentsLeft: number;
  isKept: boolean;
}

/**
 * Deletes each as soon as all that lean on it are gone. They come in dependency order. What a failed one leans on stays. Returns the keys that stayed.
 */
export async function deleteInOrder(operation: Operation, doomed: readonly Doomed[]): Promise<ReadonlySet<StateKey>> {
  const nodes = dependencyGraph(doomed);
  const kept = new Set<StateKey>();
  if (nodes.length === 0) return kept;
  await new Promise<void>((resolve) => {
    let left = nodes.length;
    const start = async (node: Node): Promise<void> => {
      await deleteNode(operation, node);
      if (node.isKept) kept.add(node.doomed.key);
      for (const needed of node.leansOn) {
        needed.isKept ||= node.isKept;
        needed.dependentsLeft -= 1;
        if (needed.dependentsLeft === 0) void start(needed);
      }
      left -= 1;
      if (left === 0) resolve();
    };
    for (const node of nodes.filter((candidate) => candidate.dependentsLeft === 0)) void start(node);
  });
  return kept;
}

async function deleteNode(operation: Operation, node: Node): Promise<void> {
  try {
    const isWanted = !node.isKept || isProtectedFromDelete(node.doomed);
    if (isWanted && operation.progress.mayBegin) await deleteStep(operation, node.doomed);
    else node.isKept = true;
  } catch (error) {
    operation.progress.absorb(error);
    node.isKept = true;
  }
}

/**
 * An edge goes from a record to what it refers to, when that too is to go and stands before it: positions make cycles
 * impossible, even between generations of resources that came to depend on each other the other way round.
 */
function dependencyGraph(doomed: readonly Doomed[]): Node[] {
  const nodes = doomed.map((entry): Node => ({ doomed: entry, leansOn: [], dependentsLeft: 0, isKept: false }));
  const before = new Map<Urn, Node[]>();
  for (const node of nodes) {
    const { state } = node.doomed;
    for (const urn of referencedUrns(state))
      for (const needed of before.get(urn) ?? []) {
        node.leansOn.push(needed);
        needed.dependentsLeft += 1;
      }
    const namesakes = before.get(state.urn);
    if (namesakes === undefined) before.set(state.urn, [node]);
    else namesakes.push(node);
  }
  return nodes;
}
