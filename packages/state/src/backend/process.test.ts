import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { verifySnapshot } from '@radiant/model';
import { describe, expect, onTestFinished, test } from 'vitest';
import { testStack } from '../testing/states.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openTestBackend, testSuccess, testUpdate } from '../testing/test-backend.ts';

interface Child {
  readonly process: ChildProcess;
  /** Whole lines so far. */
  readonly lines: string[];
  readonly ended: Promise<unknown>;
}

function start(script: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(`../testing/${script}`, import.meta.url));
  const process_ = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let rest = '';
  process_.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
  });
  process_.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(`error: ${text}`));
  onTestFinished(() => {
    process_.kill('SIGKILL');
  });
  return { process: process_, lines, ended: once(process_, 'close') };
}

async function withStack() {
  const folder = await temporaryFolder();
  const backend = openTestBackend(folder);
  await backend.createStack(testStack, {});
  return { folder, backend };
}

describe('a real process', () => {
  test('killed at any moment has lost nothing it called durable, and is taken over from at once', async () => {
    const { folder, backend } = await withStack();
    const durable = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const child = start('appending-child.ts', folder, `r${round}`);
      while (!child.lines.some((line) => line.startsWith('durable'))) await sleep(5);
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
});

function numbers(children: readonly Child[], word: string): number[] {
  return children.flatMap(({ lines }) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1))),
  );
}

async function counterIn(backend: Awaited<ReturnType<typeof withStack>>['backend']): Promise<number> {
  const { snapshot } = await backend.loadStack(testStack);
  return Number(snapshot.resources[0]?.outputs.count ?? 0);
}

function expectEachOnce(values: readonly number[]): void {
  expect(values.filter((value, index) => values.indexOf(value) !== index)).toEqual([]);
}

describe('several real processes', () => {
  test('that want one stack have it one after the other', async () => {
    const { folder, backend } = await withStack();
    const children = Array.from({ length: 4 }, () => start('counting-child.ts', folder, '1500', '60000'));
    await Promise.all(children.map(({ ended }) => ended));
    const committed = numbers(children, 'committed');
    expect(children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('error')))).toEqual([]);
    expectEachOnce(committed);
    expect(await counterIn(backend)).toBe(committed.length);
    expect(committed.length).toBeGreaterThan(5);
  });

  test('of which some are stopped and continued never undo each other’s work', async () => {
    const { folder, backend } = await withStack();
    const children = Array.from({ length: 4 }, () => start('counting-child.ts', folder, '3000', '150'));
    const stopping = (async () => {
      for (let round = 0; children.some(({ process: { exitCode } }) => exitCode === null); round += 1) {
        const { process: victim } = children[round % children.length]!;
        victim.kill('SIGSTOP');
        await sleep(round % 3 === 0 ? 400 : 20);
        victim.kill('SIGCONT');
        await sleep(10);
      }
    })();
    await Promise.all(children.map(({ ended }) => ended));
    await stopping;
    expect(children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('error')))).toEqual([]);
    const recorded = numbers(children, 'recorded');
    expectEachOnce(recorded);
    expectEachOnce(numbers(children, 'committed'));
    // Whatever was recorded counts, though its holder could not commit it. The last may count though its holder, which
    // lost the stack that moment, was not told.
    expect(await counterIn(backend)).toBeGreaterThanOrEqual(Math.max(...recorded));
    expect(recorded.length).toBeGreaterThan(5);
  });
});
