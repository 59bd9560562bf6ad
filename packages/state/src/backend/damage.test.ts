import type { Snapshot } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { type AnyStore, describeOn, everyKind } from '../testing/describe-stores.ts';
import { type Segments, segmentsIn } from '../testing/segments.ts';
import { testStack, testState } from '../testing/states.ts';
import { remoteKinds } from '../testing/stores.ts';
import { createTestClock, createTestProcesses, testSecrets, testSuccess, testUpdate } from '../testing/test-backend.ts';
import { type Backend, openBackend } from './backend.ts';

/* What was damaged in a store is named, nothing is done until it is mended, and what can be read is kept. */

const steps = 6;

interface Interrupted {
  readonly backend: Backend;
  readonly journal: string;
  readonly checkpoint: string;
}

/** A stack with `zero` in its checkpoint, and in the journal of a run that did not end the creation of `r1` to `r6`. */
async function interruptedStack(store: AnyStore): Promise<Interrupted> {
  const backend = openBackend(store.open(), {
    toolVersion: 'v1',
    rescueFolders: [],
    user: 'ada',
    clock: createTestClock(),
    processes: createTestProcesses(),
  });
  await backend.createStack(testStack, { secretsProvider: testSecrets });
  const first = await backend.beginOperation(testStack, testUpdate);
  await first.journal.append({ kind: 'change', changes: [{ kind: 'put', key: 'n0', state: testState('zero') }] });
  await first.commit(testSuccess);
  const operation = await backend.beginOperation(testStack, testUpdate);
  // One group of records each: the header and the first beginning, its end, the second beginning and so on.
  for (let step = 1; step <= steps; step += 1) {
    const resource = testState(`r${step}`);
    await operation.journal.append({ kind: 'begin', step, operation: 'creating', resource });
    const changes = [{ kind: 'put', key: `n${step}`, state: resource }] as const;
    await operation.journal.append({ kind: 'end', step, outcome: 'succeeded', changes });
  }
  await operation.abandon();
  const folder = '.pulumi/radiant/proj/dev';
  const names = (await store.open().list(folder)).map(({ name }) => name);
  const journal = `${folder}/${names.find((name) => name.startsWith('journal-'))}`;
  return { backend, journal, checkpoint: '.pulumi/stacks/proj/dev.json' };
}

const repair = { ...testUpdate, title: 'state repair', violations: 'accepted', damage: 'salvaged' } as const;

const nameOf = (urn: string) => urn.slice(urn.lastIndexOf('::') + 2);

function contentOf({ resources, pendingOperations }: Snapshot) {
  return {
    recorded: resources.map(({ urn }) => nameOf(urn)),
    inDoubt: pendingOperations.map(({ resource }) => nameOf(resource.urn)),
  };
}

/** That the damage is told, that nothing is done to it, and what is kept when it is mended. */
async function expectMended({ backend }: Interrupted, told: RegExp, lost: { recorded: number[]; inDoubt: number[] }) {
  for (let again = 0; again < 2; again += 1) {
    const refusal = { code: 'STATE_JOURNAL_DAMAGED', message: expect.stringMatching(told) };
    await expect(backend.loadStack(testStack)).rejects.toMatchObject(refusal);
    await expect(backend.beginOperation(testStack, testUpdate)).rejects.toMatchObject(refusal);
  }
  const { json, warnings } = await backend.exportStack(testStack, { mode: 'encrypted' });
  expect(warnings).toEqual([expect.stringMatching(told)]);
  const content = {
    recorded: ['zero', ...numbered(lost.recorded)],
    inDoubt: lost.inDoubt.map((step) => `r${step}`),
  };
  expect(json.deployment.resources?.map(({ urn }) => nameOf(String(urn)))).toEqual(content.recorded);
  const operation = await backend.beginOperation(testStack, repair);
  expect(contentOf(operation.base)).toEqual(content);
  expect(operation.state.violations).toEqual([{ rule: 'journal-damaged', message: expect.stringMatching(told) }]);
  await operation.commit(testSuccess);
  const next = await backend.beginOperation(testStack, testUpdate);
  expect([contentOf(next.base), next.state.violations]).toEqual([content, []]);
  await next.commit(testSuccess);
}

/** Without those. */
function numbered(lost: readonly number[]): readonly string[] {
  return Array.from({ length: steps }, (_item, index) => index + 1)
    .filter((step) => !lost.includes(step))
    .map((step) => `r${step}`);
}

/** With another byte near its end. */
const altered = (bytes: Uint8Array) => bytes.with(bytes.length - 20, 0x23);

