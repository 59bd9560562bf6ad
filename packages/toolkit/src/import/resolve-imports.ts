import type { ImportedResource } from '@radiant/engine';
import {
  childUrn,
  exitCodes,
  formatProviderReference,
  isProviderType,
  isUrn,
  OperationError,
  type PluginRequest,
  type ResourceState,
  type Snapshot,
  type Urn,
} from '@radiant/model';
import type { ImportSpec, Imports } from './import-api.ts';

/** Finds what the imports name in the state and among themselves. Throws OperationError for what is not there. */
export function resolveImports(
  { nameTable, resources, protect }: Imports,
  { resources: recorded }: Snapshot,
  { stack, project }: { readonly stack: string; readonly project: string },
): readonly ImportedResource[] {
  const live = new Map(recorded.filter(({ disposition }) => disposition === 'live').map((state) => [state.urn, state]));
  const specs = new Map(resources.map((spec) => [spec.name, spec]));

  const urnOf = (spec: ImportSpec, children: readonly ImportSpec[] = []): Urn => {
    if (children.includes(spec)) throw invalid(spec, `is its own ancestor, by its parent '${spec.parent}'`);
    return childUrn(stack, project, parentOf(spec, children), spec.type, spec.logicalName ?? spec.name);
  };
  const parentOf = (spec: ImportSpec, children: readonly ImportSpec[]): Urn | undefined => {
    const { parent } = spec;
    if (parent === undefined) return undefined;
    const sibling = Object.hasOwn(nameTable, parent) ? undefined : specs.get(parent);
    if (sibling !== undefined) return urnOf(sibling, [...children, spec]);
    return recordedAs(spec, 'parent', parent).urn;
  };
  const recordedAs = (spec: ImportSpec, role: string, name: string): ResourceState => {
    const urn = Object.hasOwn(nameTable, name) ? nameTable[name]! : name;
    const state = isUrn(urn) ? live.get(urn) : undefined;
    if (state !== undefined) return state;
    const what = isUrn(urn) ? 'which is not in the stack' : 'which is no URN, nor a name of the name table';
    throw invalid(spec, `names ${urn === name ? `'${name}'` : `'${name}' (${urn})`} as its ${role}, ${what}`);
  };

  return resources.map((spec): ImportedResource => {
    const { type, id, properties, provider } = spec;
    const name = spec.logicalName ?? spec.name;
    const common = { urn: urnOf(spec), type, name, parent: parentOf(spec, []) };
    if (id === undefined) return { ...common, kind: 'component' };
    const server = provider === undefined ? undefined : recordedAs(spec, 'provider', provider);
    if (server !== undefined && !isProviderType(server.type))
      throw invalid(spec, `names '${provider}' as its provider, which is a ${server.type}`);
    const reference = server === undefined ? undefined : formatProviderReference(server);
    return { ...common, kind: 'thing', id, provider: reference, plugin: pluginOf(spec), properties, protect };
  });
}

function pluginOf({ version, pluginDownloadUrl, parameterization }: ImportSpec): PluginRequest {
  return {
    ...(version !== undefined && { version }),
    ...(pluginDownloadUrl !== undefined && { downloadUrl: pluginDownloadUrl }),
    ...(parameterization !== undefined && {
      base: {
        name: parameterization.pluginName,
        ...(parameterization.pluginVersion !== undefined && { version: parameterization.pluginVersion }),
        parameter: parameterization.value,
      },
    }),
  };
}

function invalid({ name, type }: ImportSpec, why: string): OperationError {
  return new OperationError({
    code: 'IMPORT_INVALID',
    summary: `the import '${name}' of type '${type}' ${why}`,
    remedy: 'Look URNs up with `radiant stack --show-urns`.',
    exitCode: exitCodes.configuration,
  });
}
