import {
  type CallContext,
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  type ConfigureResult,
  type CreateRequest,
  type CreateResult,
  containsSecret,
  type DiffRequest,
  type DiffResult,
  type InvokeRequest,
  type InvokeResult,
  isPropertyMap,
  isUrn,
  OperationError,
  type PropertyMap,
  type PropertyValue,
  type Provider,
  type ProviderCapabilities,
  propertyEquals,
  type ReadRequest,
  type ReadResult,
  Secret,
  setOwn,
  Unknown,
  type UpdateRequest,
  type UpdateResult,
} from '@radiant/model';
import type { RegisteredResources, StackOutputsReader } from './stack-outputs-reader.ts';

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
}

/**
 * Serves the package `pulumi` within the engine: StackReference and Stash, and the functions behind them (Pulumi:
 * builtinProvider).
 */
export function createPulumiProvider(options: PulumiProviderOptions): Provider {
  return new PulumiProvider(options);
}

const capabilities: ProviderCapabilities = { acceptsSecrets: true, acceptsResources: true, supportsPreview: true };

class PulumiProvider implements Provider {
  readonly capabilities = capabilities;
  private readonly options: PulumiProviderOptions;

  constructor(options: PulumiProviderOptions) {
    this.options = options;
  }

  async checkConfig(request: CheckRequest): Promise<CheckResult> {
    return { inputs: request.newInputs, failures: [] };
  }

  async diffConfig(): Promise<DiffResult> {
    return { kind: 'none' };
  }

  async configure(): Promise<ConfigureResult> {
    return {};
  }

  async check({ type, newInputs }: CheckRequest): Promise<CheckResult> {
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

  async diff({ type, oldInputs, newInputs }: DiffRequest): Promise<DiffResult> {
    const only = inputNames[known(type)]!;
    if (propertyEquals(oldInputs[only], newInputs[only])) return { kind: 'none' };
    const replaceKeys = type === stackReferenceType ? [only] : [];
    return { kind: 'some', replaceKeys, deleteBeforeReplace: false, diffs: [only] };
  }

  async create({ type, inputs, isPreview }: CreateRequest): Promise<CreateResult> {
    const id = isPreview ? '' : this.options.uuid();
    if (known(type) === stackReferenceType) return { id, outputs: await this.readReference(inputs) };
    return { id, outputs: { input: inputs.input ?? null, output: inputs.input ?? null } };
  }

  async read({ type, id, inputs, outputs }: ReadRequest): Promise<ReadResult> {
    if (known(type) === stashType) return { id, inputs, outputs: outputs ?? {} };
    const name = inputs?.name ?? outputs?.name ?? id;
    return { id, inputs: { name }, outputs: await this.readReference({ name }) };
  }

  /** A stash keeps what it was made with; the latest input stands beside it. */
  async update({ type, oldOutputs, newInputs }: UpdateRequest): Promise<UpdateResult> {
    if (known(type) === stackReferenceType) return { outputs: await this.readReference(newInputs) };
    return { outputs: { input: newInputs.input ?? null, output: oldOutputs.output ?? null } };
  }

  async delete(): Promise<void> {}

  async invoke({ token, args }: InvokeRequest, _context: CallContext): Promise<InvokeResult> {
    switch (token) {
      case 'pulumi:pulumi:readStackOutputs':
        return { result: await this.readReference({ name: argument(args, 'name') }), failures: [] };
      case 'pulumi:pulumi:readStackResourceOutputs':
        return { result: await this.readResourceOutputs(argument(args, 'stackName')), failures: [] };
      case 'pulumi:pulumi:getResource':
        return { result: this.getResource(argument(args, 'urn')), failures: [] };
      default:
        throw new OperationError({
          code: 'FUNCTION_UNKNOWN',
          summary: `unrecognized function name: '${token}'`,
          remedy: 'The package "pulumi" has readStackOutputs, readStackResourceOutputs and getResource.',
        });
    }
  }

  async close(): Promise<void> {}

  private async readReference({ name }: PropertyMap): Promise<PropertyMap> {
    const reference = open(name ?? null);
    if (reference instanceof Unknown) return { name: name!, outputs: new Unknown(), secretOutputNames: new Unknown() };
    const outputs = await this.options.stacks.readOutputs(text(reference, 'name'));
    const secretOutputNames = Object.keys(outputs)
      .filter((key) => containsSecret(outputs[key]))
      .sort();
    return { name: name!, outputs, secretOutputNames };
  }

  private async readResourceOutputs(stackName: PropertyValue): Promise<PropertyMap> {
    const reference = text(open(stackName), 'stackName');
    const { stacks } = this.options;
    if (stacks.readResourceOutputs === undefined)
      throw new OperationError({
        code: 'FUNCTION_UNKNOWN',
        summary: 'the outputs of another stack’s resources cannot be read here',
        remedy: 'Export what you need as outputs of that stack, and read them with a StackReference.',
      });
    const outputs: Record<string, PropertyValue> = {};
    for (const resource of await stacks.readResourceOutputs(reference))
      setOwn(outputs, resource.urn, { type: resource.type, outputs: resource.outputs });
    return { name: stackName, outputs };
  }

  private getResource(urnValue: PropertyValue): PropertyMap {
    const urn = text(open(urnValue), 'urn');
    const found = isUrn(urn) ? this.options.resources.find(urn) : undefined;
    if (found === undefined)
      throw new OperationError({
        code: 'RESOURCE_UNKNOWN',
        summary: `unknown resource ${urn}`,
        remedy: 'Only resources that this program has registered already can be looked up.',
      });
    return { urn, id: found.id, state: found.outputs };
  }
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
