import {
  formatProviderReference,
  isProviderType,
  type PropertyMap,
  type ProviderReference,
  parseProviderReference,
  type ResourceState,
  type Urn,
  urnName,
  urnType,
} from '@radiant/model';
import { newRecord } from '../deployment/new-record.ts';
import type { EditedRecord } from './edited-state.ts';

/**
 * Makes every provider that is referred to recorded. One that is there under another id is meant; one that is not is put
 * back without a configuration, so that all that refers to it can still be read and deleted, and is configured anew by
 * the next update.
 */
export function mendProviders(records: readonly EditedRecord[]): readonly EditedRecord[] {
  const missing = missingReferences(records);
  if (missing.size === 0) return records;
  const present = new Map(
    records.filter(({ state }) => isProviderType(state.type)).map(({ state }) => [state.urn, state] as const),
  );
  const meant = new Map<string, string>();
  const made = new Map<Urn, ResourceState>();
  const identified = new Map<Urn, string>();
  for (const [text, reference] of missing) {
    const found = present.get(reference.urn) ?? made.get(reference.urn);
    if (found === undefined) made.set(reference.urn, unconfigured(reference));
    else if (found.id === '' && !identified.has(reference.urn)) identified.set(reference.urn, reference.id);
    else meant.set(text, formatProviderReference({ urn: reference.urn, id: identified.get(found.urn) ?? found.id }));
  }
  return [
    ...records.map((record) => {
      const { state } = record;
      const id = state.id === '' ? identified.get(state.urn) : undefined;
      const provider = meant.get(state.provider);
      if (id === undefined && provider === undefined) return record;
      return { ...record, state: { ...state, id: id ?? state.id, provider: provider ?? state.provider } };
    }),
    ...[...made.values()].map((state): EditedRecord => ({ state })),
  ];
}

/** References by their text. What is to be made again is asked of the provider it is declared with. */
function missingReferences(records: readonly EditedRecord[]): ReadonlyMap<string, ProviderReference> {
  const known = new Set(
    records
      .filter(({ state }) => isProviderType(state.type))
      .map(({ state: { urn, id } }) => formatProviderReference({ urn, id })),
  );
  const missing = new Map<string, ProviderReference>();
  for (const { state } of records) {
    if (state.disposition === 'awaiting-recreate' || known.has(state.provider)) continue;
    const reference = parseProviderReference(state.provider);
    if (reference !== undefined) missing.set(state.provider, reference);
  }
  return missing;
}

function unconfigured({ urn, id }: ProviderReference): ResourceState {
  // Pulumi and Radiant name a default provider after the version of its plugin.
  const version = /^default_(\d+)_(\d+)_(\d+)$/.exec(urnName(urn))?.slice(1).join('.');
  const inputs: PropertyMap = version === undefined ? {} : { version };
  return newRecord({ urn, type: urnType(urn), ownership: 'managed', id, inputs });
}
