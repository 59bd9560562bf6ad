import { type JournalEntry, OperationError, replay, Secret } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { LogSealedError } from '../store/store.ts';
import { createPlainManager } from '../testing/plain-manager.ts';
import { testState } from '../testing/states.ts';
import { createTestClock } from '../testing/test-backend.ts';
import { decodeEntries } from './journal-format.ts';
import { JournalWriter, type JournalWriterOptions } from './journal-writer.ts';
import { parseRecords } from './records.ts';

const before = { resources: [], pendingOperations: [] };

function begin(step: number): JournalEntry {
  return { kind: 'begin', step, operation: 'creating', resource: testState(`r${step}`) };
}

function end(step: number, fields = {}): JournalEntry {
  const state = testState(`r${step}`, fields);
  return { kind: 'end', step, outcome: 'succeeded', changes: [{ kind: 'put', key: `n${step}`, state }] };
}

function setting(options: Partial<JournalWriterOptions> = {}) {
  const appends: string[] = [];
  const condition = { fails: undefined as (() => Error) | undefined, isHeld: true };
  const writer = new JournalWriter({
    clock: createTestClock(),
    header: '{"header":true}',
    encryption: { secrets: createPlainManager() },
    source: 'the journal',
    rescue: async () => undefined,
    isHeld: async () => condition.isHeld,
    heldForMs: 1000,
    createLog: async () => ({
      append: async (bytes) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (condition.fails !== undefined) throw condition.fails();
        appends.push(Buffer.from(bytes).toString());
      },
      close: async () => undefined,
    }),
    ...options,
  });
  /** What a reader would find. */
  const recorded = () => {
    const result = parseRecords(Buffer.from(appends.join('')));
    if (result.kind !== 'read' || result.isTorn) throw new Error('not whole');
    const json = result.texts.slice(1).map((text) => JSON.parse(text));
    const opened = { identity: '', manager: undefined, texts: new Map() };
    return decodeEntries(json, { source: 'the journal', opened });
  };
  return { writer, appends, condition, recorded };
}

