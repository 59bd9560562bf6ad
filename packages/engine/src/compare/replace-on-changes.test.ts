import type { Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { applyReplaceOnChanges, parseOptionPaths } from './replace-on-changes.ts';

const urn = 'urn:pulumi:s::p::a:b:C::n' as Urn;
const paths = (...texts: string[]) => parseOptionPaths(texts, 'replaceOnChanges', urn);
const some = { kind: 'some', replaceKeys: [], deleteBeforeReplace: false, diffs: ['spec'] } as const;
const inputs = { olds: { spec: { a: 1, b: 1 } }, news: { spec: { a: 2, b: 1 } } };

test('a change under a path becomes a replacement in the detailed difference and among the keys', () => {
  const detailedDiff = { 'spec.a': { kind: 'update', isInputDiff: false } } as const;
  const diff = applyReplaceOnChanges({ ...some, detailedDiff }, paths('spec.a'), inputs, false);
  expect(diff).toMatchObject({ replaceKeys: ['spec'], detailedDiff: { 'spec.a': { kind: 'update-replace' } } });
});

test('where the provider does not say what differs, the inputs are compared', () => {
  expect(applyReplaceOnChanges(some, paths('spec.a'), inputs, false)?.replaceKeys).toEqual(['spec']);
  expect(applyReplaceOnChanges(some, paths('spec.b'), inputs, false)?.replaceKeys).toEqual([]);
});

test('a star means every change, and #initerror one that never became ready', () => {
  expect(applyReplaceOnChanges(some, paths('*'), inputs, false)?.replaceKeys).toEqual(['spec']);
  expect(applyReplaceOnChanges(undefined, paths('#initerror'), inputs, true)?.replaceKeys).toEqual(['#initerror']);
  expect(applyReplaceOnChanges(undefined, paths('#initerror'), inputs, false)).toBeUndefined();
});

test('no path, no change', () => {
  expect(applyReplaceOnChanges(some, [], inputs, true)).toBe(some);
});
