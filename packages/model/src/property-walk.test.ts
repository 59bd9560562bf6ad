import { expect, test } from 'vitest';
import { OutputValue, type PropertyMap, Secret, Unknown } from './property-value.ts';
import { containsSecret, containsUnknown, lowerOutputValues, propertyEquals, revealSecrets } from './property-walk.ts';

test('unknowns equal nothing, not even themselves', () => {
  const unknown = new Unknown();
  expect(propertyEquals({ a: unknown }, { a: unknown })).toBe(false);
});

test('secrets equal by content and differ from the same value in the clear', () => {
  expect(propertyEquals(new Secret('a'), new Secret('a'))).toBe(true);
  expect(propertyEquals(new Secret('a'), 'a')).toBe(false);
});

test('output values become unknown, secret or plain', () => {
  const lowered = lowerOutputValues({
    known: new OutputValue(1, false, []),
    secret: new OutputValue('s', true, []),
    unknown: new OutputValue(undefined, false, []),
  });
  expect(lowered.known).toBe(1);
  expect(lowered.secret).toEqual(new Secret('s'));
  expect(lowered.unknown).toBeInstanceOf(Unknown);
});

test('secrets and unknowns are found at any depth', () => {
  const value: PropertyMap = { a: [{ b: new Secret(new Unknown()) }] };
  expect(containsSecret(value)).toBe(true);
  expect(containsUnknown(value)).toBe(true);
  expect(containsSecret(revealSecrets({ a: new Secret({ b: new Secret(1) }) }))).toBe(false);
});

test('a key named __proto__ is a key like any other', () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}') as PropertyMap;
  const revealed = revealSecrets({ inner: value, s: new Secret(1) });
  expect(Object.hasOwn(revealed.inner as object, '__proto__')).toBe(true);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a secret prints as [secret], however it is printed', () => {
  expect(JSON.stringify({ a: new Secret('x') })).toBe('{"a":"[secret]"}');
  expect(`${new Secret('x')}`).toBe('[secret]');
});
