import { expect, test } from 'vitest';
import { formatPropertyPath, parsePropertyPath, pathContains } from './property-path.ts';

test('property paths parse and print back as they were', () => {
  for (const text of ['a', 'a.b', 'a[0].b', 'a["b.c"].d', 'a[*].b', 'metadata.annotations["app.kubernetes.io/name"]']) {
    expect(formatPropertyPath(parsePropertyPath(text)!)).toBe(text);
  }
});

test('broken paths are none', () => {
  for (const text of ['a[', 'a[b]', 'a["b]', 'a..[x']) expect(parsePropertyPath(text), text).toBeUndefined();
});

test('a path contains what lies under it, and a wildcard stands for one step', () => {
  const contains = (a: string, b: string) => pathContains(parsePropertyPath(a)!, parsePropertyPath(b)!);
  expect(contains('spec', 'spec.replicas')).toBe(true);
  expect(contains('spec.containers[*].image', 'spec.containers[3].image')).toBe(true);
  expect(contains('spec.containers[*].image', 'spec.containers')).toBe(false);
  expect(contains('*', 'anything.below')).toBe(true);
});
