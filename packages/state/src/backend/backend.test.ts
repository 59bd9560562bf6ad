import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { testStack, testState, testUrn } from '../testing/states.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import {
  createTestClock,
  createTestProcesses,
  openTestBackend,
  testSecrets,
  testSuccess,
  testUpdate,
} from '../testing/test-backend.ts';

const ref = testStack;

function put(name: string, key: string) {
  return { kind: 'change', changes: [{ kind: 'put', key, state: testState(name) }] } as const;
}

async function openWithStack(options: Parameters<typeof openTestBackend>[1] = {}) {
  const folder = await temporaryFolder();
  const backend = openTestBackend(folder, options);
  await backend.createStack(ref, { secretsProvider: testSecrets });
  return { folder, backend };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

describe('a stack', () => {
  test('is made, listed, found, and not made twice', async () => {
    const { backend, folder } = await openWithStack();
    expect(await backend.listStacks()).toEqual([ref]);
    expect(await backend.listStacks('other')).toEqual([]);
    expect(await backend.stackExists(ref)).toBe(true);
    expect(await backend.stackExists({ ...ref, stack: 'prod' })).toBe(false);
    await expect(backend.createStack(ref, {})).rejects.toThrow(/stack.*already exists/);
    expect(readFileSync(join(folder, '.pulumi/meta.yaml'), 'utf8')).toBe('version: 1\n');
    const json = JSON.parse(readFileSync(join(folder, '.pulumi/stacks/proj/dev.json'), 'utf8'));
    expect(json).toMatchObject({
      version: 3,
      checkpoint: {
        stack: 'organization/proj/dev',
        latest: { manifest: { version: 'v3.270.0+test' }, secrets_providers: { type: 'plain' }, metadata: {} },
      },
    });
    expect(json.checkpoint.latest).not.toHaveProperty('resources');
  });

  test('that is not there is missing in the words that SDKs look for', async () => {
    const backend = openTestBackend(await temporaryFolder());
    await expect(backend.loadStack(ref)).rejects.toMatchObject({
      message: expect.stringMatching(/no stack named.*found/),
      exitCode: 6,
    });
    await expect(backend.beginOperation(ref, testUpdate)).rejects.toThrow(/no stack named 'dev' found/);
    await expect(backend.cancel(ref)).rejects.toThrow(/no stack named 'dev' found/);
  });

  test.each(['', '.', '..', 'a/b', 'a\\b', '../x', 'x\0', 'é', 'a'.repeat(101)])('cannot be named %j', async (name) => {
    const folder = await temporaryFolder();
    const backend = openTestBackend(join(folder, 'inner'));
    await expect(backend.createStack({ ...ref, stack: name }, {})).rejects.toMatchObject({
      code: 'STACK_NAME_INVALID',
    });
    await expect(backend.createStack({ ...ref, project: name }, {})).rejects.toMatchObject({
      code: 'STACK_NAME_INVALID',
    });
    await expect(backend.loadStack({ ...ref, stack: name })).rejects.toMatchObject({ code: 'STACK_NAME_INVALID' });
    expect(filesUnder(folder)).toEqual([]);
  });

  test('is readable by its owner alone', async () => {
    const { backend, folder } = await openWithStack();
    const operation = await backend.beginOperation(ref, testUpdate);
    await operation.journal.append(put('a', 'n0'));
    for (const file of filesUnder(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, '.pulumi/radiant/proj/dev')).mode & 0o777).toBe(0o700);
    await operation.abandon();
  });

  test('with resources is only removed by force, and leaves its last state as a copy', async () => {
    const { backend, folder } = await openWithStack();
    const operation = await backend.beginOperation(ref, testUpdate);
    await operation.journal.append(put('a', 'n0'));
    await operation.commit(testSuccess);
    await expect(backend.removeStack(ref, { force: false })).rejects.toThrow(
      "'dev' still has resources; removal rejected. Possible actions:",
    );
    await backend.removeStack(ref, { force: true });
    expect(await backend.stackExists(ref)).toBe(false);
    expect(filesUnder(folder).map((name) => name.replaceAll(/\d{19}/g, 'N'))).toEqual([
      '.pulumi/backups/proj/dev/dev.N.json',
      '.pulumi/meta.yaml',
      '.pulumi/stacks/proj/dev.json.bak',
    ]);
  });
});

