import { formatUrn, type ResourceState, stackUrn, type Urn } from '@radiant/model';

export const testStack = { project: 'proj', stack: 'dev' };

export function testUrn(name: string, type = 'test:index:Thing'): Urn {
  return formatUrn({ ...testStack, qualifiedType: type, name });
}

/** A component, unless fields say otherwise: it needs no provider to be a valid record. */
export function testState(name: string, fields: Partial<ResourceState> = {}): ResourceState {
  return {
    urn: testUrn(name, fields.type),
    type: 'test:index:Thing',
    ownership: 'component',
    disposition: 'live',
    id: '',
    inputs: {},
    outputs: {},
    provider: '',
    dependencies: [],
    propertyDependencies: {},
    replaceWith: [],
    isProtected: false,
    isTainted: false,
    refreshBeforeUpdate: false,
    retainOnDelete: false,
    initErrors: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    hideDiffs: [],
    customTimeouts: {},
    stackTrace: [],
    ...fields,
  };
}

export const testStackUrn = stackUrn(testStack.stack, testStack.project);
