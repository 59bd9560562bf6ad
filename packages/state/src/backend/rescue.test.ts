import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '../testing/memory-file-system.ts';
import { testStack, testState } from '../testing/states.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import {
  createTestClock,
  createTestProcesses,
  openTestBackend,
  testSecrets,
  testSuccess,
  testUpdate,
} from '../testing/test-backend.ts';

const created = testState('a', { outputs: { password: new Secret('hunter2') } });

/** A stack whose disk can be filled up and emptied. */
async function withFullDisk() {
  const disk = new MemoryDisk();
  const condition = { isFull: false };
  const files = disk.mount((operation) =>
    condition.isFull && /^(write|create|copy|mkdir|link)/.test(operation)
      ? { kind: 'error', code: 'ENOSPC', moment: 'before' }
      : undefined,
  );
  const rescueFolder = join(await temporaryFolder(), 'rescue');
  const processes = createTestProcesses();
  const options = { files, clock: createTestClock(), processes, heartbeatMs: 1e9, rescueFolders: [rescueFolder] };
  const backend = openTestBackend('/store', options);
  await backend.createStack(testStack, { secretsProvider: testSecrets });
  return { backend, condition, processes, rescueFolder };
}

describe('a disk that is full when a provider has answered', () => {
  test('is reported; the record goes elsewhere, sealed, and the next operation finds it there', async () => {
    const { backend, condition, processes, rescueFolder } = await withFullDisk();
    const operation = await backend.beginOperation(testStack, testUpdate);
    await operation.journal.append({ kind: 'begin', step: 1, operation: 'creating', resource: created });
    condition.isFull = true;
    const appending = operation.journal.append({
      kind: 'end',
      step: 1,
      outcome: 'succeeded',
      changes: [{ kind: 'put', key: 'n0', state: created }],
    });
    await expect(appending).rejects.toThrow(/could not be recorded in file:.*ENOSPC[\s\S]*written to .*rescue/);
    const [name] = readdirSync(rescueFolder);
    expect(statSync(join(rescueFolder, name!)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(rescueFolder, name!), 'utf8')).not.toContain('hunter2');
    await expect(operation.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
    condition.isFull = false;
    processes.kill({ pid: 1 });
    processes.become(2);
    expect((await backend.loadStack(testStack, { secrets: testSecrets })).snapshot).toEqual({
      resources: [created],
      pendingOperations: [],
    });
    const next = await backend.beginOperation(testStack, testUpdate);
    expect(next.base).toEqual({ resources: [created], pendingOperations: [] });
    await next.commit(testSuccess);
    expect(readdirSync(rescueFolder)).toEqual([]);
  });

  test('does not leave a step in doubt that was refused then', async () => {
    const { backend, condition, processes } = await withFullDisk();
    const operation = await backend.beginOperation(testStack, testUpdate);
    await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state: created }] });
    condition.isFull = true;
    const beginning = operation.journal.append({
      kind: 'begin',
      step: 1,
      operation: 'creating',
      resource: testState('never'),
    });
    await expect(beginning).rejects.toMatchObject({ code: 'STATE_JOURNAL_UNWRITABLE' });
    await expect(operation.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
    condition.isFull = false;
    processes.kill({ pid: 1 });
    processes.become(2);
    const next = await backend.beginOperation(testStack, testUpdate);
    expect(next.base).toEqual({ resources: [created], pendingOperations: [] });
    await next.commit(testSuccess);
  });

  test('and has room again before the operation ends, has everything', async () => {
    const { backend, condition } = await withFullDisk();
    const operation = await backend.beginOperation(testStack, testUpdate);
    condition.isFull = true;
    const change = { kind: 'change', changes: [{ kind: 'put', key: 'n0', state: created }] } as const;
    await expect(operation.journal.append(change)).rejects.toMatchObject({ code: 'STATE_JOURNAL_UNWRITABLE' });
    condition.isFull = false;
    await operation.commit({ ...testSuccess, result: 'failed' });
    expect((await backend.loadStack(testStack, { secrets: testSecrets })).snapshot.resources).toEqual([created]);
  });
});
