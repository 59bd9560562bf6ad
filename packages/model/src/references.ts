import { formatProviderReference, parseProviderReference } from './provider-reference.ts';
import type { ResourceState } from './resource-state.ts';
import type { Urn } from './urn.ts';

/** `state` with every URN it refers to (not its own) passed through `rename`; the state itself when none differs. */
export function renameReferences(state: ResourceState, rename: (urn: Urn) => Urn): ResourceState {
  const parent = state.parent === undefined ? undefined : rename(state.parent);
  const deletedWith = state.deletedWith === undefined ? undefined : rename(state.deletedWith);
  const viewOf = state.viewOf === undefined ? undefined : rename(state.viewOf);
  const provider = renameProvider(state.provider, rename);
  const dependencies = renameList(state.dependencies, rename);
  const replaceWith = renameList(state.replaceWith, rename);
  const propertyDependencies = renameLists(state.propertyDependencies, rename);
  const extra = renameView(state.extra, rename);
  const isUnchanged =
    parent === state.parent &&
    deletedWith === state.deletedWith &&
    viewOf === state.viewOf &&
    provider === state.provider &&
    dependencies === state.dependencies &&
    replaceWith === state.replaceWith &&
    propertyDependencies === state.propertyDependencies &&
    extra === state.extra;
  if (isUnchanged) return state;
  return {
    ...state,
    ...(parent === undefined ? {} : { parent }),
    ...(deletedWith === undefined ? {} : { deletedWith }),
    ...(viewOf === undefined ? {} : { viewOf }),
    provider,
    dependencies,
    replaceWith,
    propertyDependencies,
    ...(extra === undefined ? {} : { extra }),
  };
}

/** A view names the resource it shows. */
function renameView(extra: ResourceState['extra'], rename: (urn: Urn) => Urn): ResourceState['extra'] {
  const viewOf = extra?.viewOf;
  if (typeof viewOf !== 'string' || rename(viewOf as Urn) === viewOf) return extra;
  return { ...extra, viewOf: rename(viewOf as Urn) };
}

function renameProvider(provider: string, rename: (urn: Urn) => Urn): string {
  const reference = provider === '' ? undefined : parseProviderReference(provider);
  if (reference === undefined) return provider;
  const urn = rename(reference.urn);
  return urn === reference.urn ? provider : formatProviderReference({ urn, id: reference.id });
}

function renameList(urns: readonly Urn[], rename: (urn: Urn) => Urn): readonly Urn[] {
  return urns.some((urn) => rename(urn) !== urn) ? [...new Set(urns.map(rename))] : urns;
}

type Lists = { readonly [property: string]: readonly Urn[] };

function renameLists(lists: Lists, rename: (urn: Urn) => Urn): Lists {
  const entries = Object.entries(lists).map(([key, urns]) => [key, renameList(urns, rename)] as const);
  return entries.every(([key, urns]) => urns === lists[key]) ? lists : Object.fromEntries(entries);
}
