import fc from 'fast-check';
import { compact, isTrue, rarely } from './arbitrary.ts';
import { program } from './generate-program.ts';
import {
  type Fault,
  type FaultKind,
  type Flags,
  letters,
  type MoveKind,
  type Pattern,
  type Scenario,
  type Tampering,
  type Turn,
  tamperingKinds,
} from './scenario.ts';

const faultKinds: readonly FaultKind[] = [
  'fails',
  'fails-strangely',
  'in-doubt-before',
  'in-doubt-after',
  'never-ready',
  'drain',
  'terminate',
  'drain-and-terminate',
  'crash-before',
  'crash-after',
  'journal-fails',
  'provider-missing',
];

const fault: fc.Arbitrary<Fault> = fc
  .record({ kind: fc.constantFrom(...faultKinds), at: fc.nat(12), countsAll: rarely(4, isTrue) })
  .map((spec) => compact(spec) as Fault);

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
    supportsPreview: rarely(6, fc.constant(false)),
    wantsRefresh: rarely(6, isTrue),
    forgetsSources: rarely(6, isTrue),
    parallel: rarely(4, fc.constantFrom(1, 2)),
    turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
  })
  .map((spec) => compact(spec) as Scenario);
