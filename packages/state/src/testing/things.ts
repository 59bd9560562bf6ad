import type { ResourceState } from '@radiant/model';
import { testStackUrn, testState } from './states.ts';

/* A stack, its default provider, and things of that: what changes of a state by hand are tried on. */

export const stack = testState('', { urn: testStackUrn, type: 'pulumi:pulumi:Stack' });

export const provider = testState('default_1_2_3', {
  type: 'pulumi:providers:test',
  ownership: 'managed',
  id: 'p1',
});

/** A child of the stack, made by the provider. */
export function thing(name: string, fields: Partial<ResourceState> = {}): ResourceState {
  return testState(name, {
    ownership: 'managed',
    id: `id-${name}`,
    provider: `${provider.urn}::${provider.id}`,
    parent: testStackUrn,
    ...fields,
  });
}
