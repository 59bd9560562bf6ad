import {
  lowerOutputValues,
  mapProperty,
  type PropertyMap,
  ResourceReference,
  revealSecrets,
  Unknown,
} from '@radiant/model';

/**
 * A provider's inputs in the form that old providers read: `kubernetes:config:context` to text, JSON for what is none
 * (Pulumi: ConfigureRequest.variables). The version chose the plugin, and is not its concern.
 */
export function providerVariables(packageName: string, inputs: PropertyMap): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [key, value] of Object.entries(revealSecrets(lowerOutputValues(inputs)))) {
    if (key === 'version' || value instanceof Unknown) continue;
    const plain = mapProperty(value, (item) => (item instanceof ResourceReference ? (item.id ?? item.urn) : item));
    variables.set(`${packageName}:config:${key}`, typeof plain === 'string' ? plain : JSON.stringify(plain));
  }
  return variables;
}
