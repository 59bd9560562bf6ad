import {
  type CallContext,
  type CallRequest,
  type CallResult,
  type CheckRequest,
  type CheckResult,
  type ConfigureRequest,
  type ConfigureResult,
  type ConstructRequest,
  type ConstructResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type InvokeRequest,
  type InvokeResult,
  OperationError,
  type OperationInfo,
  OutcomeUnknownError,
  type Parameterization,
  type PropertyMap,
  type Provider,
  type ProviderCapabilities,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
  type UpdateResult,
  urnName,
  urnType,
} from '@radiant/model';
import { restoreAssets } from '../assets/restore-assets.ts';
import { Empty } from '../messages/common-messages.ts';
import * as wire from '../messages/provider-messages.ts';
import { type WriteOptions, writeProperties } from '../properties/write-properties.ts';
import type { MessageOf } from '../wire/message.ts';
import { readAnswer } from './answers.ts';
import { callMessage, callResult, constructMessage, constructResult } from './construct-messages.ts';
import { diffResult } from './diff-result.ts';
import { parameterize } from './parameterize.ts';
import {
  callError,
  changeError,
  configureError,
  isUnimplemented,
  lacksConfigCall,
  providerError,
} from './provider-errors.ts';
import type { ProviderRpc } from './provider-rpc.ts';
import { providerVariables } from './provider-variables.ts';
import { createdThing, orNotReady } from './things.ts';

const autonamingModes = { propose: 0, enforce: 1, disable: 2 } as const;

function autonamingOptions({ autonaming }: CheckRequest) {
  if (autonaming === undefined) return undefined;
  const { proposedName, mode } = autonaming;
  return wire.AutonamingOptions.of({ proposedName, mode: autonamingModes[mode] });
}

/** What a provider has said of how it wants to be called. */
export interface Agreement {
  readonly capabilities: ProviderCapabilities;
  /** Whether it takes values with what they depend on, in Construct and Call. */
  readonly acceptsOutputs: boolean;
}

/** Before an older provider is configured, it is taken to know nothing. */
const nothingAgreed: Agreement = {
  capabilities: { acceptsSecrets: false, acceptsResources: false, supportsPreview: false },
  acceptsOutputs: false,
};

/** Whatever a provider accepts, its configuration is checked and compared in plain values (Pulumi: CheckConfig, DiffConfig). */
const plain: WriteOptions = { secrets: 'reveal', resources: 'lower' };

/** Whoever serves methods understands what they belong to (Pulumi: Call). */
const whole: WriteOptions = { secrets: 'keep', resources: 'keep' };

/** What the client needs to know of the connection. */
export interface ProviderFacts {
  readonly packageName: string;
  readonly engineAddress: string;
  readonly info: OperationInfo;
}

/** A provider in another process, in terms of the domain. See `connectProvider`. */
export class ProviderClient implements Provider {
  private readonly facts: ProviderFacts;
  private readonly rpc: ProviderRpc;
  /** What a handshake has settled counts from then on. */
  private readonly shaken: Agreement | undefined;
  private configured = nothingAgreed;

  constructor(facts: ProviderFacts, rpc: ProviderRpc, shaken: Agreement | undefined) {
    this.facts = facts;
    this.rpc = rpc;
    this.shaken = shaken;
  }

  get capabilities(): ProviderCapabilities {
    return this.agreed.capabilities;
  }

  private get agreed(): Agreement {
    return this.shaken ?? this.configured;
  }

  async checkConfig(request: CheckRequest): Promise<CheckResult> {
    return this.callCheck('CheckConfig', request, {}, plain).catch((error: unknown) => {
      if (lacksConfigCall(this.facts.packageName, error)) return { inputs: request.newInputs, failures: [] };
      throw this.failed(error, request);
    });
  }

  async diffConfig(request: DiffRequest): Promise<DiffResult> {
    return this.callDiff('DiffConfig', { ...request, id: '' }, plain);
  }

  async configure(request: ConfigureRequest): Promise<ConfigureResult> {
    const { urn, id, inputs } = request;
    const { packageName } = this.facts;
    const message = wire.ConfigureRequest.of({
      variables: providerVariables(packageName, inputs),
      args: writeProperties(inputs, { outputs: 'lower' }),
      acceptSecrets: true,
      acceptResources: true,
      sendsOldInputs: true,
      sendsOldInputsToDelete: true,
      id,
      urn,
      name: urnName(urn),
      type: urnType(urn),
    });
    const reply = await this.rpc
      .call('Configure', wire.ConfigureRequest, wire.ConfigureResponse, message)
      .catch((error: unknown) => {
        throw configureError(packageName, error, urn);
      });
    this.configured = {
      capabilities: {
        acceptsSecrets: reply.acceptSecrets,
        acceptsResources: reply.acceptResources,
        supportsPreview: reply.supportsPreview,
        supportsAutonaming: reply.supportsAutonamingConfiguration,
      },
      acceptsOutputs: reply.acceptOutputs,
    };
    return {};
  }

