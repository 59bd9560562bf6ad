import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { structNamed } from '../../schema/kube-types.ts';
import { compareFields, isSame } from './compare.ts';
import {
  difference,
  equalSets,
  type FieldSet,
  FieldSetBuilder,
  intersection,
  isMember,
  paths,
  pathText,
  union,
  withNamedFields,
  withoutSubtrees,
} from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { mergeFields, removeFields } from './merge.ts';

const setOf = (...list: string[][]): FieldSet => {
  const builder = new FieldSetBuilder();
  for (const path of list) builder.insert(path);
  return builder.build();
};

const path = fc.array(fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}'), { minLength: 1, maxLength: 4 });
const anySet = fc.array(path, { maxLength: 12 });
const keys = (set: FieldSet) => new Set(paths(set).map((one) => one.join('/')));

describe('sets of fields behave as sets of paths', () => {
  test('union, intersection and difference', () => {
    fc.assert(
      fc.property(anySet, anySet, (a, b) => {
        const left = setOf(...a);
        const right = setOf(...b);
        expect(keys(union(left, right))).toEqual(keys(left).union(keys(right)));
        expect(keys(intersection(left, right))).toEqual(keys(left).intersection(keys(right)));
        expect(keys(difference(left, right))).toEqual(keys(left).difference(keys(right)));
      }),
    );
  });

  test('are equal however they were made', () => {
    fc.assert(
      fc.property(anySet, (list) => {
        expect(equalSets(setOf(...list), setOf(...list.toReversed()))).toBe(true);
        expect(equalSets(union(setOf(...list), {}), setOf(...list))).toBe(true);
      }),
    );
  });

  test('a subtree is cut with all that is in it', () => {
    fc.assert(
      fc.property(anySet, path, (list, cut) => {
        const left = withoutSubtrees(setOf(...list), setOf(cut));
        const inside = (one: string) => `${one}/`.startsWith(`${cut.join('/')}/`);
        expect(keys(left)).toEqual(new Set([...keys(setOf(...list))].filter((one) => !inside(one))));
      }),
    );
  });
});

test('a node with children is a member when it says so', () => {
  expect(isMember({ '.': {}, 'f:a': {} })).toBe(true);
  expect(isMember({ 'f:a': {} })).toBe(false);
  expect(isMember({})).toBe(true);
});

test('paths are printed as the API server prints them', () => {
  const text = pathText(['f:spec', 'f:containers', 'k:{"containerPort":80,"protocol":"TCP"}', 'f:name', 'v:"x"']);
  expect(text).toBe('.spec.containers[containerPort=80,protocol="TCP"].name[="x"]');
});

describe('for any two pod specs', () => {
  const podSpec = structNamed('core.v1.PodSpec');
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const named = <T extends object>(fields: fc.Arbitrary<T>) =>
    fc.uniqueArray(
      fc.record({ name }).chain((identity) => fields.map((rest) => ({ ...identity, ...rest }))),
      {
        selector: (item) => item.name,
        maxLength: 4,
      },
    );
  const spec = fc.record(
    {
      containers: named(
        fc.record(
          {
            image: fc.constantFrom('x', 'y'),
            args: fc.array(fc.constantFrom('1', '2'), { maxLength: 2 }),
            env: named(fc.record({ value: fc.constantFrom('v', 'w') })),
          },
          { requiredKeys: [] },
        ),
      ),
      nodeSelector: fc.dictionary(name, fc.constantFrom('1', '2'), { noNullPrototype: true }),
      hostNetwork: fc.boolean(),
      securityContext: fc.record({ runAsUser: fc.constantFrom(1, 2) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  test('merging has everything the second says', () => {
    fc.assert(
      fc.property(spec, spec, (live, config) => {
        const merged = mergeFields(live, config, podSpec);
        // An empty map in the configuration may be a full one in the result.
        const missing = difference(fieldsOf(config, podSpec), withNamedFields(fieldsOf(merged, podSpec), podSpec));
        expect(paths(missing)).toEqual([]);
        expect(isSame(compareFields(merged, mergeFields(merged, config, podSpec), podSpec))).toBe(true);
      }),
    );
  });

  test('removing what the second says leaves none of it', () => {
    fc.assert(
      fc.property(spec, spec, (live, config) => {
        const fields = fieldsOf(config, podSpec);
        const left = removeFields(live, fields, podSpec) ?? {};
        expect(paths(intersection(fieldsOf(left, podSpec), fields))).toEqual([]);
      }),
    );
  });

  test('comparing finds a difference exactly when there is one', () => {
    fc.assert(
      fc.property(spec, (one) => {
        expect(isSame(compareFields(one, structuredClone(one), podSpec))).toBe(true);
      }),
    );
  });
});
