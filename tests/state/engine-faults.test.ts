import { expect, test } from 'vitest';
import { describeOn } from '../../packages/state/src/testing/describe-stores.ts';
import { testStack } from '../../packages/state/src/testing/states.ts';
import { createTestClock, createTestProcesses, testSecrets } from '../../packages/state/src/testing/test-backend.ts';
import { World } from '../lifecycle/harness/world.ts';
import { expectCarriesOn, perform, type Scenario, scenarios } from './harness/engine-on-store.ts';
import { faultyStoreKinds, type StoreFault } from './harness/faulty-stores.ts';

/*
 * The engine over real stores, which fail it at the first, second, third … request or change of the disk, until none
 * fails any more. Whatever happens, the next operation ends in exactly the things that an undisturbed one makes, without a
 * question. All moments in the exhaustive tier; here some.
 */

const isExhaustive = process.env.SIMULATION_RUNS !== undefined;
const strides: { readonly [store: string]: number } = { files: 5, S3: 31, PostgreSQL: 11 };

describeOn(faultyStoreKinds, (fresh, { name, faults }) => {
  /** Resolves to whether the fault still came. */
  async function meet(scenario: Scenario, fault: StoreFault, index: number): Promise<boolean> {
    const where = `${fault.name} ${index}`;
    const processes = createTestProcesses();
    const base = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock: createTestClock(), heartbeatMs: 1e9 };
    const options = { ...base, processes };
    const store = fresh();
    const calm = store.open(options);
    await calm.createStack(testStack, { secretsProvider: testSecrets });
    const world = new World();
    for (const earlier of scenario.before) await perform(calm, world, earlier);
    const faulty = await store.openFaulty(options, fault, index);
    await perform(faulty.backend, world, scenario.move, () => fault.isDeath && faulty.hasFired()).catch(
      () => undefined,
    );
    const hasFired = faulty.hasFired();
    await faulty.close();
    processes.kill({ pid: 1 });
    processes.become(2);

    const survivor = store.open(options);
    await expectCarriesOn(survivor, world, scenario, where);
    return hasFired;
  }

  test.each(
    scenarios.flatMap((scenario) => faults.map((fault) => [fault.name, scenario.what, fault, scenario] as const)),
  )(
    '%s any request of %s: the next run ends where an undisturbed one does',
    async (_fault, _what, fault, scenario) => {
      const stride = isExhaustive ? 1 : strides[name]!;
      let index = isExhaustive ? 0 : (faults.indexOf(fault) * 3 + scenarios.indexOf(scenario)) % stride;
      while (await meet(scenario, fault, index)) index += stride;
      expect(index).toBeGreaterThan(10);
    },
    isExhaustive ? 1_800_000 : 120_000,
  );
});
