import type { PropertyMap } from '@radiant/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kubeKind } from '../kinds/resource-kind.ts';
import { pruneToInputs } from '../properties/shape.ts';
import { toJson } from '../properties/to-json.ts';
import { compareProperties } from './compare.ts';

const kinds = [kubeKind('apps/v1', 'Deployment'), kubeKind('example.com/v1', 'Widget')];

/** Objects with the field names that mean something to the comparison, and any other shape under them. */
const field = fc.constantFrom('spec', 'containers', 'env', 'ports', 'limits', 'name', 'value', 'a', '__proto__', '');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('1000m', '1')),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(field, tie('value'), { maxKeys: 4 }),
  ),
}));
const object = fc.dictionary(field, value, { maxKeys: 4 }) as fc.Arbitrary<PropertyMap>;
const kind = fc.constantFrom(...kinds);

test('nothing differs from itself', () => {
  fc.assert(
    fc.property(kind, object, (kind, inputs) => {
      expect(compareProperties(kind, inputs, structuredClone(inputs) as PropertyMap)).toEqual([]);
    }),
    { seed: 1 },
  );
});

test('what differs one way differs the other way', () => {
  fc.assert(
    fc.property(kind, object, object, (kind, a, b) => {
      expect(compareProperties(kind, a, b).length === 0).toBe(compareProperties(kind, b, a).length === 0);
    }),
    { seed: 2 },
  );
});

test('an object in its own shape is itself', () => {
  fc.assert(
    fc.property(kind, object, (kind, inputs) => {
      expect(compareProperties(kind, inputs, pruneToInputs(kind, inputs, inputs))).toEqual([]);
    }),
    { seed: 3 },
  );
});

test('what is sent says what was asked for', () => {
  fc.assert(
    fc.property(object, (inputs) => {
      expect(JSON.stringify(toJson(inputs, false))).toBe(JSON.stringify(inputs));
    }),
    { seed: 4 },
  );
});
