import type { ResourceState, Urn } from '@radiant/model';

/**
 * The state without mentions of what no longer stands: it depends on it no more, and belongs to the nearest ancestor that
 * is left. The state itself when all it mentions stands.
 */
export function pruneReferences(
  state: ResourceState,
  stands: (urn: Urn) => boolean,
  parentOf: (urn: Urn) => Urn | undefined,
): ResourceState {
  const { parent, deletedWith, ...rest } = state;
  const isUntouched =
    state.dependencies.every(stands) &&
    state.replaceWith.every(stands) &&
    Object.values(state.propertyDependencies).every((urns) => urns.every(stands)) &&
    (parent === undefined || stands(parent)) &&
    (deletedWith === undefined || stands(deletedWith));
  if (isUntouched) return state;
  let ancestor = parent;
  while (ancestor !== undefined && !stands(ancestor)) ancestor = parentOf(ancestor);
  const kept = Object.entries(state.propertyDependencies).map(([key, urns]) => [key, urns.filter(stands)]);
  return {
    ...rest,
    ...(ancestor === undefined ? {} : { parent: ancestor }),
    ...(deletedWith === undefined || !stands(deletedWith) ? {} : { deletedWith }),
    dependencies: state.dependencies.filter(stands),
    replaceWith: state.replaceWith.filter(stands),
    propertyDependencies: Object.fromEntries(kept),
  };
}
