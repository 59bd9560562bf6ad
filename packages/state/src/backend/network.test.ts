import { expect, test } from 'vitest';
import { describeOn } from '../testing/describe-stores.ts';
import { expectNothingLost, prepareStack, type RunResult, runScript } from '../testing/script.ts';
import { type NetworkFault, planFault } from '../testing/servers/fault-plan.ts';
import { testStack, testState, testUrn } from '../testing/states.ts';
import { remoteKinds } from '../testing/stores.ts';
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

describeOn(remoteKinds, (fresh, { name }) => {
  async function meet(index: number, fault: NetworkFault, afterwards: 'well' | 'gone'): Promise<Round> {
    const where = `${fault} at request ${index}`;
    const processes = createTestProcesses();
    const clock = createTestClock();
    const options = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock, processes, heartbeatMs: 1e9 };
    const remote = fresh();
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

  /** Until no fault fires any more. */
  async function atEach(offset: number, meetAt: (index: number) => Promise<{ readonly isDone: boolean }>) {
    const stride = isExhaustive ? 1 : strides[name]!;
    for (let index = isExhaustive ? 0 : offset; ; index += stride) if ((await meetAt(index)).isDone) return;
  }

  async function stopAndGoOn(index: number, fault: NetworkFault, taker: 'runs' | 'is done') {
    const where = `${fault} request ${index}, gone on while the other ${taker}`;
    const clock = createTestClock();
    const processes = createTestProcesses();
    const options = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock, processes, leaseTtlMs: 1000 };
    const remote = fresh();
    await prepareStack(openBackend(remote.open(), options));
    const stopped = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const plan = planFault(index, fault, 'well', () => {
      stopped.resolve();
      return goOn.promise;
    });
    const faulty = await remote.openFaulty(plan, 'patient');
    let isTaken = false;
    let begunLate = 0;
    const ending = runScript(openBackend(faulty.store, { ...options, heartbeatMs: 1e9 }), () => {
      if (isTaken) begunLate += 1;
    });
    await Promise.race([stopped.promise, ending]);
    clock.advance(1000);
    const survivor = openBackend(remote.open(), options);
    const next = await survivor.beginOperation(testStack, testUpdate);
    isTaken = true;
    await next.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n9', state: testState('next') }] });
    if (taker === 'runs') {
      goOn.resolve();
      await ending;
    }
    await next.commit(testSuccess);
    const { snapshot } = await survivor.loadStack(testStack, { secrets: testSecrets });
    goOn.resolve();
    const result = await ending;
    const after = await survivor.loadStack(testStack, { secrets: testSecrets });
    const names = (state: typeof snapshot) => state.resources.map(({ urn }) => urn);
    expect(names(after.snapshot), where).toContain(testUrn('next'));
    // Stopped before it had claimed the stack, it may have done so afterwards.
    if (!names(result.base ?? next.base).includes(testUrn('next'))) {
      expect(begunLate, `${where}: called a provider`).toBe(0);
      expect(after.snapshot, where).toEqual(snapshot);
      if (result.acknowledged > 0) expectNothingLost(next.base, result, where);
    }
    await faulty.stop();
    return { isDone: plan.count() <= index };
  }

  const passing: readonly NetworkFault[] =
    name === 'S3' ? ['refused', 'lost', 'late', 'doubled', 'overloaded'] : ['refused', 'lost', 'late'];

  test.each(passing.map((fault, index) => [fault, index] as const))(
    'a request that is %s is got over: the operation ends as if nothing had been',
    async (fault, offset) => {
      await atEach(offset * 4, async (index) => {
        const { result, isDone, where } = await meet(index, fault, 'well');
        expect(result, where).toMatchObject({ end: 'committed', acknowledged: result.appended });
        return { isDone };
      });
    },
    isExhaustive ? 7_200_000 : 120_000,
  );

  test.each(['refused', 'lost'] as const)(
    'a network that is gone from some request on, which is %s, loses nothing',
    async (fault) => {
      await atEach(fault === 'lost' ? 2 : 11, (index) => meet(index, fault, 'gone'));
    },
    isExhaustive ? 7_200_000 : 120_000,
  );

  const stops = (['stopped-before', 'stopped-after'] as const).flatMap((fault) =>
    (['runs', 'is done'] as const).map((taker) => [fault, taker] as const),
  );

  test.each(stops.map(([fault, taker], index) => [fault, taker, index] as const))(
    'an operation that is %s a request, and goes on while another %s, changes nothing and calls no provider',
    async (fault, taker, offset) => {
      await atEach(offset * 3, (index) => stopAndGoOn(index, fault, taker));
    },
    isExhaustive ? 7_200_000 : 120_000,
  );
});
