import { expect, test } from 'vitest';
import { applyJsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';

test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('RFC 7386: %j patched by %j is %j', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});

test('a JSON patch leaves its target as it was', () => {
  const target = { a: [1] };
  expect(applyJsonPatch(target, [{ op: 'add', path: '/a/-', value: 2 }])).toEqual({ a: [1, 2] });
  expect(target).toEqual({ a: [1] });
});

test.each([
  { name: 'a failed test', patch: [{ op: 'test', path: '/a', value: 2 }], code: 422 },
  { name: 'a missing path', patch: [{ op: 'remove', path: '/x/y' }], code: 422 },
  { name: 'an unknown operation', patch: [{ op: 'explode', path: '/a' }], code: 422 },
  { name: 'no list', patch: { op: 'add' }, code: 400 },
  {
    name: 'too many operations',
    patch: Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 })),
    code: 413,
  },
])('a JSON patch with $name is refused', ({ patch, code }) => {
  expect(() => applyJsonPatch({ a: 1 }, patch)).toThrow(expect.objectContaining({ code }));
});
