import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNothingLost, prepareStack, type RunResult, runScript } from '../testing/script.ts';
import { type NetworkFault, planFault } from '../testing/servers/fault-plan.ts';
import { testStack, testState } from '../testing/states.ts';
import { type RemoteKind, remoteKinds } from '../testing/stores.ts';
import { createTestClock, createTestProcesses, testSecrets, testSuccess, testUpdate } from '../testing/test-backend.ts';
import { openBackend } from './backend.ts';

/*
 * An operation meets a fault at its first, second, third … request, until it ends before the fault. All of them in the
 * exhaustive tier; here some, other ones for each fault.
 */

const isExhaustive = process.env.SIMULATION_RUNS !== undefined;
const strides: { readonly [kind: string]: number } = { S3: 23, PostgreSQL: 7 };

interface Round {
  readonly result: RunResult;
  readonly isDone: boolean;
  readonly where: string;
}

describe.each(remoteKinds)('$name', ({ name, whyNot, start }: RemoteKind) => {
  const title = (sentence: string) => (whyNot === undefined ? sentence : `${sentence} (${whyNot})`);
  let running: Awaited<ReturnType<RemoteKind['start']>> | undefined;
  beforeAll(async () => {
    if (whyNot === undefined) running = await start();
  }, 300_000);
  afterAll(() => running?.stop());

  async function meet(index: number, fault: NetworkFault, afterwards: 'well' | 'gone'): Promise<Round> {
    const where = `${fault} at request ${index}`;
    const processes = createTestProcesses();
    const clock = createTestClock();
    const options = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock, processes, heartbeatMs: 1e9 };
    const remote = running!.fresh();
    await prepareStack(openBackend(remote.open(), options));
    const plan = planFault(index, fault, afterwards);
    const faulty = await remote.openFaulty(plan, afterwards === 'well' ? 'patient' : 'hasty');
    const result = await runScript(openBackend(faulty.store, options));
    const isDone = plan.count() <= index;
    await faulty.stop();
    processes.kill({ pid: 1 });
    processes.become(2);
    const survivor = openBackend(remote.open(), options);
    const next = await survivor.beginOperation(testStack, testUpdate);
    expectNothingLost(next.base, result, where);
    await next.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n9', state: testState('next') }] });
    await next.commit(testSuccess);
    const { snapshot } = await survivor.loadStack(testStack, { secrets: testSecrets });
    expect(snapshot.resources.length, where).toBe(next.base.resources.length + 1);
    return { result, isDone, where };
  }

  async function meetAll(
    offset: number,
    fault: NetworkFault,
    afterwards: 'well' | 'gone',
    judge: (round: Round) => void,
  ): Promise<void> {
    const stride = isExhaustive ? 1 : strides[name]!;
    for (let index = isExhaustive ? 0 : offset; ; index += stride) {
      const round = await meet(index, fault, afterwards);
      judge(round);
      if (round.isDone) return;
    }
  }

  const passing: readonly NetworkFault[] =
    name === 'S3' ? ['refused', 'lost', 'late', 'doubled', 'overloaded'] : ['refused', 'lost', 'late'];

  test.skipIf(whyNot !== undefined).each(passing.map((fault, index) => [fault, index] as const))(
    title('a request that is %s is got over: the operation ends as if nothing had been'),
    async (fault, offset) => {
      await meetAll(offset * 4, fault, 'well', ({ result, where }) => {
        expect(result, where).toMatchObject({ end: 'committed', acknowledged: result.appended });
      });
    },
    isExhaustive ? 1_800_000 : 120_000,
  );

  test.skipIf(whyNot !== undefined).each(['refused', 'lost'] as const)(
    title('a network that is gone from some request on, which is %s, loses nothing'),
    async (fault) => {
      await meetAll(fault === 'lost' ? 2 : 11, fault, 'gone', () => undefined);
    },
    isExhaustive ? 1_800_000 : 120_000,
  );
});
