import {
  isProviderType,
  parseProviderReference,
  providerPackage,
  type ResourceState,
  revealSecrets,
  Secret,
  type Snapshot,
  type Urn,
  urnName,
} from '@radiant/model';
import { dynamicPackages } from '../provider/provider-inputs.ts';
import { recordedProvider } from './recorded-plugin.ts';

/** What a program declared, as far as a state tells. */
export interface RecordedResources {
  /** What it declared itself, dependencies first. */
  readonly declared: readonly ResourceState[];
  /** Providers that the engine declared for it. */
  readonly defaultProviders: ReadonlyMap<Urn, ResourceState>;
}

export function recordedResources({ resources }: Snapshot): RecordedResources {
  // What waits for its deletion was declared before; what shows a part of another is its provider's.
  const present = resources.filter(
    ({ disposition, extra }) => disposition !== 'superseded' && extra?.viewOf === undefined,
  );
  return {
    declared: present.filter((state) => !isDefaultProvider(state)),
    defaultProviders: new Map(present.filter(isDefaultProvider).map((state) => [state.urn, state])),
  };
}

/** A provider of a program has a parent, the stack if no other (Pulumi: IsDefaultProvider looks at the name alone). */
function isDefaultProvider({ type, urn, parent }: ResourceState): boolean {
  return isProviderType(type) && parent === undefined && /^default(_|$)/.test(urnName(urn));
}

/** The default provider that serves a record; undefined when a provider of the program does, or none. */
export function defaultProviderOf(
  { provider }: ResourceState,
  { defaultProviders }: RecordedResources,
): ResourceState | undefined {
  const reference = parseProviderReference(provider);
  return reference === undefined ? undefined : defaultProviders.get(reference.urn);
}

export interface RecordedConfig {
  /** Keys `namespace:name`. */
  readonly values: { readonly [key: string]: string };
  readonly secretKeys: readonly string[];
}

/** The configuration that default providers were given: what a stack's configuration was, as far as it matters to them. */
export function recordedConfig(snapshot: Snapshot): RecordedConfig {
  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const { type, inputs } of recordedResources(snapshot).defaultProviders.values()) {
    const name = providerPackage(type);
    for (const [field, value] of Object.entries(recordedProvider(inputs).config)) {
      const key = dynamicPackages.has(name) ? field : `${name}:${field}`;
      const plain = revealSecrets(value);
      values[key] = typeof plain === 'string' ? plain : JSON.stringify(plain);
      if (value instanceof Secret) secretKeys.push(key);
    }
  }
  return { values, secretKeys };
}