describe('an operation', () => {
  test('that changed something leaves checkpoint, copy, history and backup, and nothing of its own', async () => {
    const { backend, folder } = await openWithStack();
    const operation = await backend.beginOperation(ref, testUpdate);
    const secret = testState('a', { outputs: { password: new Secret('hunter2') } });
    await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state: secret }] });
    await operation.commit(testSuccess);
    expect(
      filesUnder(folder).map((name) =>
        name
          .replaceAll(/\d{19}/g, 'N')
          .replaceAll(/\d{16}/g, 'T')
          .replaceAll(/T-[0-9a-f]{16}/g, 'T-HASH'),
      ),
    ).toEqual([
      '.pulumi/backups/proj/dev/dev.N.json',
      '.pulumi/history/proj/dev/dev-N.checkpoint.json',
      '.pulumi/history/proj/dev/dev-N.history.json',
      '.pulumi/meta.yaml',
      '.pulumi/radiant/proj/dev/lease-T.end',
      '.pulumi/radiant/proj/dev/lease-T.json',
      '.pulumi/radiant/proj/dev/lease-start.json',
      '.pulumi/radiant/proj/dev/merge-T-HASH.json',
      '.pulumi/stacks/proj/dev.json',
      '.pulumi/stacks/proj/dev.json.bak',
    ]);
    for (const file of filesUnder(folder)) expect(readFileSync(join(folder, file), 'utf8')).not.toContain('hunter2');
    const loaded = await backend.loadStack(ref, { secrets: testSecrets });
    expect(loaded.snapshot.resources).toEqual([secret]);
    expect(loaded.interrupted).toBeUndefined();
    const [entry] = await backend.history(ref);
    expect(entry).toMatchObject({
      kind: 'update',
      result: 'succeeded',
      message: 'a message',
      resourceChanges: { create: 1 },
    });
    expect(await backend.summarizeStack(ref)).toMatchObject({ resourceCount: 1, isUpdateInProgress: false });
  });

  test('that changed nothing does not touch the checkpoint', async () => {
    const { backend, folder } = await openWithStack();
    const path = join(folder, '.pulumi/stacks/proj/dev.json');
    const before = statSync(path);
    for (let count = 0; count < 3; count += 1) {
      const operation = await backend.beginOperation(ref, testUpdate);
      await operation.commit({ ...testSuccess, changes: { same: 1 } });
    }
    expect(statSync(path).ino).toBe(before.ino);
    expect(await backend.history(ref)).toHaveLength(3);
    expect(filesUnder(folder).filter((name) => name.includes('lease-0'))).toHaveLength(2);
  });

  test('keeps the ciphertext of a secret it did not change', async () => {
    const { backend, folder } = await openWithStack();
    const record = async (size: number) => {
      const operation = await backend.beginOperation(ref, testUpdate);
      const state = testState('a', { inputs: { password: new Secret('hunter2'), size } });
      const key = operation.base.resources.length === 0 ? 'n0' : 'b0';
      await operation.journal.append({ kind: 'change', changes: [{ kind: 'put', key, state }] });
      await operation.commit(testSuccess);
      return /plain:salt:\d+:[^"]*/.exec(readFileSync(join(folder, '.pulumi/stacks/proj/dev.json'), 'utf8'))![0];
    };
    const first = await record(1);
    expect(await record(2)).toBe(first);
  });

  test('that was abandoned is part of what the next one begins with', async () => {
    const { backend, folder } = await openWithStack();
    const first = await backend.beginOperation(ref, testUpdate);
    await first.journal.append(put('a', 'n0'));
    await first.abandon();
    expect(filesUnder(folder).filter((name) => name.startsWith('.pulumi/locks'))).toHaveLength(1);
    const second = await backend.beginOperation(ref, testUpdate);
    expect(second.base.resources).toEqual([testState('a')]);
    expect(second.state.interrupted).toMatchObject({ operation: 'update' });
    await second.journal.append(put('b', 'n0'));
    await second.commit(testSuccess);
    const { snapshot, interrupted } = await backend.loadStack(ref);
    expect(snapshot.resources.map(({ urn }) => urn)).toEqual([testUrn('a'), testUrn('b')]);
    expect(interrupted).toBeUndefined();
    expect(filesUnder(folder).filter((name) => name.startsWith('.pulumi/locks'))).toEqual([]);
  });
});

