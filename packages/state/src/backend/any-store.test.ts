import { expect, test } from 'vitest';
import { describeOn, everyKind } from '../testing/describe-stores.ts';
import { testStack, testState, testUrn } from '../testing/states.ts';
import { createTestClock, createTestProcesses, testSecrets, testSuccess, testUpdate } from '../testing/test-backend.ts';
import { openBackend } from './backend.ts';

/* What a backend promises on every store. */

function change(name: string) {
  return { kind: 'change', changes: [{ kind: 'put', key: `n${name}`, state: testState(name) }] } as const;
}

const names = (resources: readonly { urn: string }[]) => resources.map(({ urn }) => urn);

describeOn(everyKind, (fresh) => {
  /** Each backend has its own handle on the store, as processes do. */
  async function setting() {
    const processes = createTestProcesses();
    const clock = createTestClock();
    const options = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock, processes, leaseTtlMs: 1000 };
    const { open } = fresh();
    const another = () => openBackend(open(), options);
    const backend = another();
    await backend.createStack(testStack, { secretsProvider: testSecrets });
    return { backend, another, clock, processes, store: open() };
  }

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

  test('of many who begin at the same moment one does, and the others are told who', async () => {
    const { another } = await setting();
    const tries = Array.from({ length: 6 }, () => another().beginOperation(testStack, testUpdate));
    const results = await Promise.allSettled(tries);
    const begun = results.filter((result) => result.status === 'fulfilled');
    expect(begun).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({
          code: 'STATE_LOCK_HELD',
          message: expect.stringMatching(/currently locked by 1 lock\(s\)[\s\S]*radiant-\d+-.*: created by ada@here/),
        });
    await begun[0]!.value.commit(testSuccess);
  });

  test('cancel takes the stack away: what is done is recorded, and nothing begun', async () => {
    const { backend, another } = await setting();
    const first = await backend.beginOperation(testStack, testUpdate);
    await first.journal.append({ kind: 'begin', step: 1, operation: 'creating', resource: testState('a') });
    expect((await another().cancel(testStack)).revoked).toMatchObject({ operation: 'update' });
    const changes = [{ kind: 'put', key: 'n0', state: testState('a') }] as const;
    await first.journal.append({ kind: 'end', step: 1, outcome: 'succeeded', changes });
    const late = first.journal.append({ kind: 'begin', step: 2, operation: 'creating', resource: testState('b') });
    await expect(late).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await expect(first.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    const second = await another().beginOperation(testStack, testUpdate);
    expect(second.base).toEqual({ resources: [testState('a')], pendingOperations: [] });
    await second.commit(testSuccess);
  });

  test('what Pulumi keeps is where Pulumi keeps it', async () => {
    const { backend, store } = await setting();
    const operation = await backend.beginOperation(testStack, testUpdate);
    await operation.journal.append(change('a'));
    await operation.commit(testSuccess);
    const under = async (folder: string) => (await store.list(folder)).map(({ name }) => name).sort();
    expect(await under('.pulumi')).toEqual(expect.arrayContaining(['backups', 'history', 'meta.yaml', 'stacks']));
    expect(await under('.pulumi/stacks/proj')).toEqual(['dev.json', 'dev.json.bak']);
    expect((await under('.pulumi/history/proj/dev')).map((name) => name.replace(/\d+/, 'N'))).toEqual([
      'dev-N.checkpoint.json',
      'dev-N.history.json',
    ]);
    expect(await under('.pulumi/locks/organization/proj/dev')).toEqual([]);
    await store.put('.pulumi/locks/organization/proj/dev/x.json', Buffer.from('{"username":"hari"}'), 'lasting');
    await expect(backend.beginOperation(testStack, testUpdate)).rejects.toThrow(/x\.json: created by hari@/);
  });

  test('a stack that is removed and made again is no longer the old holder’s', async () => {
    const { backend, another, clock } = await setting();
    const old = await backend.beginOperation(testStack, testUpdate);
    await old.journal.append(change('a'));
    clock.advance(1000);
    await another().removeStack(testStack, { force: true });
    clock.advance(1000);
    await another().createStack(testStack, { secretsProvider: testSecrets });
    await expect(old.journal.append(change('late'))).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await expect(old.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    const next = await another().beginOperation(testStack, testUpdate);
    expect(next.base.resources).toEqual([]);
    await next.commit(testSuccess);
  });
});
