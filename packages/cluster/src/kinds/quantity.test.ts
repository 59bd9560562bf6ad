import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalQuantity, compareQuantities, formatQuantity, parseQuantity, sumQuantities } from './quantity.ts';

describe('a quantity', () => {
  test.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['100Ki', '100Ki'],
    ['512', '512'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['1e3', '1e3'],
    ['12E6', '12e6'],
    ['0', '0'],
    ['0Mi', '0'],
    ['+5', '5'],
    ['-5', '-5'],
    ['.5', '500m'],
    ['5.', '5'],
    ['1n', '1n'],
    ['0.0000000001', '1n'],
    ['123456789', '123456789'],
    ['0.5Ki', '512'],
    ['1E', '1E'],
    [4, '4'],
    [0.1, '100m'],
  ])('%s is stored as %s', (source, canonical) => {
    expect(canonicalQuantity(source)).toBe(canonical);
  });

  test.each(['', 'abc', '1 Gi', '1gi', '10MB', '--1', '1.2.3', 'Mi', '1e', null, undefined, {}])(
    '%s is none',
    (source) => {
      expect(parseQuantity(source)).toBeUndefined();
    },
  );

  test('is compared by its value', () => {
    expect(compareQuantities('1', '1000m')).toBe(0);
    expect(compareQuantities('1Gi', '1G')).toBe(1);
    expect(compareQuantities('999m', '1')).toBe(-1);
  });

  test('keeps its value however it is written', () => {
    const formats = fc.constantFrom('DecimalSI', 'DecimalExponent', 'BinarySI');
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 62n), 2n ** 62n), formats, (value, format) => {
        const nanos = value * 1_000_000_000n;
        const text = formatQuantity({ nanos, format });
        expect(parseQuantity(text)?.nanos).toBe(nanos);
        expect(canonicalQuantity(text)).toBe(text);
      }),
    );
  });

  test('adds up in the format of the first', () => {
    expect(sumQuantities(['100m', '1', '400m'])).toBe('1500m');
    expect(sumQuantities(['512Mi', '512Mi'])).toBe('1Gi');
    expect(sumQuantities([])).toBe('0');
  });
});
