import {
  type EngineEvent,
  isPropertyMap,
  isProviderType,
  OperationError,
  type PropertyMap,
  type PropertyValue,
  parseProviderReference,
  type ResourceState,
  stackType,
  type Urn,
  urnName,
  urnType,
} from '@radiant/model';
import type { ImportSpec } from './import-api.ts';
import { placeholderId } from './import-file.ts';

/** A file for `import --file` (Pulumi: importFile). */
export interface ImportFile {
  readonly nameTable?: { readonly [name: string]: Urn };
  readonly resources: readonly (ImportSpec & { readonly component?: true })[];
}

/**
 * What a preview would create, as imports of what exists already. An id is what the provider foresees, else a
 * placeholder. `events`: those of the preview. Throws OperationError for what is served by a provider that is yet to be
 * created.
 */
export function plannedImports(events: readonly EngineEvent[]): ImportFile {
  const steps = events.flatMap((event) =>
    event.kind === 'step-started' || event.kind === 'step-succeeded' ? [event.step] : [],
  );
  // What a step has ended with says more than what it began with, and has its place.
  const states = new Map(steps.flatMap(({ urn, new: state }) => (state === undefined ? [] : [[urn, state] as const])));
  const created = new Set(steps.filter(({ op }) => op === 'create').map(({ urn }) => urn));
  const implied = new Set(steps.filter(({ isInternal }) => isInternal).map(({ urn }) => urn));
  const imported = [...states.values()].filter((state) => created.has(state.urn) && isImported(state));
  const names = chooseNames(imported.map(({ urn }) => urn));
  const table = new Map<string, Urn>();
  /** What an import is called, or what is recorded is called in the name table. */
  const nameOf = (urn: Urn): string => {
    const known = names.get(urn);
    if (known !== undefined) return known;
    const name = uniqueName(urn, new Set(names.values()));
    names.set(urn, name);
    table.set(name, urn);
    return name;
  };

  const resources = imported.map((state) => {
    const { urn, type, parent } = state;
    const server = parseProviderReference(state.provider)?.urn;
    const stated = server !== undefined && implied.has(server) ? undefined : server;
    if (stated !== undefined && created.has(stated)) throw newProvider(urn, stated);
    const name = nameOf(urn);
    return {
      type,
      name,
      ...(name !== urnName(urn) && { logicalName: urnName(urn) }),
      ...(state.ownership === 'component' ? { component: true as const } : { id: foreseenId(state) }),
      ...(parent !== undefined && urnType(parent) !== stackType && { parent: nameOf(parent) }),
      ...(stated !== undefined && { provider: nameOf(stated) }),
      ...(server !== undefined && pluginOf(states.get(server)?.inputs ?? {})),
    };
  });
  return { ...(table.size > 0 && { nameTable: Object.fromEntries(table) }), resources };
}

/** What a provider would name itself has another name where it exists already (Pulumi: the annotation of autonaming). */
function foreseenId({ id, inputs }: ResourceState): string {
  const { metadata } = inputs;
  const annotations = isPropertyMap(metadata) ? metadata.annotations : undefined;
  const isAutonamed = isPropertyMap(annotations) && annotations['pulumi.com/autonamed'] === 'true';
  return id === '' || isAutonamed ? placeholderId : id;
}

/** Providers cannot be imported, the stack need not be, and parts of other resources go with those. */
function isImported({ type, ownership, viewOf }: ResourceState): boolean {
  return type !== stackType && !isProviderType(type) && ownership !== 'external' && viewOf === undefined;
}

/** The first resource of a name keeps it; others add their type, and a number where that is not enough. */
function chooseNames(urns: readonly Urn[]): Map<Urn, string> {
  const taken = new Set(urns.map(urnName));
  const names = new Map<Urn, string>();
  const kept = new Set<string>();
  for (const urn of urns) {
    const name = kept.has(urnName(urn)) ? uniqueName(urn, taken) : urnName(urn);
    names.set(urn, name);
    kept.add(name);
    taken.add(name);
  }
  return names;
}

function uniqueName(urn: Urn, taken: ReadonlySet<string>): string {
  const name = urnName(urn);
  if (!taken.has(name)) return name;
  const kind = urnType(urn).split(':').at(-1) ?? '';
  const base = `${name}${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
  let candidate = base;
  for (let number = 2; taken.has(candidate); number++) candidate = `${base}${number}`;
  return candidate;
}

/** The plugin of a provider, as its inputs tell it (engine reference 4.4). */
function pluginOf(inputs: PropertyMap): Pick<ImportSpec, 'version' | 'pluginDownloadUrl' | 'parameterization'> {
  const internal = isPropertyMap(inputs.__internal) ? inputs.__internal : {};
  const [version, downloadUrl] = [text(inputs.version), text(internal.pluginDownloadURL)];
  const [pluginName, pluginVersion, value] = [internal.name, internal.version, internal.parameterization].map(text);
  return {
    ...(version !== undefined && { version }),
    ...(downloadUrl !== undefined && { pluginDownloadUrl: downloadUrl }),
    ...(pluginName !== undefined &&
      value !== undefined && {
        parameterization: { pluginName, ...(pluginVersion !== undefined && { pluginVersion }), value },
      }),
  };
}

function text(value: PropertyValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function newProvider(urn: Urn, provider: Urn): OperationError {
  return new OperationError({
    code: 'IMPORT_NEW_PROVIDER',
    summary: `cannot import resource "${urn}" with a new explicit provider "${provider}"`,
    detail: 'What is imported is read by its provider, which must be recorded before.',
    remedy: `Create the provider first:\n    radiant up --target '${provider}'`,
  });
}
