import { describe, expect, it } from 'vitest';
import { satisfiesRange } from './version-range.ts';

describe('satisfiesRange', () => {
  it.each([
    ['>=3.0.0', true],
    ['>=3.0.0 <4.0.0', true],
    ['>= 3.0.0 < 4.0.0', true],
    ['>3.270.0', false],
    ['<3.0.0 || >=3.200.0', true],
    ['<3.0.0 || >4.0.0', false],
    ['!3.270.0', false],
    ['!=3.1.2', true],
    ['>=3.5.0 !3.7.7', true],
    ['3.270.0', true],
    ['==3.270.0', true],
    ['3.x', true],
    ['3.270.x', true],
    ['3.x.x', true],
    ['4.x', false],
    ['!3.270.x', false],
    ['>3.269.x', true],
    ['>3.270.x', false],
    ['<=3.270.x', true],
    ['<3.270.x', false],
    ['>=3.270.0-rc.1', true],
  ])('holds 3.270.0+radiant.0.1.0 against %s', (range, expected) => {
    expect(satisfiesRange('v3.270.0+radiant.0.1.0', range)).toBe(expected);
  });

  it('orders prereleases before their release', () => {
    expect(satisfiesRange('3.270.0-alpha.1', '>=3.270.0')).toBe(false);
    expect(satisfiesRange('3.270.0-alpha.1', '>=3.269.0')).toBe(true);
  });

  it.each(['', '>=', '>=3', '3.1', 'latest', '>=3.0.0 ||', '=>3.0.0', '^3.0.0', '~3.1.0'])(
    'takes %j for no range',
    (range) => {
      expect(satisfiesRange('3.270.0', range)).toBeUndefined();
    },
  );
});