describeOn(remoteKinds, (fresh, { name }) => {
  async function spoiled(spoil: (segments: Segments) => Promise<void>) {
    const store = fresh();
    const stack = await interruptedStack(store);
    await spoil(segmentsIn(store, stack.journal));
    return stack;
  }
  const place = (number: number) =>
    name === 'S3' ? `s3://\\S+-0+${number}` : `the row of log \\S+ and number ${number} in .*`;
  const segment = (number: number) => `segment ${number} \\(${place(number)}\\)`;

  // Of r3 the beginning is in segment 5, the end in segment 6; the end of r6 is the last, 12.
  test.each([
    ['the first', 1, { recorded: [], inDoubt: [] }],
    ['one with a beginning', 5, { recorded: [], inDoubt: [] }],
    ['one with an end', 6, { recorded: [3], inDoubt: [3] }],
  ])('a journal without a segment, %s, is refused until it is mended', async (_which, number, lost) => {
    const stack = await spoiled((segments) => segments.remove(number));
    await expectMended(stack, new RegExp(`is damaged: ${segment(number)} is missing$`, 'm'), lost);
  });

  test.each([6, 2 * steps])('one whose segment %i was altered is refused with the record', async (number) => {
    const stack = await spoiled(async (segments) => segments.write(number, altered(await segments.read(number))));
    // The first segment has the header, too.
    const told = new RegExp(
      `is damaged: record ${number + 1} cannot be read: .* at byte \\d+, in ${segment(number)}$`,
      'm',
    );
    await expectMended(stack, told, { recorded: [number / 2], inDoubt: [number / 2] });
  });

  test('one with a segment that does not begin as one is refused', async () => {
    const stack = await spoiled(async (segments) => segments.write(4, Buffer.from('rubbish')));
    await expectMended(stack, new RegExp(`is damaged: ${segment(4)} does not begin as segments do$`, 'm'), {
      recorded: [2],
      inDoubt: [2],
    });
  });

  test('one with a segment that is there twice is refused', async () => {
    const stack = await spoiled(async (segments) => segments.write(13, await segments.read(6)));
    await expectMended(stack, new RegExp(`is damaged: ${segment(13)} is a copy of segment 6$`, 'm'), {
      recorded: [],
      inDoubt: [],
    });
  });

  test('one that was damaged while its holder still runs takes nothing more from it once another has looked', async () => {
    const store = fresh();
    const { backend, journal } = await interruptedStack(store);
    const segments = segmentsIn(store, journal);
    await segments.remove(6);
    await expect(backend.beginOperation(testStack, testUpdate)).rejects.toMatchObject({
      code: 'STATE_JOURNAL_DAMAGED',
    });
    expect((await segments.read(13)).toString()).toMatch(/^stop 0 /);
    await backend.importStack(
      testStack,
      { version: 3, deployment: { manifest: {} } },
      { source: 'x', foreignRecords: 'refused' },
    );
    expect((await backend.loadStack(testStack)).snapshot.resources).toEqual([]);
  });
});

describe.skipIf(remoteKinds[0]!.whyNot !== undefined)('on S3', () => {
  test('a journal that does not say which its segments are is refused, and can be given up', async () => {
    const { fresh, stop } = await remoteKinds[0]!.start();
    try {
      const store = fresh();
      const stack = await interruptedStack(store);
      await store.open().put(stack.journal, Buffer.from('x'), 'lasting');
      const told = /is damaged: s3:.*journal-\d+\.log does not name its segments$/m;
      await expectMended(stack, told, { recorded: [1, 2, 3, 4, 5, 6], inDoubt: [] });
    } finally {
      await stop();
    }
  });
});

describeOn(everyKind, (fresh) => {
  test.each([
    ['empty', () => Buffer.alloc(0), 'it is empty'],
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2), 'it is no JSON'],
  ])('a checkpoint that is %s is refused, and put back from the history', async (_how, spoil, what) => {
    const store = fresh();
    const { backend, checkpoint } = await interruptedStack(store);
    await (await backend.beginOperation(testStack, testUpdate)).commit(testSuccess);
    const { bytes } = (await store.open().get(checkpoint))!;
    await store.open().put(checkpoint, spoil(bytes), 'lasting');
    const told = {
      code: 'STATE_DAMAGED',
      message: expect.stringContaining(`${store.open().locate(checkpoint)} is damaged: ${what}`),
    };
    await expect(backend.beginOperation(testStack, testUpdate)).rejects.toMatchObject(told);
    const { json } = await backend.exportStack(testStack, { mode: 'encrypted', version: 2 });
    await backend.importStack(testStack, json, { source: 'x', foreignRecords: 'refused' });
    expect(contentOf((await backend.loadStack(testStack)).snapshot).recorded).toEqual(['zero', ...numbered([])]);
  });

  test('a checkpoint that is gone is told of by its history, which it is put back from', async () => {
    const store = fresh();
    const { backend, checkpoint } = await interruptedStack(store);
    await (await backend.beginOperation(testStack, testUpdate)).commit(testSuccess);
    await store.open().delete(checkpoint);
    await expect(backend.beginOperation(testStack, testUpdate)).rejects.toThrow(
      /no stack named 'dev' found\nIts history of 3 operation\(s\) is there[\s\S]*radiant stack init dev\n.*--version 3 /,
    );
    await backend.createStack(testStack, {});
    const { json } = await backend.exportStack(testStack, { mode: 'encrypted', version: 3 });
    await backend.importStack(testStack, json, { source: 'x', foreignRecords: 'refused' });
    expect(contentOf((await backend.loadStack(testStack)).snapshot).recorded).toEqual(['zero', ...numbered([])]);
  });
});
