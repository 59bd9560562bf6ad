import { replay } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { CrashedError, createPick, type Fault, MemoryDisk } from '../testing/memory-file-system.ts';
import { expectNothingLost, prepareStack, runScript, scriptEntries } from '../testing/script.ts';
import { testStack, testState, testUrn } from '../testing/states.ts';
import {
  createTestClock,
  createTestProcesses,
  openTestBackend,
  testSecrets,
  testSuccess,
  testUpdate,
} from '../testing/test-backend.ts';

/*
 * The specification of durability: an operation runs on a disk in memory and meets a fault at its first, second, third …
 * change of the disk, until it ends before the fault. Whatever happened, everything whose append had resolved is there.
 */

const ref = testStack;

async function prepareDisk(options: TestOptions): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await prepareStack(openTestBackend('/store', { files: disk.mount(), ...options }));
  return disk;
}

function testOptions() {
  return { processes: createTestProcesses(), clock: createTestClock(), heartbeatMs: 1e9 };
}

type TestOptions = ReturnType<typeof testOptions>;

async function crashAndRecover(index: number, moment: 'before' | 'middle' | 'after', powerSeed: number | undefined) {
  const where = `crash at change ${index}, ${moment}${powerSeed === undefined ? '' : `, power seed ${powerSeed}`}`;
  const options = testOptions();
  const { processes, clock } = options;
  const disk = await prepareDisk(options);
  let count = 0;
  const fault = (): Fault | undefined => (count++ === index ? { kind: 'crash', moment } : undefined);
  const result = await runScript(openTestBackend('/store', { files: disk.mount(fault), ...options }));
  processes.kill({ pid: 1 });
  processes.become(2);
  if (powerSeed !== undefined) disk.losePower(createPick(powerSeed));
  // A claim that was torn by the power failure names nobody, and lapses with time.
  if (powerSeed !== undefined) clock.advance(1e7);
  const survivor = openTestBackend('/store', { files: disk.mount(), ...options });
  const loaded = await survivor.loadStack(ref, { secrets: testSecrets });
  expectNothingLost(loaded.snapshot, result, where);
  const next = await survivor.beginOperation(ref, testUpdate);
  expect(next.base, where).toEqual(loaded.snapshot);
  await next.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n9', state: testState('next') }] });
  await next.commit(testSuccess);
  const { snapshot } = await survivor.loadStack(ref, { secrets: testSecrets });
  expect(snapshot.resources.length, where).toBe(loaded.snapshot.resources.length + 1);
  return count <= index;
}

describe('a process that is killed', () => {
  test.each(['before', 'middle', 'after'] as const)('%s any change of the disk loses nothing', async (moment) => {
    let index = 0;
    while (!(await crashAndRecover(index, moment, undefined))) index += 1;
    expect(index).toBeGreaterThan(30);
  });

  test('together with its machine, whose disk then keeps any part of what was not synced, loses nothing', async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      let index = 0;
      while (!(await crashAndRecover(index, 'middle', seed * 1000 + index))) index += 1;
    }
  });

  test('while it takes over from one that was killed, loses nothing either', async () => {
    for (let second = 0, isDone = false; !isDone; second += 1) {
      const options = testOptions();
      const { processes } = options;
      const disk = await prepareDisk(options);
      let count = 0;
      const dyingAt = (index: number) => () => {
        const met: Fault | undefined = count++ === index ? { kind: 'crash', moment: 'middle' } : undefined;
        return met;
      };
      const result = await runScript(openTestBackend('/store', { files: disk.mount(dyingAt(30)), ...options }));
      expect(result.end).toBe('crashed');
      processes.kill({ pid: 1 });
      processes.become(2);
      count = 0;
      const taker = openTestBackend('/store', { files: disk.mount(dyingAt(second)), ...options });
      try {
        await (await taker.beginOperation(ref, testUpdate)).abandon();
        isDone = count <= second;
      } catch (error) {
        if (!(error instanceof CrashedError)) throw error;
      }
      processes.kill({ pid: 2 });
      processes.become(3);
      const survivor = openTestBackend('/store', { files: disk.mount(), ...options });
      const next = await survivor.beginOperation(ref, testUpdate);
      expectNothingLost(next.base, result, `second crash at change ${second}`);
      await next.commit(testSuccess);
    }
  });
});

describe('a process that is stopped before any change of the disk', () => {
  test.each(['when another has taken over and is done', 'while another that has taken over runs'])(
    'and goes on %s, changes nothing any more',
    async (when) => {
      for (let index = 0, isDone = false; !isDone; index += 1)
        isDone = await stopAndGoOn(index, when.startsWith('while') ? 'running' : 'done');
    },
  );
});

test('a process that goes on in the midst of being taken over from has counted nothing that is lost', async () => {
  const pick = createPick(11);
  for (let round = 0; round < 150; round += 1) await goOnDuringTakeover(20 + pick(40), pick(40));
});

