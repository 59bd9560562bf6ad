import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

const random = () => new SeededRandom(Buffer.from('test seed'));
const letters = 'abcdefghijklmnopqrstuvwxyz';

test('the values are those of the established engine for the same seed', () => {
  expect(Buffer.from(random().bytes(16)).toString('hex')).toBe('f93c359b82a29defec84776cd822c95a');
  expect(random().text(5, `${letters}0123456789`)).toBe('3ufv0');
  expect(random().text(6, letters)).toBe('xgtfme');
  expect(random().text(7, '0123456789')).toBe('5657624');
});

test('bytes drawn one by one are those drawn together, over several keys too', () => {
  const [together, apart] = [random(), random()];
  const all = Buffer.concat([together.bytes(1000), together.bytes(500), together.bytes(1024)]);
  const single = Buffer.concat(Array.from({ length: all.length }, () => apart.bytes(1)));
  expect(single.equals(all)).toBe(true);
  expect(new Set(all).size).toBe(256);
});