describe('a second operation', () => {
  test('is refused at once, in the words that SDKs look for, with who holds the stack and since when', async () => {
    const { backend } = await openWithStack();
    const operation = await backend.beginOperation(ref, testUpdate);
    const second = backend.beginOperation(ref, testUpdate);
    await expect(second).rejects.toMatchObject({ code: 'STATE_LOCK_HELD' });
    await expect(second).rejects.toThrow(
      /the stack is currently locked by 1 lock\(s\)\. Either wait for the other process\(es\) to end or delete the lock file with `pulumi cancel`\.\n {2}file:\/\/.*\/\.pulumi\/locks\/organization\/proj\/dev\/radiant-\d+-[0-9a-f-]{36}\.json: created by ada@.* \(pid \d+\) at \d{4}-/,
    );
    await operation.commit(testSuccess);
    await (await backend.beginOperation(ref, testUpdate)).commit(testSuccess);
  });

  test('takes over at once from a holder whose process is dead', async () => {
    const processes = createTestProcesses();
    const { backend } = await openWithStack({ processes });
    const first = await backend.beginOperation(ref, testUpdate);
    await first.journal.append(put('a', 'n0'));
    processes.become(2);
    await expect(backend.beginOperation(ref, testUpdate)).rejects.toMatchObject({ code: 'STATE_LOCK_HELD' });
    processes.kill({ pid: 1 });
    const second = await backend.beginOperation(ref, testUpdate);
    expect(second.base.resources).toEqual([testState('a')]);
    await second.commit(testSuccess);
    await first.abandon();
  });

  test('takes over from a silent holder when its time has passed, who can then change nothing', async () => {
    const clock = createTestClock();
    const { backend } = await openWithStack({ clock, leaseTtlMs: 1000 });
    const first = await backend.beginOperation(ref, testUpdate);
    await first.journal.append(put('a', 'n0'));
    clock.advance(999);
    await expect(backend.beginOperation(ref, testUpdate)).rejects.toMatchObject({ code: 'STATE_LOCK_HELD' });
    clock.advance(1);
    const second = await backend.beginOperation(ref, testUpdate);
    await second.journal.append(put('b', 'n0'));
    await expect(first.journal.append(put('late', 'n1'))).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await expect(first.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await second.commit(testSuccess);
    const { snapshot } = await backend.loadStack(ref);
    expect(snapshot.resources.map(({ urn }) => urn)).toEqual([testUrn('a'), testUrn('b')]);
  });

  test('may begin after cancel; the cancelled one records what is done and begins nothing', async () => {
    const { backend, folder } = await openWithStack({ heartbeatMs: 5 });
    const first = await backend.beginOperation(ref, testUpdate);
    await first.journal.append({ kind: 'begin', step: 1, operation: 'creating', resource: testState('a') });
    expect((await backend.cancel(ref)).revoked).toMatchObject({ user: 'ada', operation: 'update' });
    while (!first.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(first.signal.reason).toMatchObject({ code: 'STATE_LEASE_LOST' });
    await first.journal.append({
      kind: 'end',
      step: 1,
      outcome: 'succeeded',
      changes: [{ kind: 'put', key: 'n0', state: testState('a') }],
    });
    await expect(
      first.journal.append({ kind: 'begin', step: 2, operation: 'creating', resource: testState('b') }),
    ).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await first.journal.append({ kind: 'end', step: 2, outcome: 'failed', changes: [] });
    await expect(first.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    expect(filesUnder(folder).filter((name) => name.startsWith('.pulumi/locks'))).toHaveLength(1);
    const second = await backend.beginOperation(ref, testUpdate);
    expect(second.base).toEqual({ resources: [testState('a')], pendingOperations: [] });
    await second.commit(testSuccess);
  });
});

describe('beside Pulumi', () => {
  const lock = '{"pid":4711,"username":"hari","hostname":"trantor","timestamp":"2026-01-01T00:00:00Z"}';

  test('its lock file is respected, and cancel deletes it', async () => {
    const { backend, folder } = await openWithStack();
    const locks = join(folder, '.pulumi/locks/organization/proj/dev');
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, 'abc.json'), lock);
    await expect(backend.beginOperation(ref, testUpdate)).rejects.toThrow(
      /currently locked by 1 lock\(s\)[\s\S]*abc\.json: created by hari@trantor \(pid 4711\) at 2026-01-01T00:00:00Z/,
    );
    expect(readdirSync(locks)).toEqual(['abc.json']);
    await backend.cancel(ref);
    await (await backend.beginOperation(ref, testUpdate)).commit(testSuccess);
  });

  test('a lock file of its format stands while an operation runs', async () => {
    const { backend, folder } = await openWithStack();
    const operation = await backend.beginOperation(ref, testUpdate);
    const locks = join(folder, '.pulumi/locks/organization/proj/dev');
    const [name] = readdirSync(locks);
    expect(name).toMatch(/^radiant-\d+-[0-9a-f-]{36}\.json$/);
    expect(JSON.parse(readFileSync(join(locks, name!), 'utf8'))).toMatchObject({ pid: process.pid, username: 'ada' });
    await operation.commit(testSuccess);
    expect(readdirSync(locks)).toEqual([]);
  });

  test('a checkpoint that it changed while an operation ran is not overwritten', async () => {
    const { backend, folder } = await openWithStack();
    const operation = await backend.beginOperation(ref, testUpdate);
    await operation.journal.append(put('a', 'n0'));
    const path = join(folder, '.pulumi/stacks/proj/dev.json');
    const changed = readFileSync(path, 'utf8').replace('"metadata":{}', '"metadata":{"x":1}');
    writeFileSync(path, changed);
    await expect(operation.commit(testSuccess)).rejects.toMatchObject({ code: 'STATE_CHANGED_ELSEWHERE' });
    expect(readFileSync(path, 'utf8')).toBe(changed);
    await expect(backend.loadStack(ref)).rejects.toMatchObject({ code: 'STATE_JOURNAL_ORPHANED' });
    const { warnings, json } = await backend.exportStack(ref, { mode: 'encrypted' });
    expect(warnings[0]).toContain('journal');
    expect(json.deployment.metadata).toEqual({ x: 1 });
  });

  test('a packed checkpoint is read, and stays packed', async () => {
    const folder = await temporaryFolder();
    const backend = openTestBackend(folder, { packsNewStacks: true });
    await backend.createStack(ref, {});
    const operation = await backend.beginOperation(ref, testUpdate);
    await operation.journal.append(put('a', 'n0'));
    await operation.commit(testSuccess);
    expect(existsSync(join(folder, '.pulumi/stacks/proj/dev.json'))).toBe(false);
    expect(readFileSync(join(folder, '.pulumi/stacks/proj/dev.json.gz')).subarray(0, 2)).toEqual(
      Buffer.from([0x1f, 0x8b]),
    );
    expect((await backend.loadStack(ref)).snapshot.resources).toEqual([testState('a')]);
    expect(await backend.listStacks()).toEqual([ref]);
  });

  test.each([
    ['a layout without projects', '.pulumi/stacks/dev.json', '{}', 'STORE_LAYOUT_TOO_OLD'],
    ['a layout from the future', '.pulumi/meta.yaml', 'version: 2\n', 'STORE_LAYOUT_UNKNOWN'],
  ])('%s is refused', async (_name, file, content, code) => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, '.pulumi/stacks'), { recursive: true });
    writeFileSync(join(folder, file), content);
    const backend = openTestBackend(folder);
    await expect(backend.createStack(ref, {})).rejects.toMatchObject({ code });
    await expect(backend.listStacks()).rejects.toMatchObject({ code });
  });
});
