import {
  orderByDependency,
  parseProviderReference,
  type ResourceState,
  referencedUrns,
  type Urn,
} from '@radiant/model';
import { type Selection, Spread } from './selection.ts';

/** Which of the records that have lost their reason to be may be deleted now. */
export interface DeletionScope {
  admits(state: ResourceState): boolean;
  /** Whether a person has asked for it, rather than for something that cannot go without it. */
  lists(state: ResourceState): boolean;
  /** Whether something that stays leans on it. */
  holds(state: ResourceState): boolean;
}

/**
 * Targets go with all that leans on them; whatever stays keeps all that it leans on (engine reference 7.5, 7.6).
 * `reasonToStay`: of what stays for another reason. What was to be changed and was not may still work with what has been
 * replaced.
 */
export function deletionScope(
  selection: Selection,
  states: readonly ResourceState[],
  reasonToStay: (state: ResourceState) => ReasonToStay | undefined,
): DeletionScope {
  const { targets, excludes, targetsDependents, excludesDependents } = selection;
  const isUntargeted = targets.isEmpty ? () => false : not(spreadOver(states, new Spread(targets, true)));
  const isExcluded = excludes.isEmpty ? () => false : spreadOver(states, new Spread(excludes, excludesDependents));
  const stays = (state: ResourceState) => reasonToStay(state) !== undefined || isExcluded(state);
  const byUrn = Map.groupBy(states, ({ urn }) => urn);
  const needed = new Set([
    ...neededBy(states.filter(stays), byUrn, inUse),
    // What was to follow to a successor and has not may still work with the former generation.
    ...neededBy(
      states.filter((state) => reasonToStay(state) === 'unchanged'),
      byUrn,
      (generations) => generations,
    ),
  ]);
  return {
    admits: (state) => !isUntargeted(state) && !stays(state) && !needed.has(state),
    lists: ({ urn }) => targets.isEmpty || targetsDependents || targets.matches(urn),
    holds: (state) => needed.has(state),
  };
}

/** `kept`: it is as it should be. `unchanged`: it was to be changed, and that failed. */
export type ReasonToStay = 'kept' | 'unchanged';

type Test = (state: ResourceState) => boolean;

function not(test: Test): Test {
  return (state) => !test(state);
}

function spreadOver(states: readonly ResourceState[], spread: Spread): Test {
  const taken = new Set<Urn>();
  for (const state of orderByDependency(states)) if (spread.takes(state)) taken.add(state.urn);
  return ({ urn }) => taken.has(urn);
}

type Generations = readonly ResourceState[];

/** All that `roots` lean on, directly or not; `choose`: which of the generations of a URN they mean. */
function neededBy(
  roots: readonly ResourceState[],
  byUrn: ReadonlyMap<Urn, Generations>,
  choose: (generations: Generations) => Generations,
): ReadonlySet<ResourceState> {
  const needed = new Set<ResourceState>();
  const open = [...roots];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const server = parseProviderReference(state.provider);
    for (const urn of referencedUrns(state)) {
      const generations = byUrn.get(urn) ?? [];
      // Of a provider, records say which generation serves them.
      const exact = urn === server?.urn ? generations.filter(({ id }) => id === server.id) : [];
      // What stays may live in a former generation of its host, and would go with it.
      const meant = urn === state.deletedWith ? generations : choose(generations);
      for (const need of exact.length > 0 ? exact : meant)
        if (!needed.has(need)) {
          needed.add(need);
          open.push(need);
        }
    }
  }
  return needed;
}

/** Of a replaced resource it is the successor that others lean on. */
function inUse(generations: Generations): Generations {
  const current = generations.filter(({ disposition }) => disposition !== 'superseded');
  return current.length > 0 ? current : generations;
}
