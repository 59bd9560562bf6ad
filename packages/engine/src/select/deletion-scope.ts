import { orderByDependency, type ResourceState, referencedUrns, type Urn } from '@radiant/model';
import { type Selection, Spread } from './selection.ts';

/** Which of the records that have lost their reason to be may be deleted now. */
export interface DeletionScope {
  admits(state: ResourceState): boolean;
  /** Whether a person has asked for it, rather than for something that cannot go without it. */
  lists(state: ResourceState): boolean;
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
  const neededAsWas = neededBy(
    states.filter((state) => reasonToStay(state) === 'unchanged'),
    states,
  );
  const needed = neededBy(states.filter(stays), states);
  return {
    admits: (state) => {
      if (isUntargeted(state) || stays(state)) return false;
      // Of a replaced resource it is the successor that others lean on.
      return !(state.disposition === 'superseded' ? neededAsWas : needed).has(state.urn);
    },
    lists: ({ urn }) => targets.isEmpty || targetsDependents || targets.matches(urn),
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

/** All that `roots` lean on, directly or not. */
function neededBy(roots: readonly ResourceState[], states: readonly ResourceState[]): ReadonlySet<Urn> {
  const needed = new Set<Urn>();
  if (roots.length === 0) return needed;
  const byUrn = Map.groupBy(states, ({ urn }) => urn);
  const open = [...roots];
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (const urn of referencedUrns(state))
      if (!needed.has(urn)) {
        needed.add(urn);
        open.push(...(byUrn.get(urn) ?? []));
      }
  return needed;
}
