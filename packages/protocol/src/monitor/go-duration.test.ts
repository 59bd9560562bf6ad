import { describe, expect, it } from 'vitest';
import { decodeGoDuration, encodeGoDuration } from './go-duration.ts';

describe('decodeGoDuration', () => {
  it.each([
    ['5m', 300],
    ['1h30m', 5400],
    ['300s', 300],
    ['1.5h', 5400],
    ['.5s', 0.5],
    ['1.s', 1],
    ['100ms', 0.1],
    ['250us', 0.00025],
    ['250µs', 0.00025],
    ['250μs', 0.00025],
    ['7ns', 7e-9],
    ['0', 0],
    ['-0', 0],
    ['+5s', 5],
    ['-1m30s', -90],
    ['1m1m', 120],
  ])('reads %s as %d seconds', (text, seconds) => {
    expect(decodeGoDuration(text)).toBeCloseTo(seconds, 12);
  });

  it.each(['', '-', '5', '5 m', 'm', '1h30', 'five minutes', '1d', '.s', '1e3s', '5m ', '99999999999h'])(
    'refuses %j, as Go does',
    (text) => {
      expect(decodeGoDuration(text)).toBeUndefined();
    },
  );
});

describe('encodeGoDuration', () => {
  it.each([
    [300, '5m'],
    [5400, '1h30m'],
    [90, '1m30s'],
    [0.5, '0.5s'],
    [3600.25, '1h0.25s'],
    [7e-9, '0.000000007s'],
    [0, '0s'],
    [-90, '-1m30s'],
  ])('writes %d seconds as %s, which reads as the same', (seconds, text) => {
    expect(encodeGoDuration(seconds)).toBe(text);
    expect(decodeGoDuration(text)).toBeCloseTo(seconds, 12);
  });
});
