import { OperationError, Secret, verifySnapshot } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { describeOn, everyKind } from '../testing/describe-stores.ts';
import { createPlainManager } from '../testing/plain-manager.ts';
import { testStack, testState, testUrn } from '../testing/states.ts';
import { createTestClock, createTestProcesses, testSecrets, testSuccess, testUpdate } from '../testing/test-backend.ts';
import { openBackend } from './backend.ts';

/* What becomes of a stack's content: as it is recorded, sealed, exported and imported. On every store. */

const ref = testStack;

function put(name: string, key: string) {
  return { kind: 'change', changes: [{ kind: 'put', key, state: testState(name) }] } as const;
}

describeOn(everyKind, (fresh) => {
  const openOn = (store: Store, clock = createTestClock()) =>
    openBackend(store, { toolVersion: 'v1', rescueFolders: [], user: 'ada', clock, processes: createTestProcesses() });

  async function openWithStack() {
    const clock = createTestClock();
    const store = fresh().open();
    const backend = openOn(store, clock);
    await backend.createStack(ref, { secretsProvider: testSecrets });
    return { store, backend, clock };
  }

  describe('an operation', () => {
    test('is seen by others as far as it is recorded', async () => {
      const { backend } = await openWithStack();
      const operation = await backend.beginOperation(ref, testUpdate);
      await operation.journal.append(put('a', 'n0'));
      const resource = testState('b');
      await operation.journal.append({ kind: 'begin', step: 1, operation: 'creating', resource });
      const loaded = await backend.loadStack(ref);
      expect(loaded.snapshot).toEqual({
        resources: [testState('a')],
        pendingOperations: [{ kind: 'creating', resource }],
      });
      expect(loaded.interrupted).toMatchObject({ operation: 'update', by: { user: 'ada' } });
      expect((await backend.exportStack(ref, { mode: 'encrypted' })).json.deployment).toMatchObject({
        pending_operations: [{ type: 'creating', resource: { urn: testUrn('b') } }],
      });
      await operation.commit({ ...testSuccess, result: 'failed' });
      expect((await backend.loadStack(ref)).snapshot.pendingOperations).toEqual([{ kind: 'creating', resource }]);
    });

    test('whose result breaks the rules keeps its journal, fails, and stops planning until it is mended', async () => {
      const { backend } = await openWithStack();
      const operation = await backend.beginOperation(ref, testUpdate);
      const broken = testState('a', { parent: testUrn('nobody') });
      await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state: broken }] });
      await expect(operation.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_INTEGRITY' });
      const loaded = await backend.loadStack(ref);
      expect(loaded.violations).toMatchObject([{ rule: 'parent-missing', urn: testUrn('a') }]);
      await expect(backend.beginOperation(ref, testUpdate)).rejects.toThrow(/snapshot integrity failure/);
      const exported = (await backend.exportStack(ref, { mode: 'encrypted' })).json;
      const resources = exported.deployment.resources!.map(({ parent: _parent, ...rest }) => rest);
      const mended = { ...exported, deployment: { ...exported.deployment, resources } };
      await backend.importStack(ref, mended, { source: 'x', foreignRecords: 'refused' });
      const next = await backend.beginOperation(ref, testUpdate);
      expect(next.base.resources).toEqual([testState('a')]);
      await next.commit(testSuccess);
    });
  });

  describe('the manager of a stack', () => {
    const wrong = async () => {
      throw new OperationError({ code: 'SECRETS_PASSPHRASE_WRONG', summary: 'incorrect passphrase' });
    };

    test('that cannot be opened stops an operation before it does anything, though the stack has no secrets yet', async () => {
      const { backend } = await openWithStack();
      const operation = await backend.beginOperation(ref, { ...testUpdate, secrets: wrong });
      const beginning = operation.journal.append({
        kind: 'begin',
        step: 1,
        operation: 'creating',
        resource: testState('a'),
      });
      await expect(beginning).rejects.toThrow('incorrect passphrase');
      await operation.abandon();
      expect((await backend.loadStack(ref)).snapshot).toEqual({ resources: [], pendingOperations: [] });
    });

    test('is not opened for an operation that records nothing', async () => {
      const { backend } = await openWithStack();
      const operation = await backend.beginOperation(ref, { ...testUpdate, secrets: wrong });
      await operation.commit(testSuccess);
    });

    test('is made by the first operation of a stack that has none', async () => {
      const backend = openOn(fresh().open());
      await backend.createStack(ref, {});
      const operation = await backend.beginOperation(ref, { ...testUpdate, secrets: async () => createPlainManager() });
      const state = testState('a', { outputs: { password: new Secret('hunter2') } });
      await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state }] });
      expect((await backend.loadStack(ref)).secretsProvider).toEqual({ type: 'plain', state: { salt: 'salt' } });
      await operation.commit(testSuccess);
      expect((await backend.loadStack(ref, { secrets: testSecrets })).snapshot.resources).toEqual([state]);
    });
  });

  describe('import', () => {
    test('takes the export of another store, its secrets sealed as they were', async () => {
      const { backend } = await openWithStack();
      const operation = await backend.beginOperation(ref, testUpdate);
      const state = testState('a', { outputs: { password: new Secret('hunter2') } });
      await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state }] });
      await operation.commit(testSuccess);
      const { json } = await backend.exportStack(ref, { mode: 'encrypted' });
      const other = openOn(fresh().open());
      await other.createStack(ref, {});
      await other.importStack(ref, json, { source: 'x', foreignRecords: 'refused' });
      expect((await other.exportStack(ref, { mode: 'encrypted' })).json.deployment.resources).toEqual(
        json.deployment.resources,
      );
      expect((await other.loadStack(ref, { secrets: testSecrets })).snapshot.resources).toEqual([state]);
    });

    test('seals what the document has in the clear', async () => {
      const { backend, store } = await openWithStack();
      const operation = await backend.beginOperation(ref, testUpdate);
      const state = testState('a', { outputs: { password: new Secret('hunter2') } });
      await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state }] });
      await operation.commit(testSuccess);
      const { json } = await backend.exportStack(ref, { mode: 'plaintext', secrets: testSecrets });
      expect(JSON.stringify(json)).toContain('hunter2');
      await backend.importStack(ref, json, {
        source: 'x',
        foreignRecords: 'refused',
        secrets: async () => createPlainManager(),
      });
      expect(Buffer.from((await store.get('.pulumi/stacks/proj/dev.json'))!.bytes).toString()).not.toContain('hunter2');
      const loaded = await backend.loadStack(ref, { secrets: testSecrets });
      expect(loaded.snapshot.resources).toEqual([state]);
      expect(verifySnapshot(loaded.snapshot)).toEqual([]);
    });

    test('seals what another backend exported in the clear by what seals the stack’s own', async () => {
      const { backend } = await openWithStack();
      const state = testState('a', { outputs: { password: new Secret('hunter2') } });
      const operation = await backend.beginOperation(ref, testUpdate);
      await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state }] });
      await operation.commit(testSuccess);
      const { json } = await backend.exportStack(ref, { mode: 'plaintext', secrets: testSecrets });
      const secrets_providers = { type: 'service', state: { owner: 'x' } };
      const elsewhere = { ...json, deployment: { ...json.deployment, secrets_providers } };
      const checkProvider = ({ type }: { readonly type: string }) => {
        if (type === 'service') throw new OperationError({ code: 'SECRETS_PROVIDER_UNSUPPORTED', summary: 'no' });
      };
      const options = { source: 'x', foreignRecords: 'refused', secrets: testSecrets, checkProvider } as const;
      await backend.importStack(ref, elsewhere, options);
      expect((await backend.loadStack(ref, { secrets: testSecrets })).snapshot.resources).toEqual([state]);
      expect((await backend.loadStack(ref)).secretsProvider).toEqual({ type: 'plain', state: { salt: 'salt' } });
      const sealed = (await backend.exportStack(ref, { mode: 'encrypted' })).json;
      const lost = { ...sealed, deployment: { ...sealed.deployment, secrets_providers } };
      await expect(backend.importStack(ref, lost, options)).rejects.toMatchObject({
        code: 'SECRETS_PROVIDER_UNSUPPORTED',
      });
    });

    test('of what breaks the rules of a state is refused with the records, and changes nothing', async () => {
      const { backend } = await openWithStack();
      const child = { urn: testUrn('a'), type: 'test:index:Thing', parent: testUrn('gone') };
      const json = { version: 3, deployment: { manifest: {}, resources: [child] } };
      await expect(backend.importStack(ref, json, { source: 'a.json', foreignRecords: 'refused' })).rejects.toThrow(
        /^a\.json cannot be imported: snapshot integrity failure: 1 record\(s\) break[\s\S]*gone[\s\S]*Nothing was changed/,
      );
      expect(await backend.history(ref)).toEqual([]);
    });

    test('leaves pending operations behind with a warning, and refuses records of another stack', async () => {
      const { backend } = await openWithStack();
      const record = { urn: testUrn('a'), custom: false, type: 'test:index:Thing' };
      const pending_operations = [{ type: 'deleting', resource: record }];
      const json = { version: 3, deployment: { manifest: {}, resources: [record], pending_operations } };
      const { warnings } = await backend.importStack(ref, json, { source: 'x', foreignRecords: 'refused' });
      expect(warnings).toEqual([`removing pending operation 'deleting' on '${testUrn('a')}'`]);
      expect((await backend.loadStack(ref)).snapshot.pendingOperations).toEqual([]);
      const foreign = JSON.parse(JSON.stringify(json).replaceAll('urn:pulumi:dev', 'urn:pulumi:prod'));
      await expect(backend.importStack(ref, foreign, { source: 'x', foreignRecords: 'refused' })).rejects.toThrow(
        /is from a different stack \(prod != dev\)[\s\S]*--force/,
      );
      expect(
        (await backend.importStack(ref, foreign, { source: 'x', foreignRecords: 'accepted' })).warnings,
      ).toHaveLength(2);
    });

    test('is refused while an operation runs', async () => {
      const { backend } = await openWithStack();
      const operation = await backend.beginOperation(ref, testUpdate);
      const json = { version: 3, deployment: { manifest: {} } };
      await expect(backend.importStack(ref, json, { source: 'x', foreignRecords: 'refused' })).rejects.toMatchObject({
        code: 'STATE_LOCK_HELD',
      });
      await operation.commit(testSuccess);
    });
  });

  test('what an interrupted operation did is entered in the history, under its own name, by the one after it', async () => {
    const { backend, clock } = await openWithStack();
    const first = await backend.beginOperation(ref, { ...testUpdate, kind: 'import', title: 'state delete' });
    await first.journal.append(put('a', 'n0'));
    await first.abandon();
    clock.advance(60_000);
    const second = await backend.beginOperation(ref, testUpdate);
    expect(second.state.interrupted).toMatchObject({ operation: 'state delete', by: { user: 'ada' } });
    await second.commit(testSuccess);
    expect(await backend.history(ref)).toMatchObject([
      { version: 2, kind: 'update', result: 'succeeded', environment: { 'exec.kind': 'cli', 'exec.user': 'ada' } },
      {
        version: 1,
        kind: 'import',
        result: 'failed',
        message: 'state delete: interrupted',
        startTime: Date.UTC(2026, 0, 1) / 1000,
        endTime: Date.UTC(2026, 0, 1) / 1000 + 60,
        environment: { 'exec.user': 'ada' },
      },
    ]);
    for (const version of [1, 2])
      expect((await backend.loadStack(ref, { version })).snapshot.resources).toEqual([testState('a')]);
    await expect(backend.loadStack(ref, { version: 3 })).rejects.toMatchObject({ code: 'STACK_VERSION_NOT_FOUND' });
  });
});
