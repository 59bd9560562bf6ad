import { expect } from 'vitest';
import type { Backend } from '../../../packages/state/src/backend/backend.ts';
import { testStack } from '../../../packages/state/src/testing/states.ts';
import { testSuccess, testUpdate } from '../../../packages/state/src/testing/test-backend.ts';
import { essence, type Move, run } from '../../lifecycle/harness/crash.ts';
import { from, type ProgramBody, TestStack } from '../../lifecycle/harness/stack.ts';
import { World } from '../../lifecycle/harness/world.ts';

const service =
  (kind: string): ProgramBody =>
  async (program) => {
    const config = await program.thing('config', { kind });
    const server = await program.thing(
      'server',
      { name: 'server', config: config.outputs.serial! },
      from(config, 'config'),
    );
    await program.thing('mount', { name: 'mount', fixedTo: server.outputs.serial! }, from(server, 'fixedTo'));
    await program.export({ kind });
  };

/** A move of a stack, and what was done to it before. */
export interface Scenario {
  readonly what: string;
  readonly before: readonly Move[];
  readonly move: Move;
}

export const scenarios: readonly Scenario[] = [
  { what: 'a first update', before: [], move: { kind: 'up', body: service('x') } },
  {
    what: 'replacements',
    before: [{ kind: 'up', body: service('x') }],
    move: { kind: 'up', body: service('y') },
  },
  { what: 'a destroy', before: [{ kind: 'up', body: service('x') }], move: { kind: 'destroy' } },
];

/** A process that was killed does nothing any more. */
export class DeadError extends Error {}

/** An operation as the toolkit runs it; once `isDead`, nothing more happens. */
export async function perform(backend: Backend, world: World, move: Move, isDead: () => boolean = () => false) {
  const operation = await backend.beginOperation(testStack, testUpdate);
  const stack = new TestStack(world);
  stack.snapshot = operation.base;
  const { onCall } = world;
  world.onCall = (call, subject) => {
    if (isDead()) throw new DeadError();
    return onCall(call, subject);
  };
  try {
    const result = await run(stack, move, {
      journal: async (entry) => {
        if (isDead()) throw new DeadError();
        await operation.journal.append(entry);
      },
    });
    await operation.commit({ ...testSuccess, result: result.result === 'succeeded' ? 'succeeded' : 'failed' });
    return result;
  } catch (error) {
    if (!isDead()) await operation.abandon().catch(() => undefined);
    throw error;
  } finally {
    world.onCall = onCall;
  }
}

/**
 * The move once more, by a process that found all well: it ends in exactly the things that an undisturbed one makes, with
 * nothing in doubt, and leaves nothing to do.
 */
export async function expectCarriesOn(
  backend: Backend,
  world: World,
  { before, move }: Scenario,
  where: string,
): Promise<void> {
  const again = await perform(backend, world, move);
  expect({ result: again.result, errors: again.errors }, where).toEqual({ result: 'succeeded', errors: [] });
  expect(essence(world), where).toEqual(await intended(before, move));
  const { snapshot } = await backend.loadStack(testStack);
  expect(snapshot.pendingOperations, where).toEqual([]);
  const recorded = snapshot.resources.filter(({ type }) => type.startsWith('test:')).map(({ id }) => id);
  expect(recorded.toSorted(), where).toEqual(world.names());
  expect((await perform(backend, world, move)).journal, where).toEqual([]);
}

async function intended(before: readonly Move[], move: Move): Promise<readonly string[]> {
  const stack = new TestStack(new World());
  for (const each of [...before, move]) await run(stack, each);
  return essence(stack.world);
}
