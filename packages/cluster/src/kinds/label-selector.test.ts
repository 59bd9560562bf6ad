import { describe, expect, test } from 'vitest';
import { formatSelector, selectorMatches } from './label-selector.ts';

const labels = { app: 'web', tier: 'front' };

describe('a label selector', () => {
  test.each([
    [undefined, false],
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'api' } }, false],
    [{ matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }] }, true],
    [{ matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['front'] }] }, false],
    [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, true],
    [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'Like', values: ['w'] }] }, false],
  ])('%j', (selector, matches) => {
    expect(selectorMatches(selector, labels)).toBe(matches);
  });

  test('is shown as kubectl shows it', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['b', 'a'] },
      { key: 'zone', operator: 'DoesNotExist' },
    ];
    expect(formatSelector({ matchLabels: { app: 'web' }, matchExpressions })).toBe('app=web,tier in (a,b),!zone');
    expect(formatSelector(undefined)).toBe('<none>');
  });
});