  async extend(extension: Parameterization): Promise<void> {
    const { packageName } = this.facts;
    try {
      await parameterize(this.rpc, packageName, extension);
    } catch (error) {
      throw providerError(packageName, error);
    }
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const { randomSeed } = request;
    return this.callCheck('Check', request, { randomSeed, autonaming: autonamingOptions(request) }).catch(
      (error: unknown) => {
        throw this.failed(error, request);
      },
    );
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return this.callDiff('Diff', request);
  }

  async create(request: CreateRequest, context: CallContext): Promise<CreateResult> {
    const { urn, type, name, inputs, isPreview, timeoutSeconds: timeout = 0 } = request;
    const message = wire.CreateRequest.of({
      urn,
      type,
      name,
      properties: this.write(inputs),
      timeout,
      preview: isPreview,
    });
    return this.rpc.cancellable(context, async () => {
      try {
        const reply = await orNotReady(this.rpc.call('Create', wire.CreateRequest, wire.CreateResponse, message));
        if (reply.id === '' && !isPreview) throw emptyId(this.facts.packageName, request);
        return createdThing(this.facts.packageName, reply, isPreview);
      } catch (error) {
        throw changeError(this.facts.packageName, error, urn);
      }
    });
  }

  async read(request: ReadRequest, context: CallContext): Promise<ReadResult> {
    const { urn, type, name, id, inputs, outputs, timeoutSeconds: timeout = 0 } = request;
    const message = wire.ReadRequest.of({
      urn,
      type,
      name,
      id,
      properties: this.write(outputs ?? {}, { assets: 'elide' }),
      inputs: inputs === undefined ? undefined : this.write(inputs, { assets: 'elide' }),
      timeout,
    });
    return this.rpc.cancellable(context, async () => {
      try {
        const reply = await orNotReady(this.rpc.call('Read', wire.ReadRequest, wire.ReadResponse, message));
        if (reply.id === '') return undefined;
        const restored = (bytes: Uint8Array | undefined) =>
          restoreAssets(readAnswer(bytes), [inputs ?? {}, outputs ?? {}]);
        return {
          id: reply.id,
          inputs: reply.inputs === undefined ? undefined : restored(reply.inputs),
          outputs: restored(reply.properties),
          initErrors: reply.initErrors,
          refreshBeforeUpdate: reply.refreshBeforeUpdate,
        };
      } catch (error) {
        throw this.failed(error, request);
      }
    });
  }

  async update(request: UpdateRequest, context: CallContext): Promise<UpdateResult> {
    const { urn, type, name, id, timeoutSeconds: timeout = 0 } = request;
    const message = wire.UpdateRequest.of({
      urn,
      type,
      name,
      id,
      olds: this.write(request.oldOutputs, { assets: 'elide' }),
      news: this.write(request.newInputs),
      oldInputs: this.write(request.oldInputs, { assets: 'elide' }),
      ignoreChanges: request.ignoreChanges,
      preview: request.isPreview,
      timeout,
    });
    return this.rpc.cancellable(context, async () => {
      try {
        const reply = await orNotReady(this.rpc.call('Update', wire.UpdateRequest, wire.UpdateResponse, message));
        return {
          outputs: restoreAssets(readAnswer(reply.properties), [request.oldInputs, request.oldOutputs]),
          initErrors: reply.initErrors,
          refreshBeforeUpdate: reply.refreshBeforeUpdate,
        };
      } catch (error) {
        throw changeError(this.facts.packageName, error, urn);
      }
    });
  }

  async delete(request: DeleteRequest, context: CallContext): Promise<void> {
    const { urn, type, name, id, timeoutSeconds: timeout = 0 } = request;
    const message = wire.DeleteRequest.of({
      urn,
      type,
      name,
      id,
      properties: this.write(request.outputs, { assets: 'elide' }),
      oldInputs: this.write(request.inputs, { assets: 'elide' }),
      timeout,
    });
    await this.rpc.cancellable(context, () =>
      this.rpc.call('Delete', wire.DeleteRequest, Empty, message).catch((error: unknown) => {
        throw changeError(this.facts.packageName, error, urn);
      }),
    );
  }

