import { Secret } from '@radiant/model';
import { expect, test } from 'vitest';
import { SecretScrubber } from './secret-scrubber.ts';

test('every secret text that was met is masked, the longest first, and as JSON would write it', () => {
  const scrubber = new SecretScrubber();
  scrubber.add({ a: new Secret('abc'), list: [new Secret({ deep: ['abcdef', 'a "quoted"\nline'] })], open: 'shown' });
  scrubber.addText('p(l)a.in*');
  expect(scrubber.scrub('abc abcdef p(l)a.in* shown {"x":"a \\"quoted\\"\\nline"}')).toBe(
    '[secret] [secret] [secret] shown {"x":"[secret]"}',
  );
});

test('values are only looked at when there is something to scrub', () => {
  const scrubber = new SecretScrubber();
  let looked = 0;
  scrubber.addLazily(() => {
    looked += 1;
    return [new Secret('later')];
  });
  expect(looked).toBe(0);
  expect(scrubber.scrub('later')).toBe('[secret]');
  expect(scrubber.scrub('later')).toBe('[secret]');
  expect(looked).toBe(1);
});

test('words too short or too common to be secrets of their own stay', () => {
  const scrubber = new SecretScrubber();
  scrubber.add({ a: new Secret('ab'), b: new Secret('true'), c: new Secret(7) });
  expect(scrubber.scrub('ab is true 7 times')).toBe('ab is true 7 times');
});
