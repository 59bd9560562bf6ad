import { emptyMap, isPropertyMap, type PluginRequest, type PropertyMap, type PropertyValue } from '@radiant/model';
import { internalKey } from '../provider/provider-inputs.ts';

/** What was declared of a provider, taken apart again: the counterpart of `withPlugin`. */
export interface RecordedProvider {
  /** What the program gave it. */
  readonly config: PropertyMap;
  readonly plugin: PluginRequest;
  readonly envVarMappings: { readonly [name: string]: string };
}

export function recordedProvider(inputs: PropertyMap): RecordedProvider {
  const { version, [internalKey]: internal, ...config } = inputs;
  const facts = isPropertyMap(internal) ? internal : emptyMap;
  const text = (value: PropertyValue | undefined) => (typeof value === 'string' ? value : undefined);
  const [downloadUrl, name, parameter] = [
    text(facts.pluginDownloadURL),
    text(facts.name),
    text(facts.parameterization),
  ];
  const [ofPackage, ofPlugin] = [text(version), text(facts.version)];
  return {
    config,
    plugin: {
      ...(ofPackage !== undefined && { version: ofPackage }),
      ...(downloadUrl !== undefined && { downloadUrl }),
      ...(isPropertyMap(facts.pluginChecksums) && { checksums: textsOf(facts.pluginChecksums) }),
      ...(name !== undefined &&
        parameter !== undefined && { base: { name, parameter, ...(ofPlugin !== undefined && { version: ofPlugin }) } }),
    },
    envVarMappings: isPropertyMap(facts.envVarMappings) ? textsOf(facts.envVarMappings) : {},
  };
}

function textsOf(map: PropertyMap): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}
