import { type OperationError, Secret, type Snapshot, stackUrn } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { newStackRecord } from '../surgery/between-stacks.ts';
import { describeOn, everyKind } from '../testing/describe-stores.ts';
import { type Fault, MemoryDisk } from '../testing/memory-file-system.ts';
import { testStack, testStackUrn, testState, testUrn } from '../testing/states.ts';
import {
  createTestClock,
  createTestProcesses,
  openTestBackend,
  testSecrets,
  testSuccess,
  testUpdate,
} from '../testing/test-backend.ts';
import { type Backend, openBackend } from './backend.ts';

const from = testStack;
const to = { project: 'proj', stack: 'prod' };
const because = { message: 'stack rename prod', environment: {} };

const urnInTo = (name: string) => testUrn(name).replace('urn:pulumi:dev::', 'urn:pulumi:prod::');

/** A stack with two resources of which one refers to the other, a secret, a tag and a history. */
async function prepare(backend: Backend): Promise<void> {
  await backend.createStack(from, { secretsProvider: testSecrets });
  const operation = await backend.beginOperation(from, testUpdate);
  const states = [
    newStackRecord(from),
    testState('a', { parent: testStackUrn, outputs: { password: new Secret('hunter2') } }),
    testState('b', {
      parent: testStackUrn,
      dependencies: [testUrn('a')],
      propertyDependencies: { of: [testUrn('a')] },
    }),
  ];
  for (const [index, state] of states.entries())
    await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: `n${index}`, state }] });
  await operation.commit(testSuccess);
  await backend.writeTags(from, { team: 'day' });
}

function expectRenamed({ resources, pendingOperations }: Snapshot): void {
  expect(resources.map(({ urn }) => urn)).toEqual([stackUrn('prod', 'proj'), urnInTo('a'), urnInTo('b')]);
  expect(resources[1]).toMatchObject({
    parent: stackUrn('prod', 'proj'),
    outputs: { password: new Secret('hunter2') },
  });
  expect(resources[2]).toMatchObject({ dependencies: [urnInTo('a')], propertyDependencies: { of: [urnInTo('a')] } });
  expect(pendingOperations).toEqual([]);
}

async function expectOnlyRenamed(backend: Backend): Promise<void> {
  expect(await backend.listStacks()).toEqual([to]);
  expectRenamed((await backend.loadStack(to, { secrets: testSecrets })).snapshot);
  expect(await backend.readTags(to)).toEqual({ team: 'day' });
  const kinds = (await backend.history(to)).map(({ kind }) => kind);
  expect([kinds[0], kinds.at(-1)]).toEqual(['rename', 'update']);
}

function openOn(store: Store) {
  const clock = createTestClock();
  const processes = createTestProcesses();
  const options = { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock, processes, leaseTtlMs: 1000 };
  return { store, clock, backend: openBackend(store, options) };
}

