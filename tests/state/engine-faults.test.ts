import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../packages/state/src/backend/backend.ts';
import { testStack } from '../../packages/state/src/testing/states.ts';
import {
  createTestClock,
  createTestProcesses,
  testSecrets,
  testSuccess,
  testUpdate,
} from '../../packages/state/src/testing/test-backend.ts';
import { essence, type Move, run } from '../lifecycle/harness/crash.ts';
import { from, type ProgramBody, TestStack } from '../lifecycle/harness/stack.ts';
import { World } from '../lifecycle/harness/world.ts';
import { faultyStoreKinds, type StoreFault } from './harness/faulty-stores.ts';

/*
 * The engine over real stores, which fail it at the first, second, third … request or change of the disk, until none
 * fails any more. Whatever happens, the next operation ends in exactly the things that an undisturbed one makes, without a
 * question. All moments in the exhaustive tier; here some.
 */

const isExhaustive = process.env.SIMULATION_RUNS !== undefined;
const strides: { readonly [store: string]: number } = { files: 5, S3: 31, PostgreSQL: 11 };

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

const moves: readonly { readonly what: string; readonly before: readonly Move[]; readonly move: Move }[] = [
  { what: 'a first update', before: [], move: { kind: 'up', body: service('x') } },
  {
    what: 'replacements',
    before: [{ kind: 'up', body: service('x') }],
    move: { kind: 'up', body: service('y') },
  },
  { what: 'a destroy', before: [{ kind: 'up', body: service('x') }], move: { kind: 'destroy' } },
];

class DeadError extends Error {}

/** An operation as the toolkit runs it: nothing begins that cannot be recorded, and what was done is committed. */
async function perform(backend: Backend, world: World, move: Move, isDead: () => boolean = () => false) {
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

describe.each(faultyStoreKinds)('on $name', ({ name, whyNot, faults, start }) => {
  const title = (sentence: string) => (whyNot === undefined ? sentence : `${sentence} (${whyNot})`);
  let running: Awaited<ReturnType<typeof start>> | undefined;
  beforeAll(async () => {
    if (whyNot === undefined) running = await start();
  }, 300_000);
  afterAll(() => running?.stop());

  /** Resolves to whether the fault still came. */
  async function meet({ before, move }: (typeof moves)[number], fault: StoreFault, index: number): Promise<boolean> {
    const where = `${fault.name} ${index}`;
    const processes = createTestProcesses();
    const base = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock: createTestClock(), heartbeatMs: 1e9 };
    const options = { ...base, processes };
    const store = running!.fresh();
    const calm = store.open(options);
    await calm.createStack(testStack, { secretsProvider: testSecrets });
    const world = new World();
    for (const earlier of before) await perform(calm, world, earlier);
    const faulty = await store.openFaulty(options, fault, index);
    await perform(faulty.backend, world, move, () => fault.isDeath && faulty.hasFired()).catch(() => undefined);
    const hasFired = faulty.hasFired();
    await faulty.close();
    processes.kill({ pid: 1 });
    processes.become(2);

    const survivor = store.open(options);
    const again = await perform(survivor, world, move);
    expect({ result: again.result, errors: again.errors }, where).toEqual({ result: 'succeeded', errors: [] });
    expect(essence(world), where).toEqual(await intended(before, move));
    const { snapshot } = await survivor.loadStack(testStack);
    expect(snapshot.pendingOperations, where).toEqual([]);
    const recorded = snapshot.resources.filter(({ type }) => type.startsWith('test:')).map(({ id }) => id);
    expect(recorded.toSorted(), where).toEqual(world.names());
    expect((await perform(survivor, world, move)).journal, where).toEqual([]);
    return hasFired;
  }

  test
    .skipIf(whyNot !== undefined)
    .each(moves.flatMap((move) => faults.map((fault) => [fault.name, move.what, fault, move] as const)))(
    title('%s any request of %s: the next run ends where an undisturbed one does'),
    async (_fault, _move, fault, move) => {
      const stride = isExhaustive ? 1 : strides[name]!;
      let index = isExhaustive ? 0 : (faults.indexOf(fault) * 3 + moves.indexOf(move)) % stride;
      while (await meet(move, fault, index)) index += stride;
      expect(index).toBeGreaterThan(10);
    },
    isExhaustive ? 1_800_000 : 120_000,
  );
});

async function intended(before: readonly Move[], move: Move): Promise<readonly string[]> {
  const stack = new TestStack(new World());
  for (const each of [...before, move]) await run(stack, each);
  return essence(stack.world);
}
