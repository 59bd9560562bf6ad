import { isPropertyMap, type Parameterization, type PropertyMap, type ProviderLoad, Secret } from '@radiant/model';

/** Which plugin serves a provider resource, and what makes it serve the package (engine reference 4.4). */
export interface PluginSource {
  readonly name: string;
  readonly version?: string;
  readonly parameterization?: Parameterization;
}

/** Reads it from the inputs of the provider resource. */
export function pluginSource({ packageName, inputs }: ProviderLoad): PluginSource {
  const version = textIn(inputs, 'version');
  const internal = internalOf(inputs);
  const parameter = textIn(internal, 'parameterization');
  if (parameter === undefined) return { name: packageName, ...(version !== undefined && { version }) };
  const baseVersion = textIn(internal, 'version');
  return {
    name: textIn(internal, 'name') ?? packageName,
    ...(baseVersion !== undefined && { version: baseVersion }),
    parameterization: { name: packageName, version: version ?? '', value: parameter },
  };
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
