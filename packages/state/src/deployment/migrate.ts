import { createHash } from 'node:crypto';
import {
  formatProviderReference,
  formatUrn,
  isProviderType,
  packageOfType,
  parseUrn,
  providerTypePrefix,
  type ResourceState,
  type Urn,
} from '@radiant/model';
import { newRecord } from './new-record.ts';

/**
 * Brings the records of older deployments to what the third version means (Pulumi: apitype/migrate, and migrateProviders,
 * which it does when it plans): a property depends on all that its resource depends on, and what was made before
 * providers were resources belongs to the default provider of its package.
 */
export function migrateRecords(version: number, records: readonly ResourceState[]): readonly ResourceState[] {
  return withDefaultProviders(version < 3 ? records.map(withPropertyDependencies) : records);
}

function withPropertyDependencies(state: ResourceState): ResourceState {
  const { dependencies, inputs } = state;
  if (dependencies.length === 0 || Object.keys(state.propertyDependencies).length > 0) return state;
  return {
    ...state,
    propertyDependencies: Object.fromEntries(Object.keys(inputs).map((property) => [property, dependencies])),
  };
}

function withDefaultProviders(records: readonly ResourceState[]): readonly ResourceState[] {
  if (!records.some(lacksProvider)) return records;
  const providers = new Map<Urn, ResourceState>();
  const served = records.map((state) => {
    const parts = lacksProvider(state) ? parseUrn(state.urn) : undefined;
    const name = packageOfType(state.type);
    if (parts === undefined || name === '') return state;
    const type = `${providerTypePrefix}${name}`;
    const urn = formatUrn({ ...parts, qualifiedType: type, name: 'default' });
    const present = providers.get(urn) ?? records.find((other) => other.urn === urn && other.disposition === 'live');
    const provider = present ?? newProvider(urn, type);
    if (present === undefined) providers.set(urn, provider);
    return { ...state, provider: formatProviderReference(provider) };
  });
  return [...providers.values(), ...served];
}

function lacksProvider({ ownership, type, provider }: ResourceState): boolean {
  return ownership !== 'component' && provider === '' && !isProviderType(type);
}

/** Its configuration is that of the next update. The id follows from the URN: each reading gives the same. */
function newProvider(urn: Urn, type: string): ResourceState {
  const digest = createHash('sha256').update(urn).digest('hex');
  const id = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ];
  return newRecord({ urn, type, ownership: 'managed', id: id.join('-'), inputs: {} });
}