const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('a journal', () => {
  test('holds an extension once, however many resources need it, and gives it to all of them', async () => {
    const { writer, appends, recorded } = setting();
    const extension = { ref: 'the-ref', name: 'gateway', version: '1.0.0', value: 'dGhlIHZhbHVl' };
    for (const step of [1, 2]) {
      await writer.append({ ...begin(step), resource: testState(`r${step}`, { extension }) } as JournalEntry);
      await writer.append(end(step, { extension }));
    }
    expect(appends.join('').split(extension.value)).toHaveLength(2);
    const { resources } = replay(before, recorded());
    expect(resources.map((state) => state.extension)).toEqual([extension, extension]);
  });

  test('makes entries of one moment, and those that arrive meanwhile, durable together', async () => {
    const { writer, appends, recorded } = setting();
    await Promise.all(Array.from({ length: 500 }, (_item, step) => writer.append(begin(step))));
    expect(appends.length).toBeLessThanOrEqual(2);
    expect(recorded()).toEqual(Array.from({ length: 500 }, (_item, step) => begin(step)));
  });

  test('keeps the order of the calls, though some secrets take longer to seal', async () => {
    let count = 0;
    const secrets = createPlainManager({ isAsync: true });
    const slowFirst = {
      ...secrets,
      encrypt: async (text: string) => {
        const delay = count++ === 0 ? 20 : 0;
        await new Promise((resolve) => setTimeout(resolve, delay));
        return await secrets.encrypt(text);
      },
    };
    const { writer, recorded } = setting({ encryption: { secrets: slowFirst } });
    const steps = [0, 1, 2];
    const resolved: number[] = [];
    const secret = { outputs: { password: new Secret('x') } };
    await Promise.all(steps.map((step) => writer.append(begin(step))));
    await Promise.all(steps.map((step) => writer.append(end(step, secret)).then(() => resolved.push(step))));
    expect(resolved).toEqual(steps);
    expect(recorded().map((entry) => entry.kind === 'end' && entry.step)).toEqual([false, false, false, 0, 1, 2]);
  });

  test('gets over a write that fails once', async () => {
    const { writer, condition, recorded } = setting();
    let failures = 0;
    condition.fails = () => {
      failures += 1;
      if (failures === 2) condition.fails = undefined;
      return full();
    };
    await writer.append(begin(1));
    expect(recorded()).toEqual([begin(1)]);
  });

  test('that cannot be written says so, and writes what it holds with the next entry', async () => {
    const { writer, condition, recorded } = setting();
    await writer.append(begin(1));
    condition.fails = full;
    const appending = writer.append(end(1));
    await expect(appending).rejects.toMatchObject({ code: 'STATE_JOURNAL_UNWRITABLE' });
    await expect(appending).rejects.toThrow(/ENOSPC/);
    condition.fails = undefined;
    await writer.append({ kind: 'change', changes: [{ kind: 'put', key: 'n7', state: testState('c') }] });
    expect(recorded()).toHaveLength(3);
    expect(replay(before, recorded()).resources).toEqual([testState('r1'), testState('c')]);
  });

  test('does not hold a step in doubt whose beginning it refused', async () => {
    const { writer, condition, recorded } = setting();
    await writer.append(begin(1));
    condition.fails = full;
    await expect(writer.append(begin(2))).rejects.toThrow(/ENOSPC/);
    condition.fails = undefined;
    await writer.append({ kind: 'end', step: 2, outcome: 'failed', changes: [] });
    await writer.flush();
    for (const entries of [recorded(), writer.entries])
      expect(replay(before, entries).pendingOperations).toEqual([{ kind: 'creating', resource: testState('r1') }]);
  });

  test('refuses to begin anything once the lease is lost, and records what had begun', async () => {
    const { writer, condition, recorded } = setting();
    await writer.append(begin(1));
    condition.isHeld = false;
    await expect(writer.append(begin(2))).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await writer.append(end(1));
    await writer.flush();
    expect(replay(before, recorded())).toEqual({ resources: [testState('r1')], pendingOperations: [] });
  });

  test('asks again whether the lease is held when the answer took long: its process may have been stopped', async () => {
    const clock = createTestClock();
    const answers = [true, false];
    const isHeld = async () => {
      clock.advance(1001);
      return answers.shift()!;
    };
    const { writer } = setting({ clock, isHeld, heldForMs: 1000 });
    await expect(writer.append(begin(1))).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    const always = setting({
      clock,
      heldForMs: 1000,
      isHeld: async () => {
        clock.advance(1001);
        return true;
      },
    });
    await expect(always.writer.append(begin(1))).rejects.toMatchObject({ code: 'STATE_STORE_TOO_SLOW' });
  });

  test('that another has sealed refuses everything from then on', async () => {
    const { writer, condition } = setting();
    await writer.append(begin(1));
    condition.fails = () => new LogSealedError('sealed');
    await expect(writer.append(end(1))).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    condition.fails = undefined;
    await expect(writer.append(begin(2))).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
    await expect(writer.flush()).rejects.toMatchObject({ code: 'STATE_LEASE_LOST' });
  });

  test('refuses a step whose secrets cannot be sealed, and only that', async () => {
    const secrets = createPlainManager();
    const choosy = {
      ...secrets,
      encrypt: async (text: string) => {
        if (text.includes('bad')) throw new OperationError({ code: 'X', summary: 'cannot seal' });
        return await secrets.encrypt(text);
      },
    };
    const { writer, recorded } = setting({ encryption: { secrets: choosy } });
    const withSecret = (step: number, text: string): JournalEntry => ({
      kind: 'begin',
      step,
      operation: 'creating',
      resource: testState(`r${step}`, { inputs: { password: new Secret(text) } }),
    });
    const results = await Promise.allSettled([
      writer.append(withSecret(1, 'good')),
      writer.append(withSecret(2, 'bad')),
      writer.append(begin(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await writer.append({ kind: 'end', step: 2, outcome: 'failed', changes: [] });
    expect(recorded().map((entry) => entry.kind === 'begin' && entry.step)).toEqual([1, 3]);
  });
});
