import { type Clock, exitCodes } from '@radiant/model';
import { expect, test } from 'vitest';
import type { HeldLock } from '../lease/lock-files.ts';
import { startChild } from '../testing/children.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { testStack } from '../testing/states.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import {
  createTestClock,
  createTestProcesses,
  openTestBackend,
  testSecrets,
  testSuccess,
  testUpdate,
} from '../testing/test-backend.ts';
import { type Backend, openBackend } from './backend.ts';

/** A stack in memory, a backend that is patient, and one that is not. `onSleep` runs whenever the patient one waits. */
async function setting(limitMs?: number, onSleep: () => Promise<unknown> = async () => undefined) {
  const store = createMemoryStore();
  const time = createTestClock();
  const clock: Clock = {
    nowMs: time.nowMs,
    sleep: async (ms) => {
      time.advance(ms);
      await onSleep();
    },
  };
  const waits: { readonly stack: string; readonly holders: readonly HeldLock[] }[] = [];
  const options = { toolVersion: 'v1', rescueFolders: [], user: 'ada', processes: createTestProcesses() };
  const hasty = openBackend(store, { ...options, clock: time });
  const patient = openBackend(store, {
    ...options,
    clock,
    leaseTtlMs: Number.POSITIVE_INFINITY,
    patience: { limitMs, onWait: (stack, holders) => void waits.push({ stack, holders }) },
  });
  await hasty.createStack(testStack, { secretsProvider: testSecrets });
  return { store, hasty, patient, waits };
}

test('whoever is patient has the stack when its holder is done, and is told once for whom it waits', async () => {
  let looks = 0;
  let end: () => Promise<unknown> = async () => undefined;
  const { hasty, patient, waits } = await setting(undefined, async () => {
    looks += 1;
    if (looks === 3) await end();
  });
  const first = await hasty.beginOperation(testStack, testUpdate);
  end = () => first.commit(testSuccess);
  const second = await patient.beginOperation(testStack, testUpdate);
  await second.commit(testSuccess);
  expect(waits).toEqual([
    { stack: 'dev', holders: [expect.objectContaining({ user: 'ada', host: 'here', pid: 1, operation: 'update' })] },
  ]);
  expect(await hasty.history(testStack)).toHaveLength(2);
});

test('a wait that takes too long is refused in the known words, with how long it was', async () => {
  const { hasty, patient } = await setting(60_000);
  const first = await hasty.beginOperation(testStack, testUpdate);
  const waiting = patient.beginOperation(testStack, testUpdate);
  await expect(waiting).rejects.toMatchObject({ code: 'STATE_LOCK_HELD' });
  await expect(waiting).rejects.toThrow(
    /the stack is currently locked by 1 lock\(s\)[\s\S]*created by ada@here \(pid 1\)[\s\S]*waited for 60 seconds/,
  );
  await first.commit(testSuccess);
});

test('a wait that is ended leaves no trace, and does not begin', async () => {
  const ending = new AbortController();
  const { store, hasty, patient } = await setting(undefined, async () => ending.abort());
  const first = await hasty.beginOperation(testStack, testUpdate);
  const before = await store.list('.pulumi/radiant/proj/dev');
  const waiting = patient.beginOperation(testStack, { ...testUpdate, signal: ending.signal });
  await expect(waiting).rejects.toMatchObject({ code: 'STATE_WAIT_ENDED', exitCode: exitCodes.cancelled });
  expect(await store.list('.pulumi/radiant/proj/dev')).toEqual(before);
  await first.commit(testSuccess);
  expect(await hasty.history(testStack)).toHaveLength(1);
});

test('a lock of Pulumi’s is waited for without claiming the stack again and again', async () => {
  const lock = '.pulumi/locks/organization/proj/dev/abc.json';
  let looks = 0;
  const { store, patient, waits } = await setting(undefined, async () => {
    looks += 1;
    if (looks === 20) await store.delete(lock);
  });
  const content = '{"pid":4711,"username":"hari","hostname":"trantor","timestamp":"2026-01-01T00:00:00Z"}';
  await store.put(lock, Buffer.from(content), 'lasting');
  const operation = await patient.beginOperation(testStack, testUpdate);
  const claims = (await store.list('.pulumi/radiant/proj/dev')).filter(({ name }) => /^lease-\d+\.json$/.test(name));
  expect(claims).toHaveLength(1);
  expect(waits).toEqual([{ stack: 'dev', holders: [expect.objectContaining({ user: 'hari', pid: 4711 })] }]);
  await operation.commit(testSuccess);
});

test('of several who wait each has its turn', async () => {
  const { hasty, patient } = await setting();
  const first = await hasty.beginOperation(testStack, testUpdate);
  let running = 0;
  const turn = async () => {
    const operation = await patient.beginOperation(testStack, testUpdate);
    running += 1;
    expect(running).toBe(1);
    await operation.journal.append({ kind: 'change', changes: [] });
    running -= 1;
    await operation.commit(testSuccess);
  };
  const turns = [turn(), turn(), turn()];
  await first.commit(testSuccess);
  await Promise.all(turns);
  expect(await hasty.history(testStack)).toHaveLength(4);
});

test('a holder that is killed while another process waits is taken over from, with all it had made durable', async () => {
  const folder = await temporaryFolder();
  const waits: string[] = [];
  const backend: Backend = openTestBackend(folder, {
    patience: { onWait: (_stack, [holder]) => void waits.push(`pid ${holder?.pid}`) },
  });
  await backend.createStack(testStack, {});
  const child = startChild('appending-child.ts', `file://${folder}`, 'r');
  await child.said('durable r-0');
  const waiting = backend.beginOperation(testStack, testUpdate);
  while (waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  child.process.kill('SIGKILL');
  const operation = await waiting;
  expect(waits).toEqual([`pid ${child.process.pid}`]);
  expect(operation.state.interrupted).toMatchObject({ by: { pid: child.process.pid } });
  expect(operation.base.resources.length).toBeGreaterThan(0);
  await operation.commit(testSuccess);
});
