import { describe, expect, it } from 'vitest';
import { agoText } from './ago.ts';
import { shortType } from './names.ts';
import { choosePainter } from './painter.ts';
import { durationText, elapsedText } from './seconds.ts';
import { cutEnd, cutStart, escaped, folded, harmless, singleLine, textWidth } from './text-width.ts';

describe('text on a terminal', () => {
  it('is measured in columns', () => {
    expect([textWidth('abc'), textWidth('日本'), textWidth('e\u0301'), textWidth('🚀')]).toEqual([3, 4, 1, 2]);
  });

  it('is cut at its end or its start', () => {
    expect([cutEnd('abcdef', 4), cutStart('abcdef', 4), cutEnd('abc', 4), cutEnd('日本語', 4)]).toEqual([
      'abc…',
      '…def',
      'abc',
      '日…',
    ]);
    expect(cutEnd('abc', 0)).toBe('');
  });

  it('is folded between its words, as far as there are lines', () => {
    expect(folded('api: waiting for two pods of four', 14, 3)).toEqual(['api: waiting', '  for two pods', '  of four']);
    expect(folded('api: waiting for two pods of four', 14, 2)).toEqual(['api: waiting', '  for two pod…']);
    expect(folded('incomprehensibilities', 8, 3)).toEqual(['incompr…']);
  });

  it('moves no cursor, whoever wrote it', () => {
    expect(singleLine('\u001b[2J\u001b]0;title\u0007red\u0008\r\nsecond')).toBe('red ');
  });

  it('stays on its line, with whatever would move the cursor written out', () => {
    expect(escaped('new\nline\ttab \u001b[2J \u009b ü 日本')).toBe('new\\nline\\ttab \\u001b[2J \\u009b ü 日本');
  });

  it('keeps the colours of others where colour is wanted, and nothing else of theirs', () => {
    const text = '\u001b[31mred\u001b[0m\n\tnext\u001b[2J\u001b]0;title\u0007\r\u0008';
    expect(harmless(text, true)).toBe('\u001b[31mred\u001b[0m\n\tnext\u001b[0m');
    expect(harmless(text, false)).toBe('red\n\tnext');
    expect(harmless('plain', true)).toBe('plain');
  });

  it('shows types as the established CLI does', () => {
    expect(shortType('aws:s3/bucket:Bucket')).toBe('aws:s3:Bucket');
    expect(shortType('kubernetes:apps/v1:Deployment')).toBe('kubernetes:apps/v1:Deployment');
    expect(shortType('pulumi:providers:kubernetes')).toBe('pulumi:providers:kubernetes');
    expect(shortType('odd')).toBe('odd');
  });

  it('says how long something took', () => {
    expect([0, 200, 3_000, 65_000, 3_605_000].map(durationText)).toEqual(['0s', '1s', '3s', '1m5s', '1h0m5s']);
    expect([elapsedText(3_400, false), elapsedText(130, true), elapsedText(12_400, true)]).toEqual([
      '(3s)',
      '(0.13s)',
      '(12.4s)',
    ]);
  });

  it('says how long ago something was', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    const ago = (text: string) => agoText(new Date(text), now);
    expect(ago('2026-11-21T11:57:00Z')).toBe('3 minutes ago');
    expect(ago('2026-11-20T11:57:00Z')).toBe('1 day ago');
    expect(ago('2026-11-21T12:00:00Z')).toBe('now');
  });
});

describe('colour', () => {
  const isColoured = (flag: string | undefined, env: Record<string, string>, isTerminal: boolean) =>
    choosePainter(flag, env, isTerminal)('red', 'x') !== 'x';

  it('is for terminals, unless somebody says otherwise', () => {
    expect(isColoured(undefined, {}, true)).toBe(true);
    expect(isColoured(undefined, {}, false)).toBe(false);
    expect(isColoured(undefined, { NO_COLOR: '1' }, true)).toBe(false);
    expect(isColoured(undefined, { FORCE_COLOR: '1' }, false)).toBe(true);
    expect(isColoured(undefined, { TERM: 'dumb' }, true)).toBe(false);
    expect(isColoured('always', { NO_COLOR: '1' }, false)).toBe(true);
    expect(isColoured('never', { FORCE_COLOR: '1' }, true)).toBe(false);
  });
});
