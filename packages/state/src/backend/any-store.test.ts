import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../testing/memory-store.ts';
import { testStack, testState, testUrn } from '../testing/states.ts';
import { createTestClock, createTestProcesses, testSecrets, testSuccess, testUpdate } from '../testing/test-backend.ts';
import { openBackend } from './backend.ts';

/* Nothing of a backend but its store knows of files. */

function change(name: string) {
  return { kind: 'change', changes: [{ kind: 'put', key: `n${name}`, state: testState(name) }] } as const;
}

async function setting() {
  const processes = createTestProcesses();
  const clock = createTestClock();
  const options = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock, processes, leaseTtlMs: 1000 };
  const backend = openBackend(createMemoryStore(), options);
  await backend.createStack(testStack, { secretsProvider: testSecrets });
  return { backend, clock, processes };
}

const names = (resources: readonly { urn: string }[]) => resources.map(({ urn }) => urn);

describe('on a store without files', () => {
  test('operations follow each other, and the last one’s state is loaded', async () => {
    const { backend } = await setting();
    for (const name of ['a', 'b']) {
      const operation = await backend.beginOperation(testStack, testUpdate);
      await operation.journal.append(change(name));
      await operation.commit(testSuccess);
    }
    const { snapshot } = await backend.loadStack(testStack);
    expect(names(snapshot.resources)).toEqual([testUrn('a'), testUrn('b')]);
    expect(await backend.history(testStack)).toHaveLength(2);
    expect(await backend.listStacks()).toEqual([testStack]);
    await backend.removeStack(testStack, { force: true });
    expect(await backend.listStacks()).toEqual([]);
  });

  test('a silent holder is taken over from and can then change nothing', async () => {
    const { backend, clock } = await setting();
    const first = await backend.beginOperation(testStack, testUpdate);
    await first.journal.append(change('a'));
    clock.advance(1000);
    const second = await backend.beginOperation(testStack, testUpdate);
    await expect(first.journal.append(change('late'))).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await expect(first.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await second.commit(testSuccess);
    expect(names((await backend.loadStack(testStack)).snapshot.resources)).toEqual([testUrn('a')]);
  });

  test('a dead holder is taken over from at once', async () => {
    const { backend, processes } = await setting();
    const first = await backend.beginOperation(testStack, testUpdate);
    await first.journal.append(change('a'));
    processes.kill({ pid: 1 });
    processes.become(2);
    const second = await backend.beginOperation(testStack, testUpdate);
    expect(names(second.base.resources)).toEqual([testUrn('a')]);
    await second.commit(testSuccess);
    await first.abandon();
  });
});
