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
    of: /^tour\/stage[0123]\/preview$/,
    at: /\/unknownReasons$/,
    reason: 'A preview also says why a value is not known yet, and what it waits for.',
  },
  {
    of: /\/calls( attached)?$/,
    at: /GetDeploymentInfo\[\d\]\/response\/supportedFeatures\[1[345]\]$/,
    reason: 'Byte strings, which no published SDK sends by itself, are not announced.',
  },
  {
    of: /^tour\/(stage0|stage2)\/calls( attached)?$/,
    at: /Handshake\[0\]\/request\/(rootDirectory|programDirectory)$/,
    reason: 'Dynamic providers are started in the folder of the program itself; there is no script of another folder.',
  },
  {
    of: /\/calls( attached)?$/,
    at: /Handshake\[\d\]\/request\/(supportsViews|acceptsByteString)$/,
    reason: 'Views and byte strings are not announced.',
  },
  {
    of: /\/calls( attached)?$/,
    at: /Handshake\[\d\]\/request\/(mapperTarget|loaderTarget|resolverTarget)$/,
    reason:
      'Schemas, mappings and packages are served to converters and generators alone, of which there are none yet.',
  },
  {
    of: /\/calls( attached)?$/,
    at: /ResourceProvider\.GetPluginInfo$/,
    reason: 'Nothing asks for the version that a plugin gives itself: the one that was asked for is recorded.',
  },
  {
    of: /\/(stage0|stage1|refresh-run-program|policy)\/calls( attached)?$/,
    at: /\/request\/(resourceStatusAddress|resourceStatusToken)$/,
    reason: 'Where a provider would publish views, which are not announced.',
  },
  {
    of: /\/calls attached$/,
    at: /ResourceProvider\.Attach$/,
    reason: 'The recorded provider was launched, not attached.',
  },
  {
    of: /^choices\/.*\/calls$/,
    at: /ResourceProvider\.Construct .*\/request\/stackTraceHandle$/,
    reason: 'The children of a remote component have the stack traces of the process that declares them.',
  },
  {
    of: /^choices\/.*\/calls$/,
    at: /ResourceProvider\.Call .*\/request\/organization$/,
    reason: 'A method is told the organization, as a construction is.',
  },
  {
    of: /^choices\/((stage0|stage1|target|replace)\/events|stage1\/preview)$/,
    at: /\/diagnostics(\/)?\[\d\]\/message$/,
    reason: 'A line that a program prints ends in one newline, not in two.',
  },
  {
    of: /^choices\/policy\/events$/,
    at: /\/steps\/.*(Stack::choices-dev|Shelf::shelf)\[2\]$/,
    reason: 'A preview tells of the end of a component once, when its outputs are known.',
  },
  {
    of: /^choices\/plan-refused\/events$/,
    at: /\/diagnostics\/\[0\]\/message$/,
    reason: 'The established engine tells of a component that it cut off; we say that the update failed.',
  },
  {
    of: /^choices\/destroy-run-program\/events$/,
    at: /Stack::choices-dev\[3\]\/metadata\/new\/outputs\/pages$/,
    reason: 'An output of the stack that is unknown after an operation stays what it was; an unknown is never kept.',
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

export interface Judgement {
  readonly unlisted: readonly Difference[];
  readonly vanished: readonly string[];
}

/** What is not on the list, and what is on the list and did not occur; both empty when all is as it should be. */
export function judge(of: string, found: readonly Difference[]): Judgement {
  const listed = knownDifferences.filter((known) => known.of.test(of));
  return {
    unlisted: found.filter(({ at }) => !listed.some((known) => known.at.test(at))),
    vanished: listed
      .filter((known) => known.occurs !== 'sometimes' && !found.some(({ at }) => known.at.test(at)))
      .map((known) => `${known.of} ${known.at}: ${known.reason}`),
  };
}
