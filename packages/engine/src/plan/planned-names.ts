import type { Plan, ResourceState, Urn } from '@radiant/model';
import { aliasUrns, type Naming } from '../register/aliases.ts';

/**
 * The URNs that planned resources are recorded under and will be found by, to those that they are declared and planned by.
 * What happens to a record before its resource is declared happens under the first.
 */
export function plannedNames(
  { resources }: Plan,
  naming: Naming,
  recorded: readonly ResourceState[],
): ReadonlyMap<Urn, Urn> {
  const live = new Set(recorded.filter(({ disposition }) => disposition !== 'superseded').map(({ urn }) => urn));
  const found = new Map<Urn, Urn | undefined>();
  const formerName = (urn: Urn): Urn | undefined => {
    if (!found.has(urn)) {
      // Aliases of a plan may name each other's resources as parents in a circle.
      found.set(urn, undefined);
      found.set(urn, look(urn));
    }
    return found.get(urn);
  };
  const look = (urn: Urn): Urn | undefined => {
    const goal = resources.get(urn)?.goal;
    if (goal === undefined || live.has(urn)) return undefined;
    return aliasUrns(naming, goal, formerName).find((alias) => live.has(alias));
  };
  const names = new Map<Urn, Urn>();
  for (const urn of resources.keys()) {
    const former = formerName(urn);
    if (former !== undefined) names.set(former, urn);
  }
  return names;
}
