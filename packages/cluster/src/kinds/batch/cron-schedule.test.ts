import { describe, expect, test } from 'vitest';
import { parseSchedule } from './cron-schedule.ts';

function next(schedule: string, after: string, timeZone?: string): string | undefined {
  const parsed = parseSchedule(schedule, timeZone);
  if (typeof parsed === 'string') throw new Error(parsed);
  const ms = parsed.next(Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
}

describe('a schedule', () => {
  test.each([
    ['*/5 * * * *', '2030-01-01T00:00:00Z', '2030-01-01T00:05:00Z'],
    ['*/5 * * * *', '2030-01-01T00:04:59Z', '2030-01-01T00:05:00Z'],
    ['30 2 * * *', '2030-01-01T03:00:00Z', '2030-01-02T02:30:00Z'],
    ['0 0 1 * *', '2030-01-15T00:00:00Z', '2030-02-01T00:00:00Z'],
    ['0 0 29 2 *', '2030-01-01T00:00:00Z', '2032-02-29T00:00:00Z'],
    ['0 9 * * mon-fri', '2030-01-04T09:00:00Z', '2030-01-07T09:00:00Z'],
    ['0 0 13 * 5', '2030-01-01T00:00:00Z', '2030-01-04T00:00:00Z'],
    ['15,45 8-10/2 * jan *', '2030-01-01T08:45:00Z', '2030-01-01T10:15:00Z'],
    ['@hourly', '2030-01-01T00:30:00Z', '2030-01-01T01:00:00Z'],
    ['@weekly', '2030-01-01T00:00:00Z', '2030-01-06T00:00:00Z'],
    ['@every 1h30m', '2030-01-01T00:00:00Z', '2030-01-01T01:30:00Z'],
    ['0 0 * * 7', '2030-01-01T00:00:00Z', undefined],
  ])('%s after %s names %s', (schedule, after, expected) => {
    if (expected === undefined) expect(typeof parseSchedule(schedule)).toBe('string');
    else expect(next(schedule, after)).toBe(expected);
  });

  test('is read in its time zone, across the change to summer time', () => {
    expect(next('30 6 * * *', '2030-03-30T12:00:00Z', 'Europe/Berlin')).toBe('2030-03-31T04:30:00Z');
    expect(next('30 6 * * *', '2030-01-30T12:00:00Z', 'Europe/Berlin')).toBe('2030-01-31T05:30:00Z');
  });

  test('that names no day is never due', () => {
    expect(next('0 0 31 2 *', '2030-01-01T00:00:00Z')).toBeUndefined();
  });

  test.each([
    ['* * *', 'expected exactly 5 fields, found 3: [* * *]'],
    ['70 * * * *', 'end of range (70) above maximum (59): 70'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax: x'],
    ['10-5 * * * *', 'beginning of range (10) beyond end of range (5): 10-5'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['@noon', 'unrecognized descriptor: @noon'],
  ])('%s is refused: %s', (schedule, message) => {
    expect(parseSchedule(schedule)).toBe(message);
  });
});
