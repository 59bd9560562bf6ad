import { expect, it } from 'vitest';
import { LogPosition, parseTimedLine, type TimedLine } from './log-position.ts';
import { mergeByTime } from './merge-by-time.ts';

const at = (time: string) => parseTimedLine(`${time} `)!.nanos;

it('reads times of any precision and zone, and text with spaces', () => {
  expect(parseTimedLine('2026-11-28T22:00:00.5Z  two  words ')).toEqual({
    nanos: BigInt(Date.parse('2026-11-28T22:00:00.5Z')) * 1_000_000n,
    text: ' two  words ',
  });
  expect(at('2026-11-28T22:00:00.000000001Z') - at('2026-11-28T23:00:00+01:00')).toBe(1n);
  expect(parseTimedLine('no time at all')).toBeUndefined();
});

it('tells what was read already where several lines have one time', () => {
  const position = new LogPosition(0n);
  const log: TimedLine[] = [
    { nanos: 1n, text: 'a' },
    { nanos: 2n, text: 'b' },
    { nanos: 2n, text: 'c' },
  ];
  const readAll = (lines: readonly TimedLine[]) => {
    position.reopen();
    return lines.filter((line) => position.advance(line)).map(({ text }) => text);
  };
  expect(readAll(log)).toEqual(['a', 'b', 'c']);
  expect(readAll([...log, { nanos: 2n, text: 'd' }])).toEqual(['d']);
  expect(readAll([...log, { nanos: 2n, text: 'd' }, { nanos: 3n, text: 'e' }])).toEqual(['e']);
  position.restart();
  expect(readAll([{ nanos: 3n, text: 'f' }])).toEqual(['f']);
});

it('asks for what it has not read in whole seconds', () => {
  const position = new LogPosition(at('2026-11-28T22:00:00Z'));
  position.advance({ nanos: at('2026-11-28T22:00:07.25Z'), text: '' });
  expect(position.sinceTime).toBe('2026-11-28T22:00:07Z');
});

it('merges logs by time, holding one line of each', async () => {
  async function* log(...times: readonly bigint[]) {
    for (const nanos of times) yield { nanos };
  }
  const merged = [];
  for await (const { nanos } of mergeByTime([log(1n, 5n), log(), log(2n, 3n, 9n)])) merged.push(nanos);
  expect(merged).toEqual([1n, 2n, 3n, 5n, 9n]);
});