describeOn(everyKind, (fresh) => {
  const openFresh = () => openOn(fresh().open());

  test('a stack that is renamed has its new name in every URN, and its secrets, tags and history', async () => {
    const { backend, store } = openFresh();
    await prepare(backend);
    const sealed = async (stack: string) =>
      /ciphertext":"[^"]+"/.exec(
        Buffer.from((await store.get(`.pulumi/stacks/proj/${stack}.json`))!.bytes).toString(),
      )?.[0];
    const before = await sealed('dev');
    await backend.renameStack(from, to, because);
    await expectOnlyRenamed(backend);
    expect(before).toBeDefined();
    expect(await sealed('prod')).toBe(before);
    expect((await backend.history(to))[0]).toMatchObject({ message: 'stack rename prod', result: 'succeeded' });
    for (const folder of ['radiant', 'history', 'locks/organization'])
      expect(await store.list(`.pulumi/${folder}/proj/dev`), folder).toEqual([]);
    expect((await store.list('.pulumi/stacks/proj')).map(({ name }) => name).sort()).toEqual([
      'dev.json.bak',
      'prod.json',
      'prod.pulumi-tags',
    ]);
  });

  test('a stack that is renamed goes on, and an earlier state of it has the name of now', async () => {
    const { backend } = openFresh();
    await prepare(backend);
    await backend.renameStack(from, to, because);
    const operation = await backend.beginOperation(to, testUpdate);
    expectRenamed(operation.base);
    await operation.commit(testSuccess);
    expectRenamed((await backend.loadStack(to, { version: 1, secrets: testSecrets })).snapshot);
  });

  test('a stack that is renamed may get another project, and its old name may be had by another', async () => {
    const { backend } = openFresh();
    await prepare(backend);
    const elsewhere = { project: 'shop', stack: 'dev' };
    await backend.renameStack(from, elsewhere, because);
    const { snapshot } = await backend.loadStack(elsewhere);
    expect(snapshot.resources[0]?.urn).toBe(stackUrn('dev', 'shop'));
    await backend.createStack(from, {});
    await (await backend.beginOperation(from, testUpdate)).commit(testSuccess);
    expect(await backend.history(from)).toHaveLength(1);
  });

  test('a stack that is renamed takes along what an interrupted operation left, in doubt as it is', async () => {
    const { backend, clock } = openFresh();
    await prepare(backend);
    const killed = await backend.beginOperation(from, testUpdate);
    await killed.journal.append({ kind: 'begin', step: 1, operation: 'creating', resource: testState('c') });
    clock.advance(1000);
    await backend.renameStack(from, to, because);
    const { snapshot } = await backend.loadStack(to, { secrets: testSecrets });
    expect(snapshot.pendingOperations).toMatchObject([{ kind: 'creating', resource: { urn: urnInTo('c') } }]);
    await expect(killed.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    expect(await backend.listStacks()).toEqual([to]);
  });

  test('a stack that is renamed is refused when it is held, when there is none, and when the name is taken', async () => {
    const { backend } = openFresh();
    await expect(backend.renameStack(from, to, because)).rejects.toThrow("no stack named 'dev' found");
    await prepare(backend);
    await expect(backend.renameStack(from, { ...to, stack: '../x' }, because)).rejects.toMatchObject({
      code: 'STACK_NAME_INVALID',
    });
    const holder = await backend.beginOperation(from, testUpdate);
    await expect(backend.renameStack(from, to, because)).rejects.toThrow('the stack is currently locked by 1 lock(s)');
    await holder.commit(testSuccess);
    await backend.createStack(to, {});
    await expect(backend.renameStack(from, to, because)).rejects.toThrow('a stack named prod already exists');
    await expect(backend.renameStack(from, from, because)).rejects.toThrow('a stack named dev already exists');
    expect((await backend.loadStack(from)).snapshot.resources).toHaveLength(3);
  });

  test('a stack that is renamed has one name alone, though who renamed it was stopped half-way while it was worked on', async () => {
    const { backend, store, clock } = openFresh();
    await prepare(backend);
    const { stage } = store;
    let isFirst = true;
    store.stage = async (key, bytes, token) => {
      const staged = await stage(key, bytes, token);
      if (isFirst && key.includes('prod')) {
        isFirst = false;
        clock.advance(1000);
        await (await backend.beginOperation(from, testUpdate)).commit(testSuccess);
      }
      return staged;
    };
    await expect(backend.renameStack(from, to, because)).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    expect(await backend.listStacks()).toEqual([from]);
    await backend.renameStack(from, to, because);
    expect(await backend.listStacks()).toEqual([to]);
  });
});

describe('a renaming that is killed', () => {
  /** Killed at the change of the disk with this number; undefined when it ended before. */
  async function killedAt(index: number): Promise<Backend | undefined> {
    const disk = new MemoryDisk();
    const processes = createTestProcesses();
    const options = { processes, clock: createTestClock(), heartbeatMs: 1e9 };
    await prepare(openTestBackend('/store', { files: disk.mount(), ...options }));
    let count = 0;
    const fault = (): Fault | undefined => (count++ === index ? { kind: 'crash', moment: 'middle' } : undefined);
    const dying = openTestBackend('/store', { files: disk.mount(fault), ...options });
    await dying.renameStack(from, to, because).catch(() => undefined);
    processes.kill({ pid: 1 });
    processes.become(2);
    return count > index ? openTestBackend('/store', { files: disk.mount(), ...options }) : undefined;
  }

  test('anywhere is finished by the same command, with nothing lost and nothing twice', async () => {
    let index = 0;
    for (; ; index += 1) {
      const backend = await killedAt(index);
      if (backend === undefined) break;
      if (await backend.stackExists(from)) await backend.renameStack(from, to, because);
      await expectOnlyRenamed(backend);
    }
    expect(index).toBeGreaterThan(20);
  });

  test('anywhere leaves one stack to work on, or two of which neither can be worked on', async () => {
    for (let index = 0; ; index += 1) {
      const backend = await killedAt(index);
      if (backend === undefined) break;
      const outcomes: string[] = [];
      for (const ref of await backend.listStacks()) {
        try {
          await (await backend.beginOperation(ref, testUpdate)).commit(testSuccess);
          outcomes.push('worked on');
        } catch (error) {
          outcomes.push((error as OperationError).code);
        }
      }
      expect([['worked on'], ['STACK_RENAME_UNFINISHED', 'STACK_RENAME_UNFINISHED']]).toContainEqual(outcomes);
      if (await backend.stackExists(from)) await backend.renameStack(from, to, because);
      expect(await backend.listStacks(), `killed at ${index}`).toEqual([to]);
    }
  });
});
