import { Secret, Unknown } from '@radiant/model';
import { expect, test } from 'vitest';
import { structuralDiff, topLevelKeys } from './structural-diff.ts';

const kinds = (diff: ReturnType<typeof structuralDiff>) =>
  Object.fromEntries(Object.entries(diff).map(([path, { kind }]) => [path, kind]));

test('values are compared path by path, through secrets', () => {
  const olds = { a: 1, gone: true, deep: { list: [1, 2, 3] }, token: new Secret('x'), 'dotted.key': { in: 1 } };
  const news = { a: 1, added: null, deep: { list: [1, 5] }, token: 'x', 'dotted.key': { in: 2 } };
  expect(kinds(structuralDiff(olds, news))).toEqual({
    gone: 'delete',
    'deep.list[1]': 'update',
    'deep.list[2]': 'delete',
    '["dotted.key"].in': 'update',
    added: 'add',
  });
});

test('what is unknown differs from everything, itself included', () => {
  expect(kinds(structuralDiff({ a: 1, b: 2 }, { a: new Unknown(), b: 2 }))).toEqual({ a: 'update' });
});

test('a key called __proto__ is a key like any other', () => {
  const news = JSON.parse('{"__proto__": 1}');
  expect(Object.keys(structuralDiff({}, news))).toEqual(['__proto__']);
});

test('top-level keys are read off the paths', () => {
  const diff = structuralDiff({}, { a: 1, 'b.c': 2 });
  expect(topLevelKeys({ ...diff, 'a.x[0]': { kind: 'update', isInputDiff: true } })).toEqual(['a', 'b.c']);
});
