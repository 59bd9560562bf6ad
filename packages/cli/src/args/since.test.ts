import { expect, it } from 'vitest';
import { readSince } from './since.ts';

const nowMs = Date.parse('2026-11-28T22:00:00Z');

it.each([
  ['90s', new Date('2026-11-28T21:58:30Z')],
  ['1h30m', new Date('2026-11-28T20:30:00Z')],
  ['2026-11-28T10:00:00+02:00', new Date('2026-11-28T08:00:00Z')],
  ['2026-11-28', new Date(2026, 10, 28)],
  ['1764367200.5', new Date(1764367200500)],
])('%s is a time', (text, time) => {
  expect(readSince(text, nowMs)).toEqual(time);
});

it.each(['', 'yesterday', '5 minutes', '2026-99-99', '-5s'])('%j is none', (text) => {
  expect(() => readSince(text, nowMs)).toThrow("failed to parse argument to '--since' as duration or timestamp");
});
