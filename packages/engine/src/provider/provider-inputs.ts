import { containsUnknown, type Goal, type PropertyMap, type PropertyValue, Secret, setOwn } from '@radiant/model';

/** Facts about the plugin that no provider is to see (Pulumi: the `__internal` key of provider inputs). */
export const internalKey = '__internal';

/** What the provider itself is given of its inputs. */
export function providerConfig(inputs: PropertyMap): PropertyMap {
  if (!Object.hasOwn(inputs, internalKey)) return inputs;
  const { [internalKey]: _, ...config } = inputs;
  return config;
}

/** Whether a provider with these inputs can be configured in a preview. */
export function isConfigKnown(inputs: PropertyMap): boolean {
  return !containsUnknown(providerConfig(inputs));
}

/** The inputs of a provider resource with what the request says of its plugin (engine reference 2.4 point 8, 4.4). */
export function withPlugin(inputs: PropertyMap, goal: Pick<Goal, 'plugin' | 'envVarMappings'>, isDefault: boolean) {
  const internal = internalInputs(goal);
  const result: Record<string, PropertyValue> = { ...inputs };
  const { version } = goal.plugin;
  if (version !== undefined) setOwn(result, 'version', version);
  if (!isDefault || Object.keys(internal).length > 0) setOwn(result, internalKey, internal);
  return result;
}

function internalInputs({ plugin, envVarMappings }: Pick<Goal, 'plugin' | 'envVarMappings'>): PropertyMap {
  const { downloadUrl, checksums, base } = plugin;
  return {
    ...(downloadUrl === undefined ? {} : { pluginDownloadURL: downloadUrl }),
    ...(checksums === undefined ? {} : { pluginChecksums: { ...checksums } }),
    ...(base === undefined ? {} : { name: base.name, parameterization: base.parameter }),
    ...(base?.version === undefined ? {} : { version: base.version }),
    ...(Object.keys(envVarMappings).length === 0 ? {} : { envVarMappings: { ...envVarMappings } }),
  };
}

/** Packages whose providers run the program's own code and are therefore given all of its configuration. */
export const dynamicPackages: ReadonlySet<string> = new Set(['pulumi-nodejs', 'pulumi-python']);

/** The inputs of a default provider: the configuration under the package's name. */
export function configuredInputs(
  packageName: string,
  config: { readonly [key: string]: string },
  secretKeys: readonly string[],
): PropertyMap {
  const secrets = new Set(secretKeys);
  const prefix = `${packageName}:`;
  const inputs: Record<string, PropertyValue> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = dynamicPackages.has(packageName) ? key : key.startsWith(prefix) ? key.slice(prefix.length) : '';
    if (name !== '') setOwn(inputs, name, secrets.has(key) ? new Secret(value) : value);
  }
  return inputs;
}
