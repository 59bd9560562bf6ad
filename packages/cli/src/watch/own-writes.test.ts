import { expect, it } from 'vitest';
import { OwnWrites } from './own-writes.ts';

it('waits after an update during which nothing changed', () => {
  expect(new OwnWrites().judge(new Set(), true)).toEqual({ kind: 'wait' });
});

it('updates again for what a person saves meanwhile', () => {
  const own = new OwnWrites();
  expect(own.judge(new Set(['index.ts']), true)).toEqual({ kind: 'again' });
  expect(own.judge(new Set(), true)).toEqual({ kind: 'wait' });
});

it('still knows what is written after an update that failed before it came to that', () => {
  const own = new OwnWrites();
  const log = new Set(['log.txt']);
  for (let update = 0; update < 3; update++) own.judge(log, true);
  expect(own.judge(new Set(), false)).toEqual({ kind: 'wait' });
  own.restart();
  expect(own.judge(log, true)).toEqual({ kind: 'wait' });
});

it('takes what changes during each of several updates for written by them, until one leaves it alone', () => {
  const own = new OwnWrites();
  const log = new Set(['log.txt']);
  expect(own.judge(log, true)).toEqual({ kind: 'again' });
  expect(own.judge(log, true)).toEqual({ kind: 'again' });
  expect(own.judge(log, true)).toEqual({ kind: 'own-writes', files: log });
  own.restart();
  expect(own.judge(log, true)).toEqual({ kind: 'wait' });
  own.restart();
  expect(own.judge(new Set(['log.txt', 'index.ts']), true)).toEqual({ kind: 'again' });
  expect(own.judge(new Set(), true)).toEqual({ kind: 'wait' });
  own.restart();
  expect(own.judge(log, true)).toEqual({ kind: 'again' });
});
