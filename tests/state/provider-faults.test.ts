import { OutcomeUnknownError } from '@radiant/model';
import { expect, test } from 'vitest';
import { MemoryDisk } from '../../packages/state/src/testing/memory-file-system.ts';
import { testStack } from '../../packages/state/src/testing/states.ts';
import {
  createTestClock,
  createTestProcesses,
  openTestBackend,
  testSecrets,
} from '../../packages/state/src/testing/test-backend.ts';
import { World, type WorldCall } from '../lifecycle/harness/world.ts';
import { DeadError, expectCarriesOn, perform, type Scenario, scenarios } from './harness/engine-on-store.ts';

/*
 * The engine over a real store, and a provider that fails it at its first, second, third … call that changes or reads
 * something, until none fails any more.
 */

interface ProviderFault {
  readonly name: string;
  readonly moment: 'onCall' | 'onDone';
  readonly error: () => Error;
  readonly isDeath?: true;
  /** From then on every call meets the same. */
  readonly lasts?: true;
}

const lost = () => new OutcomeUnknownError('the connection was lost');
const refused = () => new Error('try again later');
const killed = () => new DeadError();

const faults: readonly ProviderFault[] = [
  { name: 'the process is killed before', moment: 'onCall', error: killed, isDeath: true },
  { name: 'the process is killed after', moment: 'onDone', error: killed, isDeath: true },
  { name: 'the connection is lost before', moment: 'onCall', error: lost },
  { name: 'the connection is lost after', moment: 'onDone', error: lost },
  { name: 'the connection stays lost from', moment: 'onCall', error: lost, lasts: true },
  { name: 'the provider refuses', moment: 'onCall', error: refused },
  { name: 'the provider refuses everything from', moment: 'onCall', error: refused, lasts: true },
];

const met: ReadonlySet<WorldCall> = new Set(['create', 'update', 'delete', 'read', 'look-up']);

/** Resolves to whether the fault still came. */
async function meet(scenario: Scenario, { name, moment, error, isDeath, lasts }: ProviderFault, index: number) {
  const processes = createTestProcesses();
  const options = { processes, clock: createTestClock(), heartbeatMs: 1e9 };
  const disk = new MemoryDisk();
  const open = () => openTestBackend('/store', { files: disk.mount(), ...options });
  const calm = open();
  await calm.createStack(testStack, { secretsProvider: testSecrets });
  const world = new World();
  for (const earlier of scenario.before) await perform(calm, world, earlier);
  let count = 0;
  world[moment] = (call) => {
    if (!met.has(call)) return;
    const number = count++;
    if (number === index || (number > index && lasts)) throw error();
  };
  await perform(open(), world, scenario.move, () => isDeath === true && count > index).catch((thrown: unknown) => {
    if (!(thrown instanceof DeadError)) throw thrown;
  });
  world[moment] = () => undefined;
  processes.kill({ pid: 1 });
  processes.become(2);
  await expectCarriesOn(open(), world, scenario, `${name} call ${index}`);
  return count > index;
}

test.each(
  scenarios.flatMap((scenario) => faults.map((fault) => [fault.name, scenario.what, fault, scenario] as const)),
)(
  '%s any call of the provider in %s: the next run ends where an undisturbed one does',
  async (_fault, _what, fault, scenario) => {
    let index = 0;
    while (await meet(scenario, fault, index)) index += 1;
    expect(index).toBeGreaterThan(2);
  },
);
