import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PendingCalls } from './pending-calls.ts';

test('a call that is made on hearing of another is waited for too', async () => {
  const calls = new PendingCalls();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let hasEnded = false;
  const ended = calls.track(first.promise).then(() => void calls.track(second.promise));
  const allEnded = calls.ended().then(() => {
    hasEnded = true;
  });
  first.resolve();
  await ended;
  await turn();
  expect(hasEnded).toBe(false);
  second.resolve();
  await allEnded;
});

test('a call that fails has ended', async () => {
  const calls = new PendingCalls();
  const call = calls.track(Promise.reject(new Error('no')));
  await expect(call).rejects.toThrow('no');
  await calls.ended();
});
