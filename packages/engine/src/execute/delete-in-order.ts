import type { StateKey } from '@radiant/model';
import { noteFailure } from '../operation/note-failure.ts';
import type { Operation } from '../operation/operation.ts';
import { Companions, type Outliving } from './companions.ts';
import { deleteStep, isProtectedFromDelete } from './delete-step.ts';
import type { DeletionGraph } from './deletion-graph.ts';
import type { Doomed } from './doomed.ts';

interface Node {
  readonly doomed: Doomed;
  /** Positions of what this one leans on: freed when it is gone. */
  readonly leansOn: readonly number[];
  dependentsLeft: number;
  isKept: boolean;
}

export interface DeletionOrder extends Pick<DeletionGraph, 'leansOn'> {
  /** Records that stay longer than some that they lean on. */
  readonly outliving: readonly Outliving[];
  /**
   * How many are begun at once, so that what waits for its turn costs nothing. Who waits for another deletion in his
   * `before` must not be bounded.
   */
  readonly atATime?: number;
}

/**
 * Deletes each as soon as all that lean on it are gone. What a failed one leans on stays. `leansOn`: without circles.
 * Returns the keys that stayed.
 */
export async function deleteInOrder(
  operation: Operation,
  doomed: readonly Doomed[],
  { leansOn, outliving, atATime = Number.POSITIVE_INFINITY }: DeletionOrder,
): Promise<ReadonlySet<StateKey>> {
  const nodes = createNodes(doomed, leansOn);
  const kept = new Set<StateKey>();
  const companions = new Companions(operation.ledger);
  for (const each of outliving) companions.mayOutlive(each);
  if (nodes.length === 0) return kept;
  await new Promise<void>((resolve) => {
    const free = nodes.filter((node) => node.dependentsLeft === 0);
    let begun = 0;
    let done = 0;
    const beginFree = () => {
      for (; begun < free.length && begun - done < atATime; begun += 1) void work(free[begun]!);
    };
    const work = async (node: Node): Promise<void> => {
      await deleteNode(operation, node, companions);
      if (node.isKept) kept.add(node.doomed.key);
      for (const position of node.leansOn) {
        const needed = nodes[position]!;
        needed.isKept ||= node.isKept;
        needed.dependentsLeft -= 1;
        if (needed.dependentsLeft === 0) free.push(needed);
      }
      done += 1;
      if (done === nodes.length) resolve();
      else beginFree();
    };
    beginFree();
  });
  for (const waiting of companions.waiting()) waiting.settled?.();
  return kept;
}

async function deleteNode(operation: Operation, node: Node, companions: Companions): Promise<void> {
  const { doomed } = node;
  try {
    await doomed.before?.();
    const isWanted = !node.isKept || isProtectedFromDelete(operation, doomed);
    if (isWanted && operation.progress.mayBegin) await deleteStep(operation, doomed, companions);
    else node.isKept = true;
  } catch (error) {
    noteFailure(operation, doomed.state, error);
    node.isKept = true;
  } finally {
    doomed.cleared?.();
    const settled = companions.isWaiting(doomed) ? [] : [doomed, ...companions.goneWith(doomed)];
    for (const each of settled) each.settled?.();
  }
}

function createNodes(doomed: readonly Doomed[], leansOn: readonly (readonly number[])[]): readonly Node[] {
  const nodes = doomed.map((entry, index): Node => {
    return { doomed: entry, leansOn: leansOn[index]!, dependentsLeft: 0, isKept: false };
  });
  for (const { leansOn } of nodes) for (const needed of leansOn) nodes[needed]!.dependentsLeft += 1;
  return nodes;
}