/** The taker, at its change `second`, waits for the stopped one to go on and come to its end. */
async function goOnDuringTakeover(first: number, second: number): Promise<void> {
  const where = `stopped at change ${first}, going on at change ${second} of the taker`;
  const options = { ...testOptions(), leaseTtlMs: 1000 };
  const disk = await prepareDisk(options);
  const stopped = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const pausing = (index: number, atPause: () => void, until: Promise<void>) => {
    let count = 0;
    return (): Fault | undefined => {
      if (count++ !== index) return undefined;
      atPause();
      return { kind: 'pause', until };
    };
  };
  const firstFiles = disk.mount(pausing(first, stopped.resolve, goOn.promise));
  const running = runScript(openTestBackend('/store', { files: firstFiles, ...options }));
  await Promise.race([stopped.promise, running]);
  options.clock.advance(1000);
  const ended = running.then(() => undefined);
  const takerFiles = disk.mount(pausing(second, goOn.resolve, ended));
  const taker = openTestBackend('/store', { files: takerFiles, ...options });
  const next = await taker.beginOperation(ref, testUpdate);
  goOn.resolve();
  const result = await running;
  expectNothingLost(next.base, result, where);
  await next.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n9', state: testState('next') }] });
  await next.commit(testSuccess);
  const { snapshot } = await taker.loadStack(ref, { secrets: testSecrets });
  expect(snapshot.resources.length, where).toBe(next.base.resources.length + 1);
}

/** Resolves to whether the operation ended before it was to be stopped. */
async function stopAndGoOn(index: number, taker: 'running' | 'done'): Promise<boolean> {
  const where = `stopped at change ${index}`;
  const options = { ...testOptions(), leaseTtlMs: 1000 };
  const disk = await prepareDisk(options);
  const stopped = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let count = 0;
  let isTaken = false;
  let begunLate = 0;
  const fault = (): Fault | undefined => {
    if (count++ !== index) return undefined;
    stopped.resolve();
    return { kind: 'pause', until: goOn.promise };
  };
  const running = runScript(openTestBackend('/store', { files: disk.mount(fault), ...options }), () => {
    if (isTaken) begunLate += 1;
  });
  await Promise.race([stopped.promise, running]);
  options.clock.advance(1000);
  const files = disk.mount();
  const survivor = openTestBackend('/store', { files, ...options });
  const next = await survivor.beginOperation(ref, testUpdate);
  isTaken = true;
  await next.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n8', state: testState('next') }] });
  if (taker === 'running') {
    goOn.resolve();
    const { end } = await running;
    if (index > 0 && end === 'failed') {
      const locks = await files.readDirectory('/store/.pulumi/locks/organization/proj/dev');
      expect(
        locks.map(({ name }) => name).filter((name) => !name.endsWith('.tmp')),
        where,
      ).toContainEqual(expect.stringMatching(/^radiant-/));
    }
    await next.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n9', state: testState('more') }] });
  }
  await next.commit(testSuccess);
  const { snapshot } = await survivor.loadStack(ref, { secrets: testSecrets });
  const added = taker === 'running' ? [testState('next'), testState('more')] : [testState('next')];
  expect(snapshot.resources, where).toEqual(expect.arrayContaining(added));
  goOn.resolve();
  const result = await running;
  const after = await survivor.loadStack(ref, { secrets: testSecrets });
  if (result.end === 'committed' && result.base?.resources.some(({ urn }) => urn === testUrn('next'))) {
    // Stopped before it had claimed the stack, it did so afterwards.
    expect(after.snapshot, where).toEqual(replay(result.base, scriptEntries));
  } else {
    expect(begunLate, `${where}: called a provider`).toBe(0);
    if (result.acknowledged > 0) expectNothingLost(next.base, result, where);
    expect(after.snapshot, where).toEqual(snapshot);
  }
  await (await survivor.beginOperation(ref, testUpdate)).commit(testSuccess);
  return count <= index;
}

describe('a disk that fails', () => {
  test.each(['before', 'after'] as const)(
    'once, %s the change, is got over or reported, and loses nothing',
    async (moment) => {
      for (let index = 0, isDone = false; !isDone; index += 1) {
        const where = `error at change ${index}`;
        const options = testOptions();
        const { processes } = options;
        const disk = await prepareDisk(options);
        let count = 0;
        const fault = (): Fault | undefined => (count++ === index ? { kind: 'error', code: 'EIO', moment } : undefined);
        const result = await runScript(openTestBackend('/store', { files: disk.mount(fault), ...options }));
        isDone = count <= index;
        if (result.appended > 0) expect(result.acknowledged, where).toBe(result.appended);
        processes.kill({ pid: 1 });
        processes.become(2);
        const survivor = openTestBackend('/store', { files: disk.mount(), ...options });
        const next = await survivor.beginOperation(ref, testUpdate);
        expectNothingLost(next.base, result, where);
        await next.commit(testSuccess);
      }
    },
  );

  test('for good says so in words, and what it had acknowledged is there when it is mended', async () => {
    for (let index = 0, isDone = false; !isDone; index += 1) {
      const where = `full from change ${index} on`;
      const options = testOptions();
      const { processes } = options;
      const disk = await prepareDisk(options);
      let count = 0;
      const fault = (operation: string): Fault | undefined =>
        count++ >= index && /^(write|create|copy|mkdir|link)/.test(operation)
          ? { kind: 'error', code: 'ENOSPC', moment: 'before' }
          : undefined;
      const result = await runScript(openTestBackend('/store', { files: disk.mount(fault), ...options }));
      isDone = count <= index;
      processes.kill({ pid: 1 });
      processes.become(2);
      const survivor = openTestBackend('/store', { files: disk.mount(), ...options });
      const next = await survivor.beginOperation(ref, testUpdate);
      expectNothingLost(next.base, result, where);
      await next.commit(testSuccess);
    }
  });
});
