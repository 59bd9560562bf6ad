import { expect, test } from 'vitest';
import { isRandom, nameOf, type PatternContext, parsePattern } from './name-pattern.ts';

const context: PatternContext = {
  organization: 'org',
  project: 'proj',
  stack: 'dev',
  config: (key) => `<${key}>`,
};
const seed = Buffer.from('test seed');
const name = (pattern: string) => nameOf(parsePattern(pattern, context), 'myresource', seed);

test.each([
  ['${name}-${hex(4)}', 'myresource-f93c'],
  ['${name}-${alphanum(5)}', 'myresource-3ufv0'],
  ['${name}-${string(6)}', 'myresource-xgtfme'],
  ['${num(7)}_${name}', '5657624_myresource'],
  ['${uuid}', 'f93c359b-82a2-9def-ec84-776cd822c95a'],
])('%s names a resource as the established engine does', (pattern, expected) => {
  expect(name(pattern)).toBe(expected);
});

test('chance is drawn kind by kind, wherever the parts stand, and all UUIDs are one', () => {
  expect(name('${uuid} ${num(2)} ${hex(3)} ${uuid}')).toBe(
    `${name('${hex(3)}${num(2)}${uuid}').slice(5)} ${name('${hex(3)}${num(2)}').slice(3)} f93 ` +
      name('${hex(3)}${num(2)}${uuid}').slice(5),
  );
});

test('the stack`s own facts and configuration are put in', () => {
  expect(name('${organization}/${project}/${stack}/${config.region}/${config.a.b}')).toBe(
    'org/proj/dev/<region>/<a.b>',
  );
});

test('only a pattern with a random part gives two names for one resource', () => {
  expect(isRandom(parsePattern('${name}-${stack}', context))).toBe(false);
  expect(isRandom(parsePattern('${name}-${hex(1)}', context))).toBe(true);
});

test('a name that looks like a pattern is taken as it is', () => {
  expect(nameOf(parsePattern('x-${name}', context), '${hex(4)}', seed)).toBe('x-${hex(4)}');
});

test.each([
  ['${random(8)}', 'there is no expression "${random(8)}"'],
  ['${hex}', 'there is no expression "${hex}"'],
  ['${name', 'the expression "${name" is not closed'],
  ['${hex(99999)}', '"${hex(99999)}" asks for more than 1024 letters'],
])('%s is refused', (pattern, problem) => {
  expect(() => parsePattern(pattern, context)).toThrow(problem);
});
