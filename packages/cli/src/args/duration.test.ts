import { expect, test } from 'vitest';
import { readWait } from './duration.ts';

test.each([
  [undefined, undefined],
  ['false', undefined],
  ['true', {}],
  ['90s', { limitMs: 90_000 }],
  ['1h30m', { limitMs: 5_400_000 }],
  ['1.5m', { limitMs: 90_000 }],
  ['250ms', { limitMs: 250 }],
])('--wait=%s is understood', (value, expected) => {
  expect(readWait(value)).toEqual(expected);
});

test.each(['10', 'm', '10 m', '1d', '', 'soon'])('--wait=%j is refused with what would do', (value) => {
  expect(() => readWait(value)).toThrow(`--wait takes a duration like 30s, 10m or 1h30m, not '${value}'`);
});
