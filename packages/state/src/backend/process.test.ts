import { setTimeout as sleep } from 'node:timers/promises';
import { verifySnapshot } from '@radiant/model';
import { expect, test, vi } from 'vitest';
import { type Child, startChild } from '../testing/children.ts';
import { describeOn, folderKind, sharedKinds } from '../testing/describe-stores.ts';
import { testCredentials } from '../testing/servers/s3-server.ts';
import { testStack } from '../testing/states.ts';
import { openTestBackendAt, testSuccess, testUpdate } from '../testing/test-backend.ts';
import type { Backend } from './backend.ts';

function numbers(children: readonly Child[], word: string): number[] {
  return children.flatMap(({ lines }) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1))),
  );
}

async function counterIn(backend: Backend): Promise<number> {
  const { snapshot } = await backend.loadStack(testStack);
  return Number(snapshot.resources[0]?.outputs.count ?? 0);
}

/** How often the children said what. */
function tally(children: readonly Child[]): string {
  const words = children.flatMap(({ lines }) => lines.map((line) => line.split(' ')[0]!));
  const counts = [...Map.groupBy(words, (word) => word)].map(([word, all]) => `${all.length} ${word}`);
  return `${children.length} processes: ${counts.join(', ')}`;
}

function expectEachOnce(values: readonly number[]): void {
  expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
}

/** `npm run test:long` has a hundred fight for a minute. */
const contenders = Number(process.env.CONTENDERS ?? 4);
const contentionMs = Number(process.env.CONTENTION_MS ?? 3000);

/** On a network everything takes longer, and the more who share the machine, the longer takes a sign of life. */
const remoteTtlMs = Math.max(600, 60 * contenders);
/** How long they go on, when one is silent, and how many operations they come to at least. */
const paceOn = (isRemote: boolean) =>
  isRemote
    ? { durationMs: Math.max(8000, contentionMs), ttlMs: remoteTtlMs, least: 1 }
    : { durationMs: contentionMs, ttlMs: 150, least: 5 };

describeOn(sharedKinds, (fresh, kind) => {
  const { durationMs, ttlMs, least } = paceOn(kind !== folderKind);

  async function withStack() {
    vi.stubEnv('AWS_ACCESS_KEY_ID', testCredentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', testCredentials.secretAccessKey);
    const { url } = fresh();
    const backend = openTestBackendAt(url);
    await backend.createStack(testStack, {});
    return { url, backend };
  }

  test('a process that is killed at any moment has lost nothing it called durable, and is taken over from at once', async () => {
    const { url, backend } = await withStack();
    const durable = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const child = startChild('appending-child.ts', url, `r${round}`);
      await child.said('durable');
      await sleep(7 * round);
      child.process.kill('SIGKILL');
      await child.ended;
      expect(child.lines.filter((line) => line.startsWith('error'))).toEqual([]);
      for (const line of child.lines) if (line.startsWith('durable ')) durable.add(line.slice('durable '.length));
      const { snapshot, interrupted } = await backend.loadStack(testStack);
      expect(verifySnapshot(snapshot)).toEqual([]);
      expect(interrupted).toMatchObject({ by: { pid: child.process.pid } });
      const names = new Set(snapshot.resources.map(({ urn }) => urn.slice(urn.lastIndexOf('::') + 2)));
      expect([...durable].filter((name) => !names.has(name))).toEqual([]);
    }
    const operation = await backend.beginOperation(testStack, testUpdate);
    expect(operation.base.resources.length).toBeGreaterThanOrEqual(durable.size);
    await operation.commit(testSuccess);
  });

  test('several processes that want one stack have it one after the other', async () => {
    const { url, backend } = await withStack();
    const children = Array.from({ length: 4 }, () =>
      startChild('counting-child.ts', url, String(durationMs / 2), '60000'),
    );
    await Promise.all(children.map(({ ended }) => ended));
    const committed = numbers(children, 'committed');
    expect(children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('error')))).toEqual([]);
    expectEachOnce(committed);
    expect(await counterIn(backend)).toBe(committed.length);
    expect(committed.length).toBeGreaterThan(least);
  });

  test('several processes of which some are stopped and continued never undo each other’s work', async () => {
    const { url, backend } = await withStack();
    const children = Array.from({ length: contenders }, () =>
      startChild('counting-child.ts', url, String(durationMs), String(ttlMs)),
    );
    const stopping = (async () => {
      for (let round = 0; children.some(({ process: { exitCode } }) => exitCode === null); round += 1) {
        const { process: victim } = children[round % children.length]!;
        victim.kill('SIGSTOP');
        await sleep(round % 3 === 0 ? ttlMs * 2.5 : 20);
        victim.kill('SIGCONT');
        await sleep(10);
      }
    })();
    await Promise.all(children.map(({ ended }) => ended));
    await stopping;
    if (process.env.CONTENDERS !== undefined) process.stdout.write(`${kind.name}: ${tally(children)}\n`);
    expect(children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('error')))).toEqual([]);
    const recorded = numbers(children, 'recorded');
    expectEachOnce(recorded);
    expectEachOnce(numbers(children, 'committed'));
    // Whatever was recorded counts, though its holder could not commit it. The last may count though its holder, which
    // lost the stack that moment, was not told.
    expect(await counterIn(backend)).toBeGreaterThanOrEqual(Math.max(...recorded));
    expect(recorded.length).toBeGreaterThan(least);
  });
});
