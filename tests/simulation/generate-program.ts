import fc from 'fast-check';
import { compact, isTrue, rarely } from './arbitrary.ts';
import { mirrored } from './mirror.ts';
import {
  hookConducts,
  hookMoments,
  type Letter,
  letters,
  type Place,
  type ProgramSpec,
  type ProviderSpec,
  type ResourceSpec,
  transformKinds,
} from './scenario.ts';

function resource(letter: Letter): fc.Arbitrary<ResourceSpec> {
  const before = letters.slice(0, letters.indexOf(letter));
  const reference = (rarity: number) =>
    before.length === 0 ? fc.constant(undefined) : rarely(rarity, fc.constantFrom(...before));
  const groups = fc.constantFrom<Place>('group', 'inner');
  const parent =
    before.length === 0
      ? groups
      : fc.oneof({ arbitrary: groups, weight: 3 }, { arbitrary: fc.constantFrom<Place>(...before), weight: 1 });
  const trigger =
    before.length === 0
      ? fc.constantFrom('x', 'y')
      : fc.oneof(fc.constantFrom('x', 'y'), fc.record({ of: fc.constantFrom(...before) }));
  return fc
    .record({
      form: fc.oneof(
        { withCrossShrink: true },
        { arbitrary: fc.constant('custom' as const), weight: 18 },
        { arbitrary: fc.constant('component' as const), weight: 1 },
        { arbitrary: fc.constant('remote' as const), weight: 1 },
        { arbitrary: fc.constant('read' as const), weight: 1 },
      ),
      isRenamed: rarely(10, isTrue),
      size: rarely(2, fc.constant(1)),
      kind: rarely(3, fc.constant(1)),
      of: reference(3),
      fixedTo: reference(3),
      fixedOn: reference(8),
      after: reference(3),
      replaceWith: reference(10),
      deletedWith: reference(10),
      trigger: rarely(10, trigger),
      parent: rarely(2, parent),
      provider: rarely(6, fc.constantFrom('p1' as const, 'p2' as const)),
      protect: rarely(12, isTrue),
      retain: rarely(12, isTrue),
      deleteBeforeReplace: rarely(8, fc.boolean()),
      ignoresSize: rarely(12, isTrue),
      replacesOnSize: rarely(12, isTrue),
      hasSecret: rarely(5, isTrue),
      hidesSerial: rarely(10, isTrue),
      adopts: rarely(25, isTrue),
      hooks: rarely(6, fc.subarray([...hookMoments], { minLength: 1 })),
      hasErrorHook: rarely(8, isTrue),
      transform: rarely(12, fc.constantFrom(...transformKinds)),
    })
    .map((spec) => compact(spec) as ResourceSpec);
}

const provider: fc.Arbitrary<ProviderSpec> = fc
  .record({ region: fc.nat(1), target: rarely(4, fc.constantFrom(...letters)) })
  .map((spec) => compact(spec) as ProviderSpec);

const transform = fc.constantFrom(...transformKinds);
const conduct = fc.constantFrom(...hookConducts);

export const program: fc.Arbitrary<ProgramSpec> = fc
  .record({
    ...Object.fromEntries(
      letters.map((letter) => [
        letter,
        fc.oneof(
          { withCrossShrink: true },
          { arbitrary: fc.constant(undefined), weight: 1 },
          { arbitrary: resource(letter), weight: 4 },
        ),
      ]),
    ),
    providers: rarely(2, fc.record({ p1: provider, p2: rarely(2, provider) }).map(compact)),
    isGroupRenamed: rarely(5, isTrue),
    isReversed: rarely(8, isTrue),
    throwsAfter: rarely(15, fc.nat(letters.length)),
    exports: rarely(3, fc.constantFrom(...letters)),
    transforms: rarely(8, fc.record({ stack: rarely(2, transform), group: rarely(2, transform) }).map(compact)),
    hooks: rarely(5, fc.record(Object.fromEntries(letters.map((letter) => [letter, rarely(3, conduct)]))).map(compact)),
  })
  .map((spec) => compact(spec) as ProgramSpec)
  .map((spec) => (spec.isReversed === true ? mirrored(spec) : spec));
