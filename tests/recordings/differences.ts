import type { Difference } from './harness/compare.ts';

/** Where we differ from the recordings on purpose, or where a race decides. */
export interface KnownDifference {
  /** Of which comparisons: `tour/stage0/preview`. */
  readonly of: RegExp;
  /** Which places in them. */
  readonly at: RegExp;
  readonly reason: string;
  /** `sometimes`: whether it occurs is a race. Every other one must occur, or leave this list. */
  readonly occurs?: 'sometimes';
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    of: /^tour\/stage[023]\/preview$/,
    at: /\/unknownReasons$/,
    reason: 'A preview also says why a value is not known yet, and what it waits for.',
  },
  {
    of: /^tour\/stage2\/events$/,
    at: /\/diagnostics\/$/,
    reason: 'Every failed operation ends with "update failed"; the established engine leaves it out after a refusal.',
  },
  {
    of: /^tour\/(refresh|destroy)\/events$/,
    at: /Resource::asset\[\d\]\/metadata\/(old|new)\/outputs\/bundle\/assets\/a\.txt$/,
    reason:
      'Providers are told old assets by their hash alone, and answer a read with that. What an archive holds is kept all the same.',
  },
  {
    of: /^tour\/stage4\/export$/,
    at: /Stack::tour-dev\/outputs\/stage$/,
    occurs: 'sometimes',
    reason: 'Outputs of the stack count when they were told before a step failed.',
  },
  {
    of: /^tour\/stage5\/(preview|events)$/,
    at: /Stack::tour-dev.*\/(oldState|old)\/outputs\/stage$/,
    occurs: 'sometimes',
    reason: 'What stage 4 has left.',
  },
];

/** What is not on the list, and what is on the list and did not occur; both empty when all is as it should be. */
export function judge(of: string, found: readonly Difference[]): { unlisted: Difference[]; vanished: string[] } {
  const listed = knownDifferences.filter((known) => known.of.test(of));
  return {
    unlisted: found.filter(({ at }) => !listed.some((known) => known.at.test(at))),
    vanished: listed
      .filter((known) => known.occurs !== 'sometimes' && !found.some(({ at }) => known.at.test(at)))
      .map((known) => `${known.of} ${known.at}: ${known.reason}`),
  };
}
