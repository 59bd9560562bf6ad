import { EventEmitter } from 'node:events';
import { exitCodes } from '@radiant/model';
import { expect, test } from 'vitest';
import { startChild } from '../../packages/state/src/testing/children.ts';
import { realStacks, smallExport, smallUrns } from './harness/real-stacks.ts';

/** A stack that another process holds and works on. */
async function heldStack() {
  const stacks = await realStacks('dev');
  await stacks.must(['stack', 'import'], { input: smallExport() });
  const holder = startChild('appending-child.ts', `file://${stacks.store}`, 'r');
  await holder.said('durable');
  const waiting = new RegExp(
    `^Waiting for stack 'dev', held by \\S+@\\S+ \\(pid ${holder.process.pid}\\) since \\d{4}-\\S+Z for its update. Ctrl-C ends the wait.$`,
    'm',
  );
  return { stacks, holder, waiting };
}

test('a command that waits goes on when the holder is gone, and begins with all that it did', async () => {
  const { stacks, holder, waiting } = await heldStack();
  const { out, err } = await stacks.must(['state', 'unprotect', smallUrns.part, '--wait'], {
    onWrite: (text) => {
      if (waiting.test(text)) holder.process.kill('SIGKILL');
    },
  });
  expect(err).toMatch(waiting);
  expect(err.match(/Waiting/g)).toHaveLength(1);
  expect(out).toContain('1 resources unprotected');
  const { resources = [] } = await stacks.exported();
  expect(resources.find(({ urn }) => urn === smallUrns.part)).not.toHaveProperty('protect');
  expect(resources.length).toBeGreaterThan(5);
});

test.each([
  ['stack', 'import', '--wait=300ms'],
  ['up', '--yes', '--wait=300ms'],
  ['destroy', '--yes', '--skip-preview', '--wait=300ms'],
  ['stack', 'rm', '--yes', '--force', '--wait=300ms'],
])('%s %s waits no longer than it was told to', async (...args) => {
  const { stacks, waiting } = await heldStack();
  const { exitCode, err } = await stacks.cli(args, { input: smallExport() });
  expect(err).toMatch(waiting);
  expect(err).toMatch(/error: the stack is currently locked by 1 lock\(s\)[\s\S]*It was waited for/);
  expect(exitCode).toBe(exitCodes.generic);
});

test('Ctrl-C ends the wait of an operation before anything is begun', async () => {
  const { stacks, waiting } = await heldStack();
  const signals = new EventEmitter();
  const { exitCode, out, err } = await stacks.cli(['up', '--yes', '--wait'], {
    signals,
    onWrite: (text) => {
      if (waiting.test(text)) signals.emit('SIGINT', 'SIGINT');
    },
  });
  expect(err).toContain(
    "error: no longer waiting for stack 'organization/proj/dev', which is still held; nothing was changed",
  );
  expect([exitCode, out]).toEqual([exitCodes.cancelled, '']);
});

test('a wait that is no duration is refused before anything is asked of the store', async () => {
  const stacks = await realStacks('dev');
  const { exitCode, err } = await stacks.cli(['up', '--yes', '--wait=soon']);
  expect(err).toBe("error: --wait takes a duration like 30s, 10m or 1h30m, not 'soon'\n");
  expect(exitCode).not.toBe(0);
});
