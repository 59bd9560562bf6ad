import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whenSlow } from './when-slow.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function waited() {
  const said: string[] = [];
  const work = Promise.withResolvers<string>();
  const result = whenSlow(
    work.promise,
    () => said.push('said'),
    () => said.push('taken back'),
  );
  return { said, work, result };
}

it('says nothing of what is done at once', async () => {
  const { said, work, result } = waited();
  work.resolve('done');
  expect(await result).toBe('done');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toEqual([]);
});

it('says once that something takes long, and takes it back however it ends', async () => {
  const { said, work, result } = waited();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toEqual(['said']);
  work.reject(new Error('broken'));
  await expect(result).rejects.toThrow('broken');
  expect(said).toEqual(['said', 'taken back']);
});
