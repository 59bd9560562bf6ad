import { expect, test } from 'vitest';
import { parsePropertyPath } from './property-path.ts';
import { type PropertyMap, Secret, Unknown } from './property-value.ts';
import { resetAtPath } from './reset-at-path.ts';

const reset = (olds: PropertyMap, news: PropertyMap, path: string) => resetAtPath(olds, news, parsePropertyPath(path)!);

test('takes the old value, and takes away what was not there', () => {
  const olds = { a: { b: 1, 'x.y': 1 }, list: [{ image: 'a' }, { image: 'b' }] };
  const news = { a: { b: 2, 'x.y': 2, added: true }, list: [{ image: 'c' }, { image: 'd' }], other: 1 };
  expect(reset(olds, news, 'a.b')).toEqual({ ...news, a: { ...news.a, b: 1 } });
  expect(reset(olds, news, 'a["x.y"]')).toEqual({ ...news, a: { ...news.a, 'x.y': 1 } });
  expect(reset(olds, news, 'a.added')).toEqual({ ...news, a: { b: 2, 'x.y': 2 } });
  expect(reset(olds, news, 'list[1].image')).toEqual({ ...news, list: [{ image: 'c' }, { image: 'b' }] });
  expect(reset(olds, news, 'list[0]')).toEqual({ ...news, list: [{ image: 'a' }, { image: 'd' }] });
  expect(reset(olds, news, 'list[*].image')).toEqual({ ...news, list: olds.list });
  expect(reset(olds, news, 'a.*')).toEqual({ ...news, a: olds.a });
  expect(reset(olds, news, '*')).toEqual(olds);
  expect(reset({ a: 1 }, {}, 'a')).toEqual({ a: 1 });
});

test('nothing on either side is no change', () => {
  for (const path of ['a', 'a.b', 'a.c[0]']) expect(reset({}, {}, path), path).toEqual({});
  expect(reset({}, { a: 1 }, 'a.b')).toEqual({ a: 1 });
  expect(reset({ list: [1] }, { list: [2] }, 'list[3]')).toEqual({ list: [2] });
});

test('a place on the way is not made, and a list keeps its length', () => {
  const lost: [PropertyMap, PropertyMap, string][] = [
    [{ a: { b: 1 } }, {}, 'a.b'],
    [{ a: { b: 1 } }, { a: 1 }, 'a.b'],
    [{ list: [1, 2] }, { list: [1] }, 'list[1]'],
    [{ list: [1] }, { list: [1, 2] }, 'list[*]'],
    [{ list: [{ a: 1 }] }, { list: [] }, 'list[0].a'],
    [{ list: [1] }, { list: { 0: 1 } }, 'list[0]'],
    [{ maps: { a: { x: 1 } } }, { maps: { b: { x: 1 } } }, 'maps.*.x'],
    [{ a: 1 }, { a: 2 }, ''],
  ];
  for (const [olds, news, path] of lost) expect(reset(olds, news, path), path).toBeUndefined();
});

test('what was secret stays secret, also when only what is around it was', () => {
  const olds = { a: new Secret({ b: 'old', list: ['old'] }) };
  const news = { a: { b: 'new', list: ['new'] } };
  expect(reset(olds, news, 'a.b')).toEqual({ a: { b: new Secret('old'), list: ['new'] } });
  expect(reset(olds, news, 'a.list[0]')).toEqual({ a: { b: 'new', list: [new Secret('old')] } });
  expect(reset(olds, news, 'a.*')).toEqual({ a: { b: new Secret('old'), list: new Secret(['old']) } });
  expect(reset({ a: { b: 'old' } }, { a: new Secret({ b: 'new' }) }, 'a.b')).toEqual({ a: new Secret({ b: 'old' }) });
});

test('what is not known yet is left for the update', () => {
  const news = { a: new Unknown() };
  expect(reset({ a: { b: 1 } }, news, 'a.b')).toEqual(news);
  expect(reset({ a: 1 }, news, 'a')).toEqual({ a: 1 });
});

test('a key called __proto__ is a key like any other', () => {
  const olds = JSON.parse('{"__proto__": {"a": 1}}');
  const news = JSON.parse('{"__proto__": {"a": 2}, "b": 1}');
  expect(JSON.stringify(reset(olds, news, '__proto__.a'))).toBe('{"__proto__":{"a":1},"b":1}');
});
