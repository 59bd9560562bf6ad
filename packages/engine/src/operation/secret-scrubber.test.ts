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

test('a secret of several lines is masked when it is told line by line', () => {
  const scrubber = new SecretScrubber();
  scrubber.addText('-----BEGIN KEY-----\n  MIIEvQIBADAN\nBgkq\r\nhkiG9w0BAQEF\r\n');
  expect(scrubber.scrub('  MIIEvQIBADAN')).toBe('  [secret]');
  expect(scrubber.scrub('\thkiG9w0BAQEF\r')).toBe('\t[secret]\r');
  expect(scrubber.scrub('{Bgkq}')).toBe('{Bgkq}');
});

test('secrets of any size are masked beside each other', () => {
  const scrubber = new SecretScrubber();
  const huge = '0123456789+/'.repeat(100_000);
  scrubber.add({ huge: new Secret(huge), one: new Secret('first'), other: new Secret('789+') });
  expect(scrubber.scrub(`<${huge}> is the first, +789+/`)).toBe('<[secret]> is the [secret], +[secret]/');
});

test('words too short or too common to be secrets of their own stay', () => {
  const scrubber = new SecretScrubber();
  scrubber.add({ a: new Secret('ab'), b: new Secret('true'), c: new Secret(7) });
  expect(scrubber.scrub('ab is true 7 times')).toBe('ab is true 7 times');
});
