import fc from 'fast-check';
import {
  type Fault,
  type FaultKind,
  type Flags,
  type Letter,
  letters,
  type MoveKind,
  type Pattern,
  type ProgramSpec,
  type ProviderSpec,
  type ResourceSpec,
  type Scenario,
  type Tampering,
  type Turn,
  tamperingKinds,
} from './scenario.ts';

/** There in one of `rarity` cases; shrinks to not there. */
function rarely<Value>(rarity: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(undefined), weight: rarity - 1 },
    { arbitrary: value, weight: 1 },
  );
}

const isTrue = fc.constant(true as const);

/** Leaves out what is not there, so that a scenario reads as short as it is. */
function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value;
}

function resource(letter: Letter): fc.Arbitrary<ResourceSpec> {
  const before = letters.slice(0, letters.indexOf(letter));
  const reference = (rarity: number) =>
    before.length === 0 ? fc.constant(undefined) : rarely(rarity, fc.constantFrom(...before));
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
      parent: rarely(2, fc.constantFrom('group' as const, 'inner' as const)),
      provider: rarely(6, fc.constantFrom('p1' as const, 'p2' as const)),
      protect: rarely(12, isTrue),
      retain: rarely(12, isTrue),
      deleteBeforeReplace: rarely(8, fc.boolean()),
      ignoresSize: rarely(12, isTrue),
      replacesOnSize: rarely(12, isTrue),
      hasSecret: rarely(5, isTrue),
      hidesSerial: rarely(10, isTrue),
      adopts: rarely(25, isTrue),
    })
    .map((spec) => compact(spec) as ResourceSpec);
}

const provider: fc.Arbitrary<ProviderSpec> = fc
  .record({ region: fc.nat(1), target: rarely(4, fc.constantFrom(...letters)) })
  .map((spec) => compact(spec) as ProviderSpec);

const program: fc.Arbitrary<ProgramSpec> = fc
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
    throwsAfter: rarely(15, fc.nat(letters.length)),
    exports: rarely(3, fc.constantFrom(...letters)),
  })
  .map((spec) => compact(spec) as ProgramSpec);

const faultKinds: readonly FaultKind[] = [
  'fails',
  'fails-strangely',
  'in-doubt-before',
  'in-doubt-after',
  'never-ready',
  'drain',
  'terminate',
  'crash-before',
  'crash-after',
  'journal-fails',
  'provider-missing',
];

const fault: fc.Arbitrary<Fault> = fc.record({ kind: fc.constantFrom(...faultKinds), at: fc.nat(12) });

const tampering: fc.Arbitrary<Tampering> = fc.record({
  kind: fc.constantFrom(...tamperingKinds),
  letter: fc.constantFrom(...letters),
});

const moves: fc.Arbitrary<MoveKind> = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.constant('up' as const), weight: 12 },
  { arbitrary: fc.constant('up --refresh' as const), weight: 2 },
  { arbitrary: fc.constant('up --plan' as const), weight: 3 },
  { arbitrary: fc.constant('preview' as const), weight: 1 },
  { arbitrary: fc.constant('refresh' as const), weight: 2 },
  { arbitrary: fc.constant('destroy' as const), weight: 2 },
);

const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.constantFrom<Pattern>(...letters), weight: 5 },
  { arbitrary: fc.constantFrom(...letters).map((letter): Pattern => `**::*${letter}`), weight: 3 },
  {
    arbitrary: fc.constantFrom<Pattern>('**', '**::p1', '**:Group::*', '**$test:index:Seeded::*', 'urn:*:dev::*::*::*'),
    weight: 2,
  },
);

const patterns = (rarity: number) => rarely(rarity, fc.array(pattern, { minLength: 1, maxLength: 3 }));

const flags: fc.Arbitrary<Flags> = fc
  .record({
    targets: patterns(3),
    targetDependents: rarely(2, isTrue),
    excludes: patterns(3),
    excludeDependents: rarely(2, isTrue),
    replaces: patterns(5),
    targetReplaces: patterns(8),
    continueOnError: rarely(3, isTrue),
    ignoreProtect: rarely(5, isTrue),
    excludeProtected: rarely(5, isTrue),
    runProgram: rarely(3, isTrue),
  })
  .map((said) => compact(withoutContradiction(said)) as Flags);

/** Targets and excludes are not given together. */
function withoutContradiction<Said extends { readonly [flag in keyof Flags]: unknown }>(said: Said): Said {
  const hasTargets = said.targets !== undefined || said.targetReplaces !== undefined;
  return hasTargets ? { ...said, excludes: undefined } : said;
}

const turn: fc.Arbitrary<Turn> = fc
  .record({
    move: moves,
    program,
    flags: rarely(3, flags),
    fault: rarely(2, fault),
    tampering: rarely(4, fc.array(tampering, { minLength: 1, maxLength: 3 })),
  })
  .map((spec) => compact(spec) as Turn);

export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(1_000_000),
    named: fc.subarray([...letters]),
    acceptsSecrets: rarely(4, fc.constant(false)),
    canLookUp: rarely(6, fc.constant(false)),
    turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
  })
  .map((spec) => compact(spec) as Scenario);
