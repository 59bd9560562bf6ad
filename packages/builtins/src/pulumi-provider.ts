import {
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  containsSecret,
  type DiffRequest,
  type DiffResult,
  type InvokeRequest,
  isPropertyMap,
  isUrn,
  OperationError,
  type PropertyMap,
  type PropertyValue,
  type Provider,
  type ProviderCapabilities,
  propertyEquals,
  type RegisteredResources,
  Secret,
  setOwn,
  Unknown,
} from '@radiant/model';
import type { StackOutputsReader } from './stack-outputs-reader.ts';

const stackReferenceType = 'pulumi:pulumi:StackReference';
const stashType = 'pulumi:index:Stash';

/** The one input each type takes. */
const inputNames: { readonly [type: string]: string } = { [stackReferenceType]: 'name', [stashType]: 'input' };

export interface PulumiProviderOptions {
  readonly stacks: StackOutputsReader;
  /** For `pulumi:pulumi:getResource`. */
  readonly resources: RegisteredResources;
  /** Ids for what a program makes here. */
  readonly uuid: () => string;
  /** Hears what a person should know of what was read. */
  readonly inform: (message: string) => void;
}

const capabilities: ProviderCapabilities = {
  acceptsSecrets: true,
  acceptsResources: true,
  supportsPreview: true,
  // None of its resources has a name that could be made up.
  supportsAutonaming: true,
};

/**
 * Serves the package `pulumi` within the engine: StackReference and Stash, and the functions behind them (Pulumi:
 * builtinProvider).
 */
export function createPulumiProvider(options: PulumiProviderOptions): Provider {
  const { uuid } = options;
  return {
    capabilities,
    checkConfig: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diffConfig: async () => ({ kind: 'none' }),
    configure: async () => ({}),
    check: async (request) => check(request),
    diff: async (request) => diff(request),
    create: async ({ type, inputs, isPreview }) => {
      const id = isPreview ? '' : uuid();
      if (known(type) === stackReferenceType) return { id, outputs: await readReference(options, inputs) };
      return { id, outputs: { input: inputs.input ?? null, output: inputs.input ?? null } };
    },
    read: async ({ type, id, inputs, outputs }) => {
      if (known(type) === stashType) return { id, inputs, outputs: outputs ?? {} };
      const name = inputs?.name ?? outputs?.name ?? id;
      return { id, inputs: { name }, outputs: await readReference(options, { name }) };
    },
    // A stash keeps what it was made with; the latest input stands beside it.
    update: async ({ type, oldOutputs, newInputs }) => {
      if (known(type) === stackReferenceType) return { outputs: await readReference(options, newInputs) };
      return { outputs: { input: newInputs.input ?? null, output: oldOutputs.output ?? null } };
    },
    delete: async () => {},
    invoke: async (request) => ({ result: await invoke(request, options), failures: [] }),
    close: async () => {},
  };
}

function check({ type, newInputs }: CheckRequest): CheckResult {
  const only = inputNames[known(type)]!;
  const failures: CheckFailure[] = Object.keys(newInputs)
    .filter((property) => property !== only)
    .map((property) => ({ property, reason: `unknown property "${property}"` }));
  const value = Object.hasOwn(newInputs, only) ? newInputs[only] : undefined;
  if (value === undefined) failures.push({ property: only, reason: `missing required property "${only}"` });
  else if (type === stackReferenceType && typeof open(value) !== 'string' && !(open(value) instanceof Unknown))
    failures.push({ property: only, reason: `property "${only}" must be a string` });
  return { inputs: newInputs, failures };
}

function diff({ type, oldInputs, newInputs }: DiffRequest): DiffResult {
  const only = inputNames[known(type)]!;
  if (propertyEquals(oldInputs[only], newInputs[only])) return { kind: 'none' };
  const replaceKeys = type === stackReferenceType ? [only] : [];
  return { kind: 'some', replaceKeys, deleteBeforeReplace: false, diffs: [only] };
}

async function invoke({ token, args }: InvokeRequest, options: PulumiProviderOptions): Promise<PropertyMap> {
  const { stacks, resources } = options;
  switch (token) {
    case 'pulumi:pulumi:readStackOutputs':
      return readReference(options, { name: argument(args, 'name') });
    case 'pulumi:pulumi:readStackResourceOutputs':
      return readResourceOutputs(stacks, argument(args, 'stackName'));
    case 'pulumi:pulumi:getResource':
      return getResource(resources, argument(args, 'urn'));
    default:
      throw new OperationError({
        code: 'FUNCTION_UNKNOWN',
        summary: `unrecognized function name: '${token}'`,
        remedy: 'The package "pulumi" has readStackOutputs, readStackResourceOutputs and getResource.',
      });
  }
}

async function readReference(
  { stacks, inform }: PulumiProviderOptions,
  { name = null }: PropertyMap,
): Promise<PropertyMap> {
  const reference = open(name);
  if (reference instanceof Unknown) return { name, outputs: new Unknown(), secretOutputNames: new Unknown() };
  const stackName = text(reference, 'name');
  let isWhole = true;
  const outputs = await stacks.readOutputs(stackName, () => {
    isWhole = false;
  });
  if (!isWhole) inform(`eliding undecryptable secrets for stack reference '${stackName}'`);
  const secretOutputNames = Object.keys(outputs)
    .filter((key) => containsSecret(outputs[key]))
    .sort();
  return { name, outputs, secretOutputNames };
}

async function readResourceOutputs(stacks: StackOutputsReader, stackName: PropertyValue): Promise<PropertyMap> {
  const reference = text(open(stackName), 'stackName');
  const outputs: Record<string, PropertyValue> = {};
  for (const resource of await stacks.readResourceOutputs(reference))
    setOwn(outputs, resource.urn, { type: resource.type, outputs: resource.outputs });
  return { name: stackName, outputs };
}

function getResource(resources: RegisteredResources, urnValue: PropertyValue): PropertyMap {
  const urn = text(open(urnValue), 'urn');
  const found = isUrn(urn) ? resources.find(urn) : undefined;
  if (found === undefined)
    throw new OperationError({
      code: 'RESOURCE_UNKNOWN',
      summary: `unknown resource ${urn}`,
      remedy: 'Only resources that this program has registered already can be looked up.',
    });
  return { urn, id: found.id, state: found.outputs };
}

function known(type: string): string {
  if (Object.hasOwn(inputNames, type)) return type;
  throw new OperationError({
    code: 'TYPE_UNKNOWN',
    summary: `unrecognized resource type '${type}'`,
    remedy: 'The package "pulumi" has StackReference and Stash.',
  });
}

function argument(args: PropertyMap, name: string): PropertyValue {
  const value = Object.hasOwn(args, name) ? args[name] : undefined;
  if (value === undefined)
    throw new OperationError({ code: 'ARGUMENT_MISSING', summary: `missing required argument "${name}"` });
  return value;
}

function text(value: PropertyValue, name: string): string {
  if (typeof value === 'string') return value;
  const kind =
    value === null ? 'null' : Array.isArray(value) ? 'a list' : isPropertyMap(value) ? 'a map' : typeof value;
  throw new OperationError({ code: 'ARGUMENT_INVALID', summary: `"${name}" must be a string, and is ${kind}` });
}

function open(value: PropertyValue): PropertyValue {
  return value instanceof Secret ? value.value : value;
}
