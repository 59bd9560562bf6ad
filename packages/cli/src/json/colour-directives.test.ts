import { expect, test } from 'vitest';
import { eventColour, messageIn, prefixIn } from './colour-directives.ts';

test.each([
  [undefined, undefined, 'raw'],
  [undefined, '1', 'never'],
  ['auto', '1', 'never'],
  ['always', '1', 'raw'],
  ['never', undefined, 'never'],
  ['raw', undefined, 'raw'],
] as const)('with --color %s and NO_COLOR=%s, events are %s', (flag, noColour, expected) => {
  expect(eventColour(flag, { NO_COLOR: noColour })).toBe(expected);
});

test('messages and prefixes carry the directives of the established CLI, or none', () => {
  expect(messageIn('raw', 'refused')).toBe('<{%reset%}>refused<{%reset%}>\n');
  expect(messageIn('raw', 'refused\n')).toBe('<{%reset%}>refused<{%reset%}>\n');
  expect(messageIn('never', 'refused')).toBe('refused\n');
  expect(prefixIn('raw', 'error', 'error: ')).toBe('<{%fg 1%}>error: <{%reset%}>');
  expect(prefixIn('raw', 'warning', 'warning: ')).toBe('<{%fg 3%}>warning: <{%reset%}>');
  expect(prefixIn('raw', 'debug', 'debug: ')).toBe('<{%reset%}>debug: <{%reset%}>');
  expect(prefixIn('raw', 'info', '')).toBe('');
  expect(prefixIn('never', 'error', 'error: ')).toBe('error: ');
});
