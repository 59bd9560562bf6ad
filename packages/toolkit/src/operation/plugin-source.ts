import { isPropertyMap, type Parameterization, type PropertyMap, type ProviderLoad, Secret } from '@radiant/model';
import type { ProjectPackage } from '../project/project-plugins.ts';

/** Which plugin serves a provider resource, and what makes it serve the package (engine reference 4.4). */
export interface PluginSource {
  /** Of the plugin. */
  readonly name: string;
  readonly version?: string;
  /** Where the project says it is. */
  readonly path?: string;
  readonly parameters?: Parameterization | readonly string[];
}

/** What the program says of the plugin, in the inputs of the provider resource; else what the project says of the package. */
export function pluginSource(
  { packageName, inputs }: Pick<ProviderLoad, 'packageName' | 'inputs'>,
  packages: ReadonlyMap<string, ProjectPackage>,
): PluginSource {
  const internal = internalOf(inputs);
  const version = textIn(inputs, 'version');
  const parameter = textIn(internal, 'parameterization');
  if (parameter !== undefined) {
    const base = pluginSource(
      {
        packageName: textIn(internal, 'name') ?? packageName,
        inputs: { version: textIn(internal, 'version') ?? null },
      },
      packages,
    );
    return { ...base, parameters: { name: packageName, version: version ?? '', value: parameter } };
  }
  const named = packages.get(packageName);
  if (named === undefined) return { name: packageName, ...(version !== undefined && { version }) };
  const parameters = named.parameters.length > 0 && { parameters: named.parameters };
  if (named.kind === 'local') return { name: packageName, path: named.path, ...parameters };
  // A version that the program names is the package's; of a plugin that is given parameters it says nothing.
  const wanted = named.parameters.length > 0 ? named.version : (version ?? named.version);
  return { name: named.name, ...(wanted !== undefined && { version: wanted }), ...parameters };
}

/** What the engine notes of the plugin among the inputs of a provider resource. */
export function internalOf(inputs: PropertyMap): PropertyMap {
  return mapIn(inputs, '__internal');
}

export function mapIn(map: PropertyMap, key: string): PropertyMap {
  const value = plain(map, key);
  return isPropertyMap(value) ? value : {};
}

function textIn(map: PropertyMap, key: string): string | undefined {
  const value = plain(map, key);
  return typeof value === 'string' ? value : undefined;
}

function plain(map: PropertyMap, key: string) {
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  return value instanceof Secret ? value.value : value;
}
