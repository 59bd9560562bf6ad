import { OperationError } from '@radiant/model';
import { expect, test } from 'vitest';
import { type AnyStore, describeOn, everyKind } from '../testing/describe-stores.ts';
import { pausingStore } from '../testing/pausing-store.ts';
import { prepareStack } from '../testing/script.ts';
import { testStack, testState, testUrn } from '../testing/states.ts';
import { createTestClock, createTestProcesses, testSecrets, testSuccess, testUpdate } from '../testing/test-backend.ts';
import { type Backend, openBackend } from './backend.ts';
import { lockFolder } from './layout.ts';
import type { OperationHandle } from './operation.ts';

/*
 * What holds a stack without a journal (a removal, a renaming and so on) is stopped before its first, second, third …
 * request, for so long that another takes the stack over, makes it anew where it is gone, and works on it. When it goes
 * on, it spoils nothing of that. Operations are in crash.test.ts and network.test.ts.
 */

const to = { project: 'proj', stack: 'prod' };

const moves: { readonly [name: string]: (backend: Backend) => Promise<unknown> } = {
  removal: (backend) => backend.removeStack(testStack, { force: true }),
  renaming: (backend) => backend.renameStack(testStack, to, { message: 'rename', environment: {} }),
  import: (backend) =>
    backend.importStack(
      testStack,
      { version: 3, deployment: { manifest: {} } },
      { source: 'x', foreignRecords: 'refused' },
    ),
  'change of the secrets provider': (backend) =>
    backend.reseal(testStack, { secrets: testSecrets, manager: testSecrets }),
};

const request = { ...testUpdate, message: 'by the other' };

const put = (name: string, key: string) =>
  ({ kind: 'change', changes: [{ kind: 'put', key, state: testState(name) }] }) as const;

/** Undefined where the renaming left the stack under two names, which is no stack to work on. */
async function takeOver(backend: Backend): Promise<OperationHandle | undefined> {
  if (!(await backend.stackExists(testStack)))
    await backend.createStack(testStack, { secretsProvider: testSecrets }).catch(() => undefined);
  try {
    await (await backend.beginOperation(testStack, request)).commit(testSuccess);
    const operation = await backend.beginOperation(testStack, request);
    await operation.journal.append(put('mine', 'n1'));
    return operation;
  } catch (error) {
    expect(error).toMatchObject({ code: 'STACK_RENAME_UNFINISHED' });
    return undefined;
  }
}

/** That what was recorded while the other was stopped is there, and can be gone on with. */
async function expectUnspoiled(backend: Backend, operation: OperationHandle, where: string) {
  await operation.journal.append(put('more', 'n2'));
  await operation.commit(testSuccess);
  const next = await backend.beginOperation(testStack, request);
  const names = next.base.resources.map(({ urn }) => urn);
  expect(names, where).toEqual(expect.arrayContaining([testUrn('mine'), testUrn('more')]));
  await next.commit(testSuccess);
  const entries = (await backend.history(testStack)).filter(({ message }) => message === request.message);
  expect(entries.length, where).toBe(3);
}

/** Resolves when it waits before its request `index`, or to nothing when it ended before. */
async function stopBefore(index: number, move: (backend: Backend) => Promise<unknown>, store: AnyStore) {
  const clock = createTestClock();
  const processes = createTestProcesses();
  const base = { toolVersion: 'v1', rescueFolders: [], user: 'ada', leaseTtlMs: 1000, heartbeatMs: 1e9 };
  const survivor = openBackend(store.open(), { ...base, clock, processes });
  await prepareStack(survivor);
  const stopped = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const pausing = pausingStore(store.open(), (call) => {
    if (call !== index) return undefined;
    stopped.resolve();
    return goOn.promise;
  });
  const ending = move(openBackend(pausing, { ...base, clock, processes })).then(
    () => undefined,
    (error: unknown) => error,
  );
  const isStopped = await Promise.race([stopped.promise.then(() => true), ending.then(() => false)]);
  if (!isStopped) return undefined;
  clock.advance(1000);
  const end = async () => {
    goOn.resolve();
    return await ending;
  };
  return { survivor, end };
}

const isExhaustive = process.env.SIMULATION_RUNS !== undefined;
const strides: { readonly [kind: string]: number } = { 'a folder': 7, S3: 17, PostgreSQL: 7 };

describeOn(everyKind, (fresh, { name: kind }) => {
  const stride = isExhaustive ? 1 : (strides[kind] ?? 1);

  test.each(Object.keys(moves))(
    'who is stopped anywhere in a %s, and goes on when another has the stack, spoils nothing',
    async (name) => {
      let index = isExhaustive ? 0 : name.length % stride;
      for (; ; index += stride) {
        const where = `${name}, stopped before request ${index}`;
        const stopped = await stopBefore(index, moves[name]!, fresh());
        if (stopped === undefined) break;
        const operation = await takeOver(stopped.survivor);
        const error = await stopped.end();
        if (error !== undefined) expect(error, where).toBeInstanceOf(OperationError);
        if (operation !== undefined) await expectUnspoiled(stopped.survivor, operation, where);
      }
      expect(index).toBeGreaterThan(10);
    },
    isExhaustive ? 1_800_000 : 120_000,
  );

  test('who is stopped anywhere in a cancellation leaves the lock file of who has the stack since', async () => {
    let kept = 0;
    for (let index = 0; ; index += 1) {
      const store = fresh();
      const stopped = await stopBefore(index, (backend) => backend.cancel(testStack), store);
      if (stopped === undefined) break;
      const operation = await stopped.survivor.beginOperation(testStack, request);
      await stopped.end();
      const isHeld = (await stopped.survivor.summarizeStack(testStack)).isUpdateInProgress;
      // Else it was only now that the stack was cancelled.
      if (isHeld) {
        expect(await store.open().list(lockFolder(testStack)), `stopped before request ${index}`).toHaveLength(1);
        kept += 1;
      }
      await operation.abandon();
    }
    expect(kept).toBeGreaterThan(2);
  }, 60_000);
});
