import { expect, test } from 'vitest';
import { ApiError } from '../api-error.ts';
import type { ControllerContext, ControllerProblem } from './controller.ts';
import { createSimulatedClock } from './testing/simulated-clock.ts';
import { startWorkQueue } from './work-queue.ts';

function setUp() {
  const clock = createSimulatedClock(0);
  const problems: ControllerProblem[] = [];
  const context = {
    clock,
    report: (problem: ControllerProblem) => problems.push(problem),
  } as unknown as ControllerContext;
  return { clock, context, problems };
}

test('A key that was added several times is worked on once', () => {
  const { clock, context } = setUp();
  const worked: string[] = [];
  const queue = startWorkQueue(context, 'test', (key) => worked.push(key));
  for (const key of ['a', 'b', 'a']) queue.add(key);
  clock.advance(0);
  expect(worked).toEqual(['a', 'b']);
});

test('Work that fails is reported and comes back, later each time, until it succeeds', () => {
  const { clock, context, problems } = setUp();
  const atMs: number[] = [];
  const queue = startWorkQueue(context, 'test', () => {
    atMs.push(clock.nowMs());
    if (atMs.length < 4) throw new Error('not yet');
  });
  queue.add('a');
  clock.advance(1000);
  expect(atMs).toEqual([0, 5, 15, 35]);
  expect(problems).toHaveLength(3);
});

test('Work that lost a race is done again at once and is no problem', () => {
  const { clock, context, problems } = setUp();
  let attempts = 0;
  const queue = startWorkQueue(context, 'test', () => {
    attempts += 1;
    if (attempts === 1) throw new ApiError(409, 'Conflict', 'modified');
  });
  queue.add('a');
  clock.advance(0);
  expect(attempts).toBe(2);
  expect(problems).toEqual([]);
});

test('Of several times to come back the earliest counts', () => {
  const { clock, context } = setUp();
  const atMs: number[] = [];
  const queue = startWorkQueue(context, 'test', () => atMs.push(clock.nowMs()));
  queue.addAfter('a', 50);
  queue.addAfter('a', 20);
  queue.addAfter('a', 90);
  clock.advance(100);
  expect(atMs).toEqual([20]);
});

test('Nothing is worked on after the queue was stopped', () => {
  const { clock, context } = setUp();
  const worked: string[] = [];
  const queue = startWorkQueue(context, 'test', (key) => worked.push(key));
  queue.add('a');
  queue.addAfter('b', 10);
  queue.stop();
  queue.add('c');
  clock.advance(100);
  expect(worked).toEqual([]);
});
