import { expect, test } from 'vitest';
import { childUrn, isOfType, parseUrn, stackUrn, urnName, urnType } from './urn.ts';

test('a URN names its stack, project, types and name, and a name may hold the delimiter', () => {
  const urn = childUrn('dev', 'shop', undefined, 'kubernetes:core/v1:ConfigMap', 'a::b');
  expect(urn).toBe('urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::a::b');
  expect(urnName(urn)).toBe('a::b');
  expect(urnType(urn)).toBe('kubernetes:core/v1:ConfigMap');
});

test("a child's URN carries the types of its ancestors, without the stack's", () => {
  const stack = stackUrn('dev', 'shop');
  const component = childUrn('dev', 'shop', stack, 'custom:app:Microservice', 'day');
  const child = childUrn('dev', 'shop', component, 'kubernetes:apps/v1:Deployment', 'day');
  expect(component).toBe('urn:pulumi:dev::shop::custom:app:Microservice::day');
  expect(child).toBe('urn:pulumi:dev::shop::custom:app:Microservice$kubernetes:apps/v1:Deployment::day');
  expect(urnType(child)).toBe('kubernetes:apps/v1:Deployment');
});

test('a URN is of its type, also when the type of a component holds the delimiters', () => {
  const component = childUrn('dev', 'shop', undefined, 'Acme::Shop$Front', 'day');
  const child = childUrn('dev', 'shop', component, 'Acme::Part', 'x');
  expect(isOfType(component, 'Acme::Shop$Front')).toBe(true);
  expect(isOfType(child, 'Acme::Part')).toBe(true);
  expect(isOfType(child, 'Acme::Par')).toBe(false);
  expect(isOfType(component, 'Shop$Front')).toBe(false);
});

test('text that is no URN parses to undefined', () => {
  for (const text of ['', 'urn:pulumi:a', 'urn:pulumi:a::b', 'urn:pulumi:a::b::c', 'urn:other:a::b::c::d']) {
    expect(parseUrn(text), text).toBeUndefined();
  }
});
