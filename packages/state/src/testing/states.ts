import { formatUrn, type ResourceState, stackUrn, type Urn } from '@radiant/model';
import { newRecord } from '../deployment/new-record.ts';

export const testStack = { project: 'proj', stack: 'dev' };

export function testUrn(name: string, type = 'test:index:Thing'): Urn {
  return formatUrn({ ...testStack, qualifiedType: type, name });
}

/** A component, unless fields say otherwise: it needs no provider to be a valid record. */
export function testState(name: string, fields: Partial<ResourceState> = {}): ResourceState {
  const identity = {
    urn: testUrn(name, fields.type),
    type: 'test:index:Thing',
    ownership: 'component',
    id: '',
  } as const;
  return { ...newRecord({ ...identity, inputs: {} }), ...fields };
}

export const testStackUrn = stackUrn(testStack.stack, testStack.project);