  async invoke({ token, args, isPreview }: InvokeRequest, context: CallContext): Promise<InvokeResult> {
    const message = wire.InvokeRequest.of({ token, args: this.write(args, { unknowns: 'drop' }), preview: isPreview });
    return this.rpc.cancellable(context, async () => {
      try {
        const reply = await this.rpc.call('Invoke', wire.InvokeRequest, wire.InvokeResponse, message);
        return { result: readAnswer(reply.return), failures: reply.failures };
      } catch (error) {
        throw providerError(this.facts.packageName, error);
      }
    });
  }

  async construct(request: ConstructRequest, context: CallContext): Promise<ConstructResult> {
    const { packageName, info, engineAddress } = this.facts;
    if (!this.capabilities.acceptsSecrets) throw secretsNotKept(packageName, request);
    const message = constructMessage(request, info, engineAddress, (inputs) => this.write(inputs, this.outputs()));
    return this.rpc.cancellable(context, async () => {
      try {
        return constructResult(
          await this.rpc.call('Construct', wire.ConstructRequest, wire.ConstructResponse, message),
        );
      } catch (error) {
        throw callError(packageName, error, request.urn);
      }
    });
  }

  async call(request: CallRequest, context: CallContext): Promise<CallResult> {
    const { packageName, info, engineAddress } = this.facts;
    const message = callMessage(request, info, engineAddress, (args) =>
      this.write(args, { ...this.outputs(), ...whole }),
    );
    return this.rpc.cancellable(context, async () => {
      try {
        return callResult(await this.rpc.call('Call', wire.CallRequest, wire.CallResponse, message));
      } catch (error) {
        throw callError(packageName, error);
      }
    });
  }

  close(): Promise<void> {
    return this.rpc.close();
  }

  private async callCheck(
    method: 'Check' | 'CheckConfig',
    request: CheckRequest,
    chance: Partial<Pick<MessageOf<typeof wire.CheckRequest>, 'randomSeed' | 'autonaming'>>,
    form: WriteOptions = {},
  ): Promise<CheckResult> {
    const message = wire.CheckRequest.of({
      urn: request.urn,
      type: request.type,
      name: request.name,
      olds: this.write(request.oldInputs ?? {}, form),
      news: this.write(request.newInputs, form),
      ...chance,
    });
    const reply = await this.rpc.call(method, wire.CheckRequest, wire.CheckResponse, message);
    return { inputs: readAnswer(reply.inputs), failures: reply.failures };
  }

  private async callDiff(
    method: 'Diff' | 'DiffConfig',
    request: DiffRequest,
    form: WriteOptions = {},
  ): Promise<DiffResult> {
    const elided: WriteOptions = { ...form, assets: 'elide' };
    const message = wire.DiffRequest.of({
      id: request.id,
      urn: request.urn,
      type: request.type,
      name: urnName(request.urn),
      olds: this.write(request.oldOutputs, elided),
      news: this.write(request.newInputs, elided),
      oldInputs: this.write(request.oldInputs, elided),
      ignoreChanges: request.ignoreChanges,
    });
    const reply = await this.rpc.call(method, wire.DiffRequest, wire.DiffResponse, message).catch((error: unknown) => {
      const isLacking = method === 'Diff' ? isUnimplemented(error) : lacksConfigCall(this.facts.packageName, error);
      if (isLacking) return wire.DiffResponse.of({});
      throw this.failed(error, request);
    });
    return diffResult(reply);
  }

  private outputs(): WriteOptions {
    return { outputs: this.agreed.acceptsOutputs ? 'keep' : 'lower' };
  }

  private write(map: PropertyMap, options: WriteOptions = {}): Buffer {
    const { acceptsSecrets, acceptsResources } = this.capabilities;
    return writeProperties(map, {
      secrets: acceptsSecrets ? 'keep' : 'reveal',
      resources: acceptsResources ? 'keep' : 'lower',
      ...options,
    });
  }

  private failed(error: unknown, { urn }: { readonly urn: CheckRequest['urn'] }): unknown {
    return providerError(this.facts.packageName, error, urn);
  }
}

/** Something may be there that nobody can find by an ID. */
function emptyId(packageName: string, { urn, type }: CreateRequest): OutcomeUnknownError {
  return new OutcomeUnknownError(`the provider "${packageName}" returned an empty ID for a new ${type} (${urn})`);
}

/** What a component was given as a secret would come back in the clear. */
function secretsNotKept(packageName: string, { urn, goal }: ConstructRequest): OperationError {
  return new OperationError({
    code: 'CONSTRUCT_WITHOUT_SECRETS',
    summary: 'plugins that can construct components must support secrets',
    detail: `The provider "${packageName}", which is to construct ${goal.type} '${goal.name}', does not.`,
    urn,
  });
}
