import { expect, test } from 'vitest';
import { Semaphore } from './semaphore.ts';

async function mostAtOnce(semaphore: Semaphore, calls: number): Promise<{ most: number; order: number[] }> {
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = Array.from({ length: calls }, (_, index) =>
    semaphore.run(async () => {
      running += 1;
      most = Math.max(most, running);
      order.push(index);
      await Promise.resolve();
      running -= 1;
    }),
  );
  await Promise.all(work);
  return { most, order };
}

test('no more calls run at a time than the limit, in the order they asked', async () => {
  const { most, order } = await mostAtOnce(new Semaphore(3), 5000);
  expect(most).toBe(3);
  expect(order).toEqual(Array.from({ length: 5000 }, (_, index) => index));
});

test('a limit of zero is none', async () => {
  expect((await mostAtOnce(new Semaphore(0), 50)).most).toBe(50);
});

test('a call that fails frees its place', async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await semaphore.run(async () => 'next')).toBe('next');
});

test('a call for each item is made in their order, no more of them at a time than the limit', async () => {
  const semaphore = new Semaphore(3);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  await semaphore.each(items, async (item) => {
    running += 1;
    most = Math.max(most, running);
    order.push(item);
    await Promise.resolve();
    running -= 1;
  });
  expect(most).toBe(3);
  expect(order).toEqual(items);
});
