import fc from 'fast-check';

/** There in one of `rarity` cases; shrinks to not there. */
export function rarely<Value>(rarity: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(undefined), weight: rarity - 1 },
    { arbitrary: value, weight: 1 },
  );
}

export const isTrue = fc.constant(true as const);

/** Leaves out what is not there, so that a scenario reads as short as it is. */
export function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value;
}
