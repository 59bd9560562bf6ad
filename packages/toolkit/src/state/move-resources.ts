import { OperationError } from '@radiant/model';
import { formatStackRef, journalOf, type MovePlan, type OperationHandle, planMove } from '@radiant/state';
import type { MoveRequest, PlannedMove, ResourceMove } from '../api.ts';
import { operationOrigin } from '../operation-origin.ts';
import type { StackContext } from '../stack-context.ts';
import { assertAsShown, foundIn } from './state-changes.ts';
import { stateSecrets } from './state-secrets.ts';

/**
 * The move of resources from one stack to another. The destination is written first: whatever happens, a resource is
 * recorded somewhere, and the same command finishes what was interrupted.
 */
export function resourceMove(source: StackContext, destination: StackContext): ResourceMove {
  const [from, to] = [formatStackRef(source.ref), formatStackRef(destination.ref)];
  if (from === to)
    throw new OperationError({
      code: 'STATE_MOVE_REFUSED',
      summary: `source and destination are the same stack: ${from}`,
    });
  return {
    source: from,
    destination: to,

    async plan(request) {
      for (const { backend, ref } of [source, destination]) await backend.waitUntilFree(ref);
      const [left, arrived] = await Promise.all([load(source), load(destination)]);
      return summarizeMove(
        planMove({ ref: source.ref, found: left }, { ref: destination.ref, found: arrived }, request),
      );
    },

    async perform(request, planned) {
      const left = await begin(source, request, `to ${to}`);
      const arrived = await begin(destination, request, `from ${from}`).catch(async (error: unknown) => {
        await left.abandon();
        throw error;
      });
      const [leaving, arriving] = [foundIn(left), foundIn(arrived)];
      const plan = await orAbandon([arrived, left], async () => {
        const now = planMove({ ref: source.ref, found: leaving }, { ref: destination.ref, found: arriving }, request);
        assertAsShown(summarizeMove(now), planned, source.ref.stack);
        await appendAll(arrived, journalOf(arriving.snapshot, now.destination.edited));
        return now;
      });
      await orAbandon([left], () => arrived.commit(moveResult));
      try {
        await orAbandon([left], () => appendAll(left, journalOf(leaving.snapshot, plan.source.edited)));
        await left.commit(moveResult);
      } catch (error) {
        throw unfinished(error, from, to);
      }
    },
  };
}

const moveResult = { result: 'succeeded', changes: {}, config: {} } as const;

async function orAbandon<Result>(operations: readonly OperationHandle[], work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    for (const operation of operations) await operation.abandon();
    throw error;
  }
}

async function load({ backend, ref, ...context }: StackContext) {
  return await backend.loadStack(ref, { secrets: stateSecrets({ backend, ref, ...context }) });
}

async function begin(context: StackContext, { urns }: MoveRequest, where: string): Promise<OperationHandle> {
  return await context.backend.beginOperation(context.ref, {
    kind: 'import',
    title: 'state move',
    message: `state move ${where}: ${urns.map((urn) => `'${urn}'`).join(' ')}`,
    environment: (await operationOrigin(context.project, undefined)).environment,
    secrets: stateSecrets(context),
  });
}

async function appendAll(operation: OperationHandle, entries: ReturnType<typeof journalOf>): Promise<void> {
  for (const entry of entries) await operation.journal.append(entry);
}

function unfinished(error: unknown, from: string, to: string): unknown {
  if (!(error instanceof OperationError)) return error;
  return new OperationError({
    code: 'STATE_MOVE_UNFINISHED',
    summary: `the resources are recorded in ${to} now, and still in ${from}: ${error.summary}`,
    remedy: 'Run the same command again; it takes them out of the source.',
    exitCode: error.exitCode,
    cause: error,
  });
}

function summarizeMove({ moved, missing, source, destination, cutInSource, cutInDestination }: MovePlan): PlannedMove {
  return {
    moved,
    missing,
    cutInSource,
    cutInDestination,
    effects: { source: source.effects, destination: destination.effects },
  };
}
